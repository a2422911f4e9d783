/// Linux system calls that Swift cannot make safely, and the code that runs in forked children.
///
/// A *puppet* is a process that stands for one process of a program. It does nothing but wait on a futex for an order,
/// make that one system call itself, and answer with what came back. After a fork only async-signal-safe code may run,
/// which Swift is not; therefore a puppet lives in C from its first instruction to its last, needs no file descriptor
/// and no memory of its own but the shared table.
#ifndef KERNAUT_CLINUX_H
#define KERNAUT_CLINUX_H

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The longest text that an order carries, in bytes.
#define KERNAUT_TEXT_CAPACITY 512

/// What a puppet is told to do. `a` and `b` are the arguments of `kernaut_puppet_call`.
enum kernaut_order {
    /// fork(2); `a` is the child's slot. Answers with the child's pid.
    KERNAUT_FORK = 1,
    /// clone(2) with the flags `b` and SIGCHLD; `a` is the child's slot. Answers with the child's pid.
    KERNAUT_CLONE,
    /// _exit(2) with status `a`. Gives no answer.
    KERNAUT_EXIT,
    /// wait4(2) for pid `a` with the options `b`, without blocking. Answers with the pid, or 0 where it would have blocked.
    KERNAUT_WAIT,
    /// unshare(2) with the flags `a`.
    KERNAUT_UNSHARE,
    /// sethostname(2) with the first `a` bytes of the slot's text.
    KERNAUT_SETHOSTNAME,
    /// uname(2); the nodename is left in the slot's text, ended by a zero byte.
    KERNAUT_UNAME,
    /// setrlimit(RLIMIT_NPROC), soft `a` and hard `b`.
    KERNAUT_SETRLIMIT_NPROC,
    /// Becomes user and group `a` with RLIMIT_NPROC `b`, soft and hard (UINT64_MAX: unlimited, or as much as this
    /// process may have). A user other than 0 loses its groups and every capability.
    KERNAUT_BECOME,
    /// setdomainname(2) with the first `a` bytes of the slot's text.
    KERNAUT_SETDOMAINNAME,
    /// uname(2); the domainname is left in the slot's text, ended by a zero byte.
    KERNAUT_UNAME_DOMAIN,
    /// pidfd_open(2) of pid `a`, setns(2) with it and the flags `b`, close(2).
    KERNAUT_SETNS,
    /// readlink(2) of the slot's text, which is replaced by what the link says, ended by a zero byte.
    KERNAUT_READLINK,
    /// getppid(2).
    KERNAUT_GETPPID,
    /// getpid(2).
    KERNAUT_GETPID,
    /// kill(2) of pid `a` with signal `b`. Gives no answer when the puppet kills itself.
    KERNAUT_KILL,
    /// setresuid(2) and, before it and where that is allowed, setresgid(2), all to `a`.
    KERNAUT_SETRESUID,
    /// pidfd_open(2) of pid `a`. Answers with the descriptor.
    KERNAUT_PIDFD_OPEN,
    /// close(2) of descriptor `a`.
    KERNAUT_CLOSE,
    /// Forks when all `a` racers are there, again and again until it is refused. Answers with the errno, as a negative
    /// number; the children are in the table's race slots.
    KERNAUT_RACE,
    /// clone3(2) with what kernaut_puppet_prepare_clone3 left in the slot; `a` is the child's slot. Answers with the child's
    /// pid.
    KERNAUT_CLONE3,
    /// open(2) for writing and write(2): the slot's text is a path, and behind its zero byte what is written, `a` bytes.
    KERNAUT_WRITE_FILE,
    /// Times forks, or is a bomb that nobody holds back: `a` is the address of a `struct kernaut_timing`. Answers with 0; a bomb
    /// gives no answer.
    KERNAUT_TIMING,
    /// waitid(2) for the id in the low half of `a`, which is what the high half says, with the options `b`, without blocking.
    /// Answers with the pid, or 0 where it would have blocked.
    KERNAUT_WAITID,
    /// rt_sigaction(2) of SIGCHLD; `a` is 0 for the default, 1 to ignore it, 2 for the default with SA_NOCLDWAIT.
    KERNAUT_SIGCHLD,
    /// prctl(PR_SET_CHILD_SUBREAPER, `a`).
    KERNAUT_SUBREAPER,
    /// open(2) of the slot's text for reading, as descriptor `a`.
    KERNAUT_OPEN_FILE,
    /// pidfd_open(2) of pid `a`, as descriptor `b`.
    KERNAUT_OPEN_PIDFD,
    /// setns(2) with descriptor `a` and the flags `b`.
    KERNAUT_SETNS_FILE,
    /// vfork(2); `a` is the child's slot. The child answers for its parent, with 1, as it does for every call with CLONE_VFORK:
    /// see kernaut_puppet_returned.
    KERNAUT_VFORK,
    /// exit_group(2) with status `a`. Gives no answer.
    KERNAUT_EXIT_GROUP,
    /// gettid(2).
    KERNAUT_GETTID,
    /// Reads the file that the slot's text names, of which the part `a` (enum kernaut_file_part) replaces the text, ended by a
    /// zero byte. E2BIG where the file or the part is longer than can be told.
    KERNAUT_READ_FILE,
    /// execve(2) of the probe's own file, which goes on as the same puppet: see kernaut_puppet_resume. Answers with 0 in the new
    /// program. Needs kernaut_table_keep_for_exec.
    KERNAUT_EXECVE,
};

