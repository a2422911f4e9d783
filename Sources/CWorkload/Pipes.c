#include "Pieces.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/uio.h>

void piece_pipes(void) {
    int ends[2], others[2];
    char text[4096] = "kernaut";
    DO(pipe2(ends, O_CLOEXEC));
    DO(pipe2(others, O_NONBLOCK));
    DO(write(ends[1], text, 3000));
    DO(read(ends[0], text, 100));
    DO(tee(ends[0], others[1], 500, SPLICE_F_NONBLOCK));
    DO(splice(ends[0], NULL, others[1], NULL, 500, 0));
    struct iovec part = {text, sizeof text};
    DO(vmsplice(ends[1], &part, 1, 0));
    int file = (int)DO(memfd_create("pipes", 0));
    DO(splice(ends[0], NULL, file, NULL, 1000, 0));
    loff_t offset = 0;
    DO(splice(file, &offset, others[1], NULL, 500, 0));
    close(file);
    DO(fcntl(ends[1], F_SETPIPE_SZ, 1 << 16));
    DO(fcntl(ends[1], F_GETPIPE_SZ));
    int count;
    DO(ioctl(ends[0], FIONREAD, &count));
    DO(fcntl(ends[0], F_SETOWN, getpid()));
    DO(fcntl(ends[0], F_SETFL, O_ASYNC));
    DO(fcntl(ends[0], F_SETFL, 0));
    // A reader that waits, and is woken.
    pid_t child = fork();
    if (child == 0) {
        usleep(2000);
        DO(write(others[1], "x", 1));
        _exit(0);
    }
    DO(fcntl(others[0], F_SETFL, 0));
    while (read(others[0], text, sizeof text) > 100) {}
    DO(waitpid(child, NULL, 0));
    // One who writes to a full pipe, and to one without a reader.
    DO(fcntl(ends[1], F_SETFL, O_NONBLOCK));
    while (write(ends[1], text, sizeof text) > 0) {}
    close(ends[0]);
    DO(write(ends[1], "x", 1));
    close(ends[1]);
    close(others[0]);
    close(others[1]);
    DO(mkfifo("/tmp/kernaut-fifo", 0600));
    int fifo = (int)DO(open("/tmp/kernaut-fifo", O_RDWR | O_NONBLOCK));
    DO(write(fifo, "x", 1));
    close(fifo);
    DO(unlink("/tmp/kernaut-fifo"));
}

static void on_signal(int number) { (void)number; }

void piece_waiting(void) {
    int ends[2];
    DO(pipe2(ends, O_CLOEXEC));
    int event = (int)DO(eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE));
    int timer = (int)DO(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
    struct itimerspec soon = {.it_value.tv_nsec = 2000000, .it_interval.tv_nsec = 1000000};
    DO(timerfd_settime(timer, 0, &soon, NULL));
    DO(timerfd_gettime(timer, &soon));
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    DO(sigprocmask(SIG_BLOCK, &set, NULL));
    int signals = (int)DO(signalfd(-1, &set, SFD_NONBLOCK));
    int notes = (int)DO(inotify_init1(IN_NONBLOCK));
    int watch = (int)DO(inotify_add_watch(notes, "/tmp", IN_ALL_EVENTS));
    int poller = (int)DO(epoll_create1(0)), outer = (int)DO(epoll_create1(0));
    const int all[] = {ends[0], event, timer, signals, notes};
    struct epoll_event interest = {.events = EPOLLIN}, found[8];
    for (int number = 0; number < 5; number++) DO(epoll_ctl(poller, EPOLL_CTL_ADD, all[number], &interest));
    DO(epoll_ctl(outer, EPOLL_CTL_ADD, poller, &interest));
    DO(epoll_wait(outer, found, 8, 20));
    uint64_t number = 1;
    DO(write(event, &number, sizeof number));
    DO(write(ends[1], "x", 1));
    DO(kill(getpid(), SIGUSR1));
    int file = (int)DO(open("/tmp/kernaut-note", O_RDWR | O_CREAT, 0600));
    DO(write(file, "x", 1));
    close(file);
    DO(unlink("/tmp/kernaut-note"));
    usleep(5000);
    DO(epoll_wait(poller, found, 8, 0));
    DO(epoll_pwait(outer, found, 8, 1, &set));
    interest.events = EPOLLOUT | EPOLLET | EPOLLONESHOT;
    DO(epoll_ctl(poller, EPOLL_CTL_MOD, ends[0], &interest));
    DO(epoll_ctl(poller, EPOLL_CTL_DEL, event, NULL));
    struct pollfd polled[5];
    for (int at = 0; at < 5; at++) polled[at] = (struct pollfd){.fd = all[at], .events = POLLIN | POLLOUT};
    DO(poll(polled, 5, 1));
    struct timespec moment = {.tv_nsec = 1000000};
    DO(ppoll(polled, 5, &moment, &set));
    fd_set read_set;
    FD_ZERO(&read_set);
    FD_SET(ends[0], &read_set);
    FD_SET(timer, &read_set);
    struct timeval instant = {.tv_usec = 1000};
    DO(select(100, &read_set, NULL, NULL, &instant));
    DO(pselect(100, &read_set, NULL, NULL, &moment, &set));
    char text[4096];
    for (int at = 0; at < 5; at++) DO(read(all[at], text, sizeof text));
    DO(inotify_rm_watch(notes, watch));
    close(poller);
    close(outer);
    for (int at = 0; at < 5; at++) close(all[at]);
    close(ends[1]);
    // A sleeper that a signal wakes.
    struct sigaction action = {.sa_handler = on_signal};
    DO(sigaction(SIGALRM, &action, NULL));
    DO(ualarm(3000, 0));
    DO(poll(NULL, 0, 100));
    int fan = (int)CALL(SYS_fanotify_init, 0, 0);
    CALL(SYS_fanotify_mark, fan, 1, 0x20, -100, "/tmp");
    close(fan);
}
