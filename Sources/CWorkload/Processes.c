#include "Pieces.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/user.h>

static sigjmp_buf back;

static void count(int number) { (void)number; }
static void leave(int number) {
    (void)number;
    siglongjmp(back, 1);
}

void piece_signals(void) {
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    DO(sigaction(SIGUSR1, &action, NULL));
    DO(kill(getpid(), SIGUSR1));
    DO(raise(SIGUSR1));
    DO(sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 1}));
    DO(sigaction(SIGRTMIN, &action, NULL));
    DO(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 2}));
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    DO(sigprocmask(SIG_BLOCK, &set, &old));
    DO(kill(getpid(), SIGUSR2));
    DO(sigpending(&old));
    struct timespec moment = {.tv_nsec = 1000000};
    siginfo_t info;
    DO(sigtimedwait(&set, &info, &moment));
    DO(sigtimedwait(&set, &info, &moment));
    DO(sigprocmask(SIG_UNBLOCK, &set, NULL));
    static char room[65536];
    stack_t other = {.ss_sp = room, .ss_size = sizeof room};
    DO(sigaltstack(&other, NULL));
    action = (struct sigaction){.sa_handler = leave, .sa_flags = SA_ONSTACK | SA_NODEFER};
    const int faults[] = {SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGTRAP};
    for (int number = 0; number < 5; number++) DO(sigaction(faults[number], &action, NULL));
    if (sigsetjmp(back, 1) == 0) *(volatile int *)8 = 1;
    volatile int zero = 0;
    if (sigsetjmp(back, 1) == 0) zero = 1 / zero;
#if defined(__x86_64__)
    if (sigsetjmp(back, 1) == 0) __asm__ volatile("ud2");
    if (sigsetjmp(back, 1) == 0) __asm__ volatile("int3");
#endif
    int file = memfd_create("signals", 0);
    volatile char *beyond = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    if (sigsetjmp(back, 1) == 0) (void)*beyond;
    close(file);
    // Again and again, since the first may come before the call that waits for it.
    struct itimerval soon = {.it_value.tv_usec = 20000, .it_interval.tv_usec = 20000}, never = {0};
    action = (struct sigaction){.sa_handler = count};
    DO(sigaction(SIGALRM, &action, NULL));
    DO(sigaction(SIGVTALRM, &action, NULL));
    DO(setitimer(ITIMER_REAL, &soon, NULL));
    DO(pause());
    DO(setitimer(ITIMER_REAL, &never, NULL));
    DO(setitimer(ITIMER_VIRTUAL, &soon, NULL));
    DO(getitimer(ITIMER_VIRTUAL, &soon));
    for (volatile int turn = 0; turn < 3000000; turn++) {}
    DO(setitimer(ITIMER_VIRTUAL, &never, NULL));
    // Children that stop, go on, are killed, and dump no core.
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        for (;;) pause();
    }
    int status;
    DO(waitpid(child, &status, WUNTRACED));
    DO(kill(child, SIGCONT));
    DO(waitpid(child, &status, WCONTINUED));
    DO(kill(child, SIGTERM));
    DO(waitpid(child, &status, 0));
    IN_CHILD(prctl(PR_SET_DUMPABLE, 0); signal(SIGABRT, SIG_DFL); abort());
    child = fork();
    if (child == 0) {
        DO(sigprocmask(SIG_BLOCK, &set, NULL));
        for (;;) pause();
    }
    int handle = (int)CALL(SYS_pidfd_open, child, 0);
    CALL(SYS_pidfd_send_signal, handle, SIGKILL, NULL, 0);
    DO(waitid(P_PIDFD, (id_t)handle, &info, WEXITED | WNOWAIT));
    DO(waitpid(child, &status, 0));
    close(handle);
    CALL(SYS_tgkill, getpid(), getpid(), 0);
    CALL(SYS_tkill, getpid(), 0);
    DO(kill(-1000000, 0));
    CALL(SYS_restart_syscall);
}