/// What of a file is told.
enum kernaut_file_part {
    KERNAUT_WHOLE_FILE,
    /// Of /proc/PID/cgroup, the path in the line of the version 1 hierarchy that has pids.
    KERNAUT_PATH_OF_PIDS,
    /// The path in the line of the unified hierarchy.
    KERNAUT_PATH_OF_UNIFIED,
};

/// What the second argument of waitid(2) is.
enum kernaut_waitid_kind {
    KERNAUT_P_ALL,
    KERNAUT_P_PID,
    KERNAUT_P_PGID,
    KERNAUT_P_PIDFD,
    /// A pid whose pidfd the puppet opens for the call.
    KERNAUT_P_PIDFD_OF_PID,
    /// The same, with PIDFD_NONBLOCK.
    KERNAUT_P_PIDFD_OF_PID_NONBLOCK,
};

/// What a puppet is to hand to clone3(2).
struct kernaut_clone3 {
    /// `flags`, `exit_signal`, `stack`, `stack_size` and `cgroup` of `struct clone_args`.
    uint64_t flags;
    uint64_t exit_signal;
    uint64_t stack;
    uint64_t stack_size;
    uint64_t cgroup;
    /// The size that is told.
    uint64_t size;
    /// Not 0: a byte behind the last member is not 0.
    uint32_t has_tail;
    /// 0: a pidfd is written to memory of the puppet's, and closed; 1: to the null pointer; 2: to where the child's pid is
    /// written.
    uint32_t pidfd;
    /// 1: `set_tid` is a null pointer; 0: it is one only where `has_set_tid` is 0.
    uint32_t is_set_tid_null;
    uint32_t has_set_tid;
    /// `set_tid_size`
    uint32_t set_tid_count;
};

/// The most pids that are handed to clone3(2).
#define KERNAUT_SET_TID_CAPACITY 33

/// The longest path of a cgroup's directory, with the zero byte at its end.
#define KERNAUT_CLONE3_PATH 288

/// What a racer puts down for a child: who made it, and its pid.
struct kernaut_race_child {
    /// The slot of the racer; UINT32_MAX where no child came of it.
    uint32_t racer;
    /// The child's slot.
    uint32_t slot;
    int32_t pid;
};

/// The memory that the conductor and all its puppets share: one slot for each living puppet.
struct kernaut_table;

/// Maps a table of `slots` slots. NULL, with errno, when there is no memory.
struct kernaut_table *kernaut_table_make(uint32_t slots);

/// Whether puppets that are made from now on keep the table's descriptor, so that they can call execve: it costs their forks a
/// copy of a table of descriptors.
void kernaut_table_keep_for_exec(struct kernaut_table *table, uint32_t keeps);

/// Goes on as a puppet where the arguments are those of one that has called execve; else comes back. To be called before anything
/// that the executable does by itself: a puppet runs nothing but its orders.
void kernaut_puppet_resume(int argc, char *const *argv);

