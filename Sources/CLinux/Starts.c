#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// The forked child that makes the timed processes, one after the other. Ends with an errno as its status.
static void start_all(int procs, uint64_t flags, uint32_t count, volatile int64_t *samples) {
    // Nothing is forked before this process is below the limit.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || write(procs, "0", 1) < 0) _exit(errno);
    alarm(10);
    for (uint32_t index = 0; index < count; index++) {
        int64_t before = now_ns();
        long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) {
            samples[index] = now_ns() - before;
            _exit(0);
        }
        if (pid < 0) _exit(errno);
        int status;
        while (waitpid(pid, &status, 0) < 0)
            if (errno != EINTR) _exit(errno);
        if (status != 0) _exit(EIO);
    }
    _exit(0);
}

int64_t kernaut_time_starts(const char *procs_path, uint64_t flags, uint32_t count, int64_t *nanoseconds) {
    int procs = open(procs_path, O_WRONLY | O_CLOEXEC);
    if (procs < 0) return -errno;
    size_t size = count * sizeof *nanoseconds;
    volatile int64_t *samples = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (samples == MAP_FAILED) {
        int64_t error = -errno;
        close(procs);
        return error;
    }
    pid_t starter = fork();
    if (starter == 0) start_all(procs, flags, count, samples);
    int64_t result = starter < 0 ? -errno : 0;
    close(procs);
    int status = 0;
    while (starter > 0 && waitpid(starter, &status, 0) < 0)
        if (errno != EINTR) {
            result = -errno;
            break;
        }
    if (result == 0 && status != 0) result = WIFEXITED(status) ? -WEXITSTATUS(status) : -ETIMEDOUT;
    for (uint32_t index = 0; index < count && result == 0; index++) nanoseconds[index] = samples[index];
    munmap((void *)samples, size);
    return result;
}
