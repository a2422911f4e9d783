#include "Pieces.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

void piece_ipc(void) {
    int shared = (int)DO(shmget(IPC_PRIVATE, 65536, 0600 | IPC_CREAT));
    char *memory = shmat(shared, NULL, 0);
    if (memory != (void *)-1) memory[0] = 1;
    struct shmid_ds about;
    DO(shmctl(shared, IPC_STAT, &about));
    DO(shmctl(shared, IPC_SET, &about));
    DO(shmctl(shared, SHM_LOCK, NULL));
    DO(shmctl(0, SHM_INFO, &about));
    IN_CHILD(memory[4096] = 1);
    DO(shmdt(memory));
    DO(shmctl(shared, IPC_RMID, NULL));
    int semaphores = (int)DO(semget(IPC_PRIVATE, 3, 0600 | IPC_CREAT));
    DO(semctl(semaphores, 0, SETVAL, 1));
    struct sembuf take = {0, -1, SEM_UNDO}, give = {0, 1, 0};
    DO(semop(semaphores, &take, 1));
    pid_t child = fork();
    if (child == 0) {
        DO(semop(semaphores, &take, 1));
        _exit(0);
    }
    usleep(2000);
    DO(semop(semaphores, &give, 1));
    DO(waitpid(child, NULL, 0));
    struct timespec moment = {.tv_nsec = 1000000};
    DO(semtimedop(semaphores, (struct sembuf[]){{1, -1, 0}}, 1, &moment));
    DO(semctl(semaphores, 0, GETALL, (unsigned short[3]){0}));
    DO(semctl(semaphores, 0, IPC_RMID));
    int messages = (int)DO(msgget(IPC_PRIVATE, 0600 | IPC_CREAT));
    struct {
        long type;
        char text[100];
    } message = {1, "kernaut"};
    DO(msgsnd(messages, &message, 100, 0));
    DO(msgrcv(messages, &message, 100, 0, 0));
    DO(msgrcv(messages, &message, 100, 0, IPC_NOWAIT));
    struct msqid_ds queue;
    DO(msgctl(messages, IPC_STAT, &queue));
    DO(msgctl(messages, IPC_RMID, NULL));
    struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 100};
    mqd_t posix = mq_open("/kernaut", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes);
    DO(posix);
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    DO(mq_notify(posix, &event));
    DO(mq_send(posix, "x", 1, 3));
    char text[100];
    DO(mq_receive(posix, text, sizeof text, NULL));
    DO(mq_receive(posix, text, sizeof text, NULL));
    DO(mq_getattr(posix, &attributes));
    DO(mq_close(posix));
    DO(mq_unlink("/kernaut"));
}