/// Gives the next race the slots that its children may have. Returns a negative errno where they are more than the table
/// has.
int32_t kernaut_race_prepare(struct kernaut_table *table, const uint32_t *slots, uint32_t count);

/// Gives the racers in `slots` their orders, lets them go at the same moment, and waits for all. The pids are theirs, in
/// the same order. Fills in each one's answer. Returns 0; -ESTALE when one of them died.
int32_t kernaut_race_run(struct kernaut_table *table, const uint32_t *slots, const pid_t *pids, uint32_t count,
                         int64_t *answers);

/// What became of a race's slot, by its place among those that it was given.
struct kernaut_race_child kernaut_race_child_at(struct kernaut_table *table, uint32_t place);

/// Tells the puppet `pid` in `slot`, which knows itself by the pid `own`, to kill itself with signal `signal`, and waits until
/// it is a zombie. Returns 0 or a negative errno.
int64_t kernaut_puppet_suicide(struct kernaut_table *table, uint32_t slot, pid_t pid, pid_t own, int32_t signal);

/// Keeps what this process has written by now from its children, but for the table, their stacks and the thread-local
/// variables. A puppet runs C code alone, on its own stack and in the table; a fork that copies nothing else is several times
/// cheaper, and so are the puppet's own forks. Does nothing where /proc is not there.
void kernaut_keep_memory_from_children(const struct kernaut_table *table);

/// Undoes that, for a child that is to run Swift.
void kernaut_share_memory_with_children(const struct kernaut_table *table);

/// unshare(CLONE_NEWUTS). Returns 0 or a negative errno.
int32_t kernaut_unshare_uts(void);

/// Makes a puppet that serves `slot`: the caller's child, without its descriptors, with a copy of its memory or with the same
/// memory. Returns its pid, or a negative errno.
int64_t kernaut_puppet_spawn(struct kernaut_table *table, uint32_t slot, uint32_t shares_memory);

/// Gives the puppet `pid` in `slot` an order and waits for its answer. Returns what the system call returned, or a
/// negative errno; -ESTALE when the puppet died before it answered.
int64_t kernaut_puppet_call(struct kernaut_table *table, uint32_t slot, pid_t pid, enum kernaut_order order,
                            uint64_t a, uint64_t b);

/// Gives an order that the puppet in `slot` does not survive, and does not wait.
void kernaut_puppet_leave(struct kernaut_table *table, uint32_t slot, enum kernaut_order order, uint64_t a, uint64_t b);

/// What the last call with CLONE_VFORK of the puppet `pid` in `slot` has returned: the child's pid, once. 0 where it has not
/// come back; with `waits` it is waited for, and the result is -ESTALE when the puppet died before.
int64_t kernaut_puppet_returned(struct kernaut_table *table, uint32_t slot, pid_t pid, uint32_t waits);

/// Tells the puppet `pid` in `slot` to end with `status`, and waits until it is a zombie. Returns 0 or a negative
/// errno.
int64_t kernaut_puppet_exit(struct kernaut_table *table, uint32_t slot, pid_t pid, uint8_t status);

/// Puts down what the slot's puppet hands to clone3(2) next: the arguments, the pids for the child, and a directory that is
/// opened as `cgroup` for the call (NULL: none). Returns -ENAMETOOLONG or -E2BIG where there is no room for them.
int32_t kernaut_puppet_prepare_clone3(struct kernaut_table *table, uint32_t slot, const struct kernaut_clone3 *args,
                                      const int32_t *set_tid, const char *directory);

/// The text of a slot, KERNAUT_TEXT_CAPACITY bytes.
char *kernaut_puppet_text(struct kernaut_table *table, uint32_t slot);

/// The wait status that the last KERNAUT_WAIT of this slot filled in.
int32_t kernaut_puppet_wait_status(struct kernaut_table *table, uint32_t slot);

/// Forks a child that is the first process of a new PID namespace and a new UTS namespace: when it dies, the kernel
/// kills everything below it. Fills in a pidfd of the child. Returns 0 in the child, its pid in the caller, or a
/// negative errno. The caller must have no other thread.
int64_t kernaut_clone_conductor(int32_t *pidfd);

