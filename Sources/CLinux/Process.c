#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

int64_t kernaut_clone_conductor(int32_t *pidfd) {
    // The raw system call, since fork(3) can make no namespace. clone(2) rather than clone3(2), so that seccomp filters
    // that know only the former let it pass; with CLONE_PIDFD the third argument receives the descriptor.
    long pid = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWUTS | CLONE_PIDFD | SIGCHLD, 0, pidfd, 0, 0);
    return pid < 0 ? -errno : pid;
}

int64_t kernaut_fork(void) {
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

int32_t kernaut_unshare_uts(void) { return unshare(CLONE_NEWUTS) == 0 ? 0 : -errno; }

int32_t kernaut_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 ? 0 : -errno; }

void kernaut_be_as_nice_as_parent(void) {
    // A process's number means its first thread here.
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, (id_t)getppid()));
}

int32_t kernaut_pidfd_open(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int32_t)descriptor;
}

int32_t kernaut_pidfd_send_signal(int32_t pidfd, int32_t signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : -errno;
}

int32_t kernaut_pidfd_await_death(int32_t pidfd, int32_t timeout_ms) {
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};
    int ready;
    do ready = poll(&wait, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    return ready < 0 ? -errno : ready;
}

static void handled_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGPIPE);
}

int32_t kernaut_signal_descriptor(void) {
    sigset_t set;
    handled_signals(&set);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
    int descriptor = signalfd(-1, &set, SFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

void kernaut_unblock_signals(void) {
    sigset_t set;
    handled_signals(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int32_t kernaut_claim_name(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 1 > sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path + 1, name, length);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

void kernaut_await_ends_decided(void) {
    // Pidfds are told of an end under the lock under which it is decided what becomes of the zombie. Looking at children takes
    // that lock, too.
    siginfo_t ended;
    waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT);
}

uint64_t kernaut_nproc_hard_limit(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NPROC, &limit) == 0 ? limit.rlim_max : 0;
}

int32_t kernaut_wait_exited(int32_t status) { return WIFEXITED(status); }
int32_t kernaut_wait_exit_status(int32_t status) { return WEXITSTATUS(status); }
int32_t kernaut_wait_signal(int32_t status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