static void trace(void) {
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        getppid();
        _exit(0);
    }
    int status;
    DO(waitpid(child, &status, 0));
    DO(ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXIT)));
#if defined(__x86_64__)
    struct user_regs_struct registers;
    DO(ptrace(PTRACE_GETREGS, child, NULL, &registers));
    DO(ptrace(PTRACE_PEEKTEXT, child, (void *)registers.rip, NULL));
    DO(ptrace(PTRACE_PEEKUSER, child, (void *)0, NULL));
#endif
    siginfo_t info;
    DO(ptrace(PTRACE_GETSIGINFO, child, NULL, &info));
    for (int step = 0; step < 3; step++) {
        DO(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL));
        DO(waitpid(child, &status, 0));
    }
    DO(ptrace(PTRACE_SYSCALL, child, NULL, NULL));
    DO(waitpid(child, &status, 0));
    DO(ptrace(PTRACE_CONT, child, NULL, NULL));
    DO(waitpid(child, &status, 0));
    DO(ptrace(PTRACE_DETACH, child, NULL, NULL));
    DO(waitpid(child, &status, 0));
    child = fork();
    if (child == 0) {
        for (;;) pause();
    }
    DO(ptrace(PTRACE_SEIZE, child, NULL, NULL));
    DO(ptrace(PTRACE_INTERRUPT, child, NULL, NULL));
    DO(waitpid(child, &status, 0));
    DO(kill(child, SIGKILL));
    DO(waitpid(child, &status, 0));
}

void piece_processes(void) {
    int status;
    IN_CHILD(_exit(3));
    pid_t child = vfork();
    if (child == 0) _exit(0);
    struct rusage usage;
    DO(wait4(child, &status, 0, &usage));
    // This very program, which says that it does not know the argument.
    child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        char *arguments[] = {"kernaut-probe", "--workload", NULL}, *environment[] = {"A=b", NULL};
        execve("/proc/self/exe", arguments, environment);
        _exit(1);
    }
    DO(waitpid(child, &status, 0));
    // A script, and things that are no programs.
    int file = (int)DO(open("/tmp/kernaut-script", O_WRONLY | O_CREAT, 0755));
    DO(write(file, "#!/proc/self/exe --workload\n", 28));
    close(file);
    IN_CHILD(int null = open("/dev/null", O_RDWR); dup2(null, 2); char *none[] = {"x", NULL};
             DO(execve("/tmp/kernaut-script", none, none)));
    IN_CHILD(char *none[] = {"x", NULL}; DO(execve("/proc/self/status", none, none)); DO(execve("/missing", none, none)));
    DO(unlink("/tmp/kernaut-script"));
    struct clone_args arguments = {.exit_signal = SIGCHLD, .flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND};
    int handle = -1;
    arguments.pidfd = (uint64_t)&handle;
    child = (pid_t)CALL(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) _exit(0);
    siginfo_t info;
    DO(waitid(P_PIDFD, (id_t)handle, &info, WEXITED));
    close((int)CALL(SYS_pidfd_getfd, handle, 0, 0));
    close(handle);
    IN_CHILD(DO(setpgid(0, 0)); DO(setsid()); DO(getsid(0)); DO(getpgid(0)));
    child = fork();
    if (child == 0) {
        // An orphan.
        if (fork() == 0) {
            usleep(2000);
            _exit(0);
        }
        _exit(0);
    }
    DO(prctl(PR_SET_CHILD_SUBREAPER, 1));
    DO(waitpid(child, &status, 0));
    while (DO(wait(NULL)) > 0) {}
    trace();
    IN_CHILD(DO(daemon(1, 1)));
    CALL(SYS_set_tid_address, &status);
    CALL(SYS_kcmp, getpid(), getpid(), 0, 0, 1);
    struct sched_attr {
        uint32_t size, policy;
        uint64_t flags;
    } unused;
    (void)unused;
}