void piece_futexes(void) {
    uint32_t *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct timespec moment = {.tv_nsec = 2000000};
    CALL(SYS_futex, words, FUTEX_WAIT, 0, &moment, NULL, 0);
    CALL(SYS_futex, words, FUTEX_WAIT, 1, NULL, NULL, 0);
    clock_gettime(CLOCK_MONOTONIC, &moment);
    CALL(SYS_futex, words, FUTEX_WAIT_BITSET, 0, &moment, NULL, 1);
    moment = (struct timespec){.tv_nsec = 2000000};
    pid_t children[3];
    for (int number = 0; number < 3; number++) {
        children[number] = fork();
        if (children[number] == 0) {
            // Not for ever: the wakes may come before.
            struct timespec long_enough = {.tv_sec = 1};
            CALL(SYS_futex, words, FUTEX_WAIT, 0, &long_enough, NULL, 0);
            _exit(0);
        }
    }
    usleep(5000);
    CALL(SYS_futex, words, FUTEX_WAKE, 1, NULL, NULL, 0);
    CALL(SYS_futex, words, FUTEX_CMP_REQUEUE, 1, (void *)1, words + 4, 0);
    CALL(SYS_futex, words + 4, FUTEX_WAKE_BITSET, 8, NULL, NULL, 1);
    CALL(SYS_futex, words, FUTEX_WAKE_OP, 8, (void *)8, words + 4, 0);
    for (int number = 0; number < 3; number++) DO(waitpid(children[number], NULL, 0));
    CALL(SYS_futex, words + 8, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    pid_t child = fork();
    if (child == 0) {
        CALL(SYS_futex, words + 8, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
        CALL(SYS_futex, words + 8, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
        _exit(0);
    }
    usleep(3000);
    CALL(SYS_futex, words + 8, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    DO(waitpid(child, NULL, 0));
    CALL(SYS_futex, words + 8, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0);
    long head[3] = {(long)head, 0, 0};
    CALL(SYS_set_robust_list, head, sizeof head);
    size_t size;
    void *list;
    CALL(SYS_get_robust_list, 0, &list, &size);
    CALL(SYS_set_robust_list, NULL, sizeof head);
    munmap(words, 4096);
}

void piece_keys(void) {
    int key = (int)CALL(SYS_add_key, "user", "kernaut", "secret", 6, -1);
    CALL(SYS_request_key, "user", "kernaut", NULL, -2);
    CALL(SYS_request_key, "user", "absent", NULL, 0);
    char text[200];
    for (int operation = 0; operation < 32; operation++) CALL(SYS_keyctl, operation, key, text, sizeof text, 0);
    CALL(SYS_keyctl, 1, "kernaut-session");
    CALL(SYS_keyctl, 0, -3, 1);
    CALL(SYS_keyctl, 7, -4);
    CALL(SYS_add_key, "keyring", "ring", NULL, 0, -2);
    CALL(SYS_add_key, "logon", "a:b", "x", 1, -2);
    CALL(SYS_getrandom, text, sizeof text, 0);
    CALL(SYS_getrandom, text, sizeof text, 1);
}

static void on_signal(int number) { (void)number; }

void piece_time(void) {
    const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC,     CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_BOOTTIME,
                                CLOCK_TAI,      CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_RAW,      CLOCK_REALTIME_ALARM};
    struct timespec moment = {.tv_nsec = 500000}, found;
    struct sigaction action = {.sa_handler = on_signal};
    DO(sigaction(SIGRTMIN + 1, &action, NULL));
    for (size_t number = 0; number < sizeof clocks / sizeof clocks[0]; number++) {
        CALL(SYS_clock_gettime, clocks[number], &found);
        CALL(SYS_clock_getres, clocks[number], &found);
        moment = (struct timespec){.tv_nsec = 500000};
        if (clocks[number] != CLOCK_PROCESS_CPUTIME_ID) CALL(SYS_clock_nanosleep, clocks[number], 0, &moment, NULL);
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1};
        timer_t timer;
        if (DO(timer_create(clocks[number], &event, &timer)) != 0) continue;
        struct itimerspec soon = {.it_value.tv_nsec = 500000, .it_interval.tv_nsec = 500000};
        DO(timer_settime(timer, 0, &soon, NULL));
        for (volatile int turn = 0; turn < 300000; turn++) {}
        DO(timer_gettime(timer, &soon));
        DO(timer_getoverrun(timer));
        DO(timer_delete(timer));
    }
    CALL(SYS_gettimeofday, NULL, NULL);
    CALL(SYS_time, NULL);
    DO(nanosleep(&moment, NULL));
    struct timex state = {0};
    DO(adjtimex(&state));
    CALL(SYS_clock_adjtime, CLOCK_TAI, &state);
    struct timespec now;
    DO(clock_gettime(CLOCK_REALTIME, &now));
    DO(clock_settime(CLOCK_REALTIME, &now));
    alarm(1);
    alarm(0);
    CALL(SYS_sysinfo, (char[256]){0});
    CALL(SYS_syslog, 10, NULL, 0);
    char text[4096];
    CALL(SYS_syslog, 3, text, sizeof text);
}
