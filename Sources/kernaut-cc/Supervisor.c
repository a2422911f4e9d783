// Kbuild is a tree of processes. When kernaut dies, by whatever signal, that tree has to die with it: it would go on
// working for minutes, and hold the build directory against the next run.
//
// kernaut keeps the other end of the supervisor's stdin open and writes nothing to it. The kernel closes that end when
// kernaut ends, even by SIGKILL; the supervisor sees the end of the file and kills the process group of the command.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "Recorder.h"

// Status of a command that could not be started, as shells have it.
enum { not_found = 127, killed = 128 };

static void start(char **command, const sigset_t *mask) {
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0) dup2(null, STDIN_FILENO);
    execvp(command[0], command);
    fprintf(stderr, "kernaut-cc: %s: %s\n", command[0], strerror(errno));
    _exit(not_found);
}

// Orphans of the group come to the supervisor (it is their subreaper), so it ends only after the last of them. The
// leader is not reaped before: as long as it is there, its number names this group and no other.
static int end_group(pid_t group) {
    int status = 0, leader = 0;
    kill(-group, SIGKILL);
    for (;;) {
        pid_t ended = waitpid(-group, &status, 0);
        if (ended == group) leader = status;
        if (ended < 0 && errno != EINTR) return leader;
    }
}

static int has_ended(pid_t child) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

int supervise(char **command) {
    sigset_t watched, before;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    sigprocmask(SIG_BLOCK, &watched, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    // As nice as kernaut was started: its threads may have a niceness of their own, which this process has got from one.
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, (id_t)getppid()));

    int signals = signalfd(-1, &watched, SFD_CLOEXEC);
    pid_t child = fork();
    if (signals < 0 || child < 0) {
        fprintf(stderr, "kernaut-cc: %s: %s\n", command[0], strerror(errno));
        return not_found;
    }
    if (child == 0) start(command, &before);
    setpgid(child, child);

    struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR) break;
        if (sources[0].revents) {
            char ignored[64];
            if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) break;
        }
        if (!(sources[1].revents & POLLIN)) continue;
        struct signalfd_siginfo signal;
        if (read(signals, &signal, sizeof signal) != sizeof signal) continue;
        if (signal.ssi_signo != SIGCHLD) break;

        if (has_ended(child)) {
            // What the command left behind in its group would outlive the answer.
            int status = end_group(child);
            return WIFEXITED(status) ? WEXITSTATUS(status) : killed + WTERMSIG(status);
        }
    }
    end_group(child);
    return killed + SIGTERM;
}