void piece_identity(void) {
    uid_t ids[3];
    gid_t groups[3] = {0, 1, 2};
    DO(getresuid(&ids[0], &ids[1], &ids[2]));
    DO(getgroups(0, NULL));
    IN_CHILD({
        DO(setgroups(3, groups));
        DO(setfsuid(5));
        DO(setfsgid(5));
        DO(setregid(10, 10));
        DO(setresuid(10, 11, 10));
        DO(seteuid(11));
        DO(setuid(0));
        DO(kill(1, 0));
        DO(setpriority(PRIO_PROCESS, 0, -5));
    });
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    CALL(SYS_capget, &head, sets);
    IN_CHILD({
        sets[0].effective = 0;
        CALL(SYS_capset, &head, sets);
        DO(prctl(PR_CAPBSET_DROP, 5));
        DO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
        DO(sethostname("x", 1));
        DO(chroot("/"));
    });
    for (int option = 1; option < 40; option++) {
        if (option == PR_SET_PDEATHSIG || option == PR_SET_SECCOMP || option == PR_SET_TSC || option == PR_SET_MM) continue;
        IN_CHILD(long value = 0; DO(prctl(option, &value, 0, 0, 0)));
    }
    IN_CHILD({
        struct sock_filter filter[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = {4, filter};
        DO(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        CALL(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &program);
        CALL(SYS_getppid);
        CALL(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL);
    });
    for (int limit = 0; limit < RLIM_NLIMITS; limit++) {
        struct rlimit value;
        DO(getrlimit(limit, &value));
        IN_CHILD(DO(setrlimit(limit, &value)));
        DO(prlimit(getpid(), limit, NULL, &value));
    }
    DO(personality(0xFFFFFFFF));
    CALL(SYS_landlock_create_ruleset, NULL, 0, 1);
}

void piece_scheduling(void) {
    struct sched_param priority = {.sched_priority = 5};
    cpu_set_t set;
    DO(sched_getaffinity(0, sizeof set, &set));
    IN_CHILD({
        DO(sched_setaffinity(0, sizeof set, &set));
        for (int policy = 0; policy < 7; policy++) {
            priority.sched_priority = policy == SCHED_FIFO || policy == SCHED_RR ? 5 : 0;
            DO(sched_setscheduler(0, policy, &priority));
            DO(sched_yield());
            usleep(500);
        }
        uint64_t deadline[6] = {(uint64_t)SCHED_DEADLINE << 32 | sizeof deadline, 0, 0, 1000000, 5000000, 10000000};
        CALL(SYS_sched_setattr, 0, deadline, 0);
        DO(sched_yield());
        usleep(500);
        char attributes[64];
        CALL(SYS_sched_getattr, 0, attributes, sizeof attributes, 0);
        CALL(SYS_ioprio_set, 1, 0, 2 << 13 | 4);
        CALL(SYS_ioprio_get, 1, 0);
    });
    DO(nice(1));
    DO(getpriority(PRIO_PROCESS, 0));
    DO(setpriority(PRIO_USER, 0, 0));
    struct timespec interval;
    DO(sched_rr_get_interval(0, &interval));
    DO(sched_get_priority_max(SCHED_FIFO));
    struct tms spent;
    DO(times(&spent));
    struct rusage usage;
    DO(getrusage(RUSAGE_CHILDREN, &usage));
    unsigned cpu;
    CALL(SYS_getcpu, &cpu, NULL, NULL);
    // Several that want the processor at once.
    pid_t children[4];
    for (int number = 0; number < 4; number++) {
        children[number] = fork();
        if (children[number] == 0) {
            for (volatile int turn = 0; turn < 2000000; turn++) {}
            _exit(0);
        }
    }
    for (int number = 0; number < 4; number++) DO(waitpid(children[number], NULL, 0));
}