/// Makes `count` processes with the clone flags `flags`, one after the other, each of which ends at once; they and their
/// parent are in the cgroup whose `cgroup.procs` is given. Fills in the time from each clone(2) to the child's first
/// instruction. Takes at most ten seconds. Returns 0 or a negative errno, -ETIMEDOUT when the parent was killed. The
/// caller must have no other thread.
int64_t kernaut_time_starts(const char *procs_path, uint64_t flags, uint32_t count, int64_t *nanoseconds);

/// What is timed, in a puppet and what it forks.
enum kernaut_timing_kind {
    /// A bomb whose processes do nothing but fork until they are told to stop.
    KERNAUT_FREE_BOMB,
    /// Forks that succeed; the children wait.
    KERNAUT_TIME_MADE,
    /// Forks that are refused with EAGAIN. The program's limits must leave room for the puppet and for `cpus` processes.
    KERNAUT_TIME_REFUSED,
    /// How long a process goes on while another one waits for its processor.
    KERNAUT_TIME_SLICE,
};

struct kernaut_timing_order {
    enum kernaut_timing_kind kind;
    /// A bomb keeps to so many processors, the first ones that it may use; so many forks are made or refused at a time.
    uint32_t cpus;
    /// How many forks are one sample, and how many samples each processor gives.
    uint32_t forks;
    uint32_t batches;
};

/// What samples are of, in nanoseconds.
enum kernaut_sample {
    /// The parent's processor time for a fork that succeeds.
    KERNAUT_SAMPLE_MADE,
    /// The child's, from its beginning up to its own first fork.
    KERNAUT_SAMPLE_STARTED,
    /// The caller's for a fork that is refused.
    KERNAUT_SAMPLE_REFUSED,
    /// From the beginning of a process's turn to its end.
    KERNAUT_SAMPLE_SLICE,
    KERNAUT_SAMPLE_KINDS,
};
#define KERNAUT_MOST_SAMPLES 1024

/// Memory that the harness shares with a puppet that times forks, and with all that come of it.
struct kernaut_timing;

/// How many processors this process may use.
uint32_t kernaut_processors(void);

/// Maps such memory, for an order and a bomb of so many processes; NULL, with errno, when there is no memory. It has to be
/// there before the puppet is.
struct kernaut_timing *kernaut_timing_make(const struct kernaut_timing_order *order, uint32_t processes);

/// Ends the mapping.
void kernaut_timing_unmap(struct kernaut_timing *timing);

/// What a puppet does with KERNAUT_TIMING.
int64_t kernaut_timing_run(struct kernaut_timing *timing);

/// Copies the samples of a kind to where there is room for KERNAUT_MOST_SAMPLES, and returns how many there are.
uint32_t kernaut_timing_samples(const struct kernaut_timing *timing, enum kernaut_sample kind, int64_t *nanoseconds);

/// Has a puppet begin a free-running bomb, and does not wait.
void kernaut_bomb_start(struct kernaut_table *table, uint32_t slot, struct kernaut_timing *timing);

/// Tells all processes of a bomb to fork no more and to wait.
void kernaut_bomb_stop(struct kernaut_timing *timing);

/// What a bomb's processes have counted.
struct kernaut_bomb_counts {
    /// When this was looked at, by CLOCK_MONOTONIC.
    int64_t now_ns;
    uint64_t refused;
    /// The processor time of all of them, each up to its last fork.
    int64_t cpu_ns;
    /// The same up to the first refusal.
    int64_t cpu_by_first_refusal_ns;
    uint32_t made;
    /// How many have stopped; with the first one there are one more than `made`.
    uint32_t parked;
    /// From the beginning to the first refused fork's return; -1: none was.
    int64_t first_refusal_ns;
    /// How many processes, the first one among them, had begun by then; the others wait for a processor.
    uint32_t started_by_first_refusal;
    /// An errno other than EAGAIN, which ends the bomb; else 0.
    int32_t error;
};
struct kernaut_bomb_counts kernaut_bomb_counts(struct kernaut_timing *timing);

/// prctl(PR_SET_PDEATHSIG, SIGKILL): the caller dies with the thread that forked it. Returns 0 or a negative errno.
int32_t kernaut_die_with_parent(void);

/// Takes the niceness that the parent was started with, and not that of its thread that started the caller: libdispatch gives
/// threads one of their own where the kernel lets it, as it lets root.
void kernaut_be_as_nice_as_parent(void);

/// pidfd_open(2). Returns a descriptor or a negative errno.
int32_t kernaut_pidfd_open(pid_t pid);

/// pidfd_send_signal(2). Returns 0 or a negative errno.
int32_t kernaut_pidfd_send_signal(int32_t pidfd, int32_t signal);

/// Waits until a pidfd's process is dead (a zombie or gone), at most `timeout_ms` (-1: without bound).
/// Returns 1 when it is, 0 after the time, or a negative errno.
int32_t kernaut_pidfd_await_death(int32_t pidfd, int32_t timeout_ms);

/// Blocks SIGINT, SIGTERM, SIGHUP and SIGPIPE, and returns a descriptor that is readable when one of them came, or a
/// negative errno.
int32_t kernaut_signal_descriptor(void);

/// Undoes kernaut_signal_descriptor's block in a forked child.
void kernaut_unblock_signals(void);

/// Binds an abstract Unix socket to a name, as a lock that the kernel releases when the last holder of the descriptor
/// is gone. Returns the descriptor, or a negative errno: -EADDRINUSE when somebody else has the name.
int32_t kernaut_claim_name(const char *name);

/// Comes back when no end of a process is half done: whoever was told of as dead by now is a zombie for good, or will be gone.
void kernaut_await_ends_decided(void);

/// The caller's hard RLIMIT_NPROC; UINT64_MAX is unlimited.
uint64_t kernaut_nproc_hard_limit(void);

/// Memory that a guest and the process outside share: programs go in, results come out. Each direction is a ring of bytes
/// with one writer and one reader. Under emulation a byte over any device costs microseconds, over memory next to nothing.
/// Both ends have to be told by other means that there is something.
struct kernaut_channel;

/// The size of the shared memory, in bytes.
#define KERNAUT_CHANNEL_SIZE (1 << 20)

/// The two rings.
enum kernaut_direction {
    KERNAUT_INPUT,
    KERNAUT_RESULTS,
};

/// Makes such memory. Returns a descriptor that is closed on exec, or a negative errno.
int32_t kernaut_channel_make(void);

/// Maps it; NULL where that fails.
struct kernaut_channel *kernaut_channel_map(int32_t descriptor);

/// Ends a mapping.
void kernaut_channel_unmap(struct kernaut_channel *channel);

/// In a guest: maps the memory of QEMU's ivshmem device, not for children; NULL where there is none. Needs /sys.
struct kernaut_channel *kernaut_channel_find(void);

/// Puts as many bytes into a ring as there is room for, and returns how many.
uint64_t kernaut_channel_put(struct kernaut_channel *channel, enum kernaut_direction direction, const uint8_t *bytes,
                             uint64_t count);

/// Takes up to so many bytes out of a ring, and returns how many.
uint64_t kernaut_channel_take(struct kernaut_channel *channel, enum kernaut_direction direction, uint8_t *bytes,
                              uint64_t most);

/// Makes a terminal's descriptor pass bytes as they are. Returns 0 or a negative errno.
int32_t kernaut_terminal_raw(int32_t descriptor);

/// Mounts a file system of the kernel's own. Returns 0 or a negative errno.
int32_t kernaut_mount(const char *type, const char *target, const char *options);

/// Unmounts. Returns 0 or a negative errno.
int32_t kernaut_unmount(const char *target);

/// fork(2) of a process with one thread. Returns 0 in the child, its pid in the caller, or a negative errno.
int64_t kernaut_fork(void);

/// Powers the machine off; comes back only where this process may not do so, with a negative errno.
int32_t kernaut_power_off(void);

/// The parts of a wait status.
int32_t kernaut_wait_exited(int32_t status);
int32_t kernaut_wait_exit_status(int32_t status);
int32_t kernaut_wait_signal(int32_t status);

#ifdef __cplusplus
}
#endif
#endif
