#define _GNU_SOURCE
#include "Table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static int64_t set_nproc(uint64_t soft, uint64_t hard) {
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    return RAW_4(SYS_prlimit64, 0, RLIMIT_NPROC, &limit, NULL);
}

static int64_t become(uint64_t user, uint64_t nproc) {
    int64_t result;
    if (nproc == UINT64_MAX) {
        result = set_nproc(RLIM_INFINITY, RLIM_INFINITY);
        if (result == -EPERM) {
            // Without CAP_SYS_RESOURCE the inherited hard limit is the highest that there is.
            struct rlimit limit;
            result = RAW_4(SYS_prlimit64, 0, RLIMIT_NPROC, NULL, &limit);
            if (result == 0) result = set_nproc(limit.rlim_max, limit.rlim_max);
        }
    } else {
        result = set_nproc(nproc, nproc);
    }
    if (result != 0 || user == 0) return result;
    if ((result = RAW_2(SYS_setgroups, 0, NULL)) != 0) return result;
    if ((result = RAW_3(SYS_setresgid, user, user, user)) != 0) return result;
    if ((result = RAW_3(SYS_setresuid, user, user, user)) != 0) return result;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    return RAW_2(SYS_capset, &header, none);
}

static int64_t read_name(char *text, enum kernaut_order order) {
    struct utsname names;
    int64_t result = RAW_1(SYS_uname, &names);
    if (result != 0) return result;
    memcpy(text, order == KERNAUT_UNAME ? names.nodename : names.domainname, sizeof names.nodename);
    text[sizeof names.nodename] = 0;
    return 0;
}

static int64_t enter_namespaces(pid_t pid, uint64_t flags) {
    int64_t pidfd = RAW_2(SYS_pidfd_open, pid, 0);
    if (pidfd < 0) return pidfd;
    int64_t result = RAW_2(SYS_setns, pidfd, flags);
    RAW_1(SYS_close, pidfd);
    return result;
}

/// Gives what was opened a number that nothing else has.
static int64_t open_as(int64_t descriptor, uint64_t number) {
    if (descriptor < 0 || (uint64_t)descriptor == number) return descriptor < 0 ? descriptor : 0;
    int64_t result = RAW_3(SYS_dup3, descriptor, number, O_CLOEXEC);
    RAW_1(SYS_close, descriptor);
    return result < 0 ? result : 0;
}

static int64_t read_link(char *text) {
    char path[KERNAUT_TEXT_CAPACITY];
    memcpy(path, text, sizeof path);
    path[sizeof path - 1] = 0;
    int64_t length = RAW_4(SYS_readlinkat, AT_FDCWD, path, text, KERNAUT_TEXT_CAPACITY - 1);
    if (length < 0) return length;
    text[length] = 0;
    return 0;
}

static int64_t write_file(const char *text, uint64_t length) {
    const char *content = text + strnlen(text, KERNAUT_TEXT_CAPACITY - 1) + 1;
    if (length > (size_t)(text + KERNAUT_TEXT_CAPACITY - content)) return -E2BIG;
    int64_t file = RAW_4(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CLOEXEC, 0);
    if (file < 0) return file;
    int64_t written = RAW_3(SYS_write, file, content, length);
    RAW_1(SYS_close, file);
    return written < 0 ? written : 0;
}

/// waitid(2). The status is left as wait4(2) would tell it.
static int64_t wait_for(struct slot *slot) {
    static const int idtypes[] = {P_ALL, P_PID, P_PGID, 3 /* P_PIDFD */};
    enum kernaut_waitid_kind kind = (enum kernaut_waitid_kind)(slot->a >> 32);
    int64_t id = (int32_t)slot->a, pidfd = -1;
    uint64_t options = slot->b | WNOHANG;
    if (kind >= KERNAUT_P_PIDFD_OF_PID) {
        // A descriptor that asks not to wait is to do so alone.
        if (kind == KERNAUT_P_PIDFD_OF_PID_NONBLOCK) options = slot->b;
        pidfd = RAW_2(SYS_pidfd_open, id, kind == KERNAUT_P_PIDFD_OF_PID_NONBLOCK ? O_NONBLOCK : 0);
        if (pidfd < 0) return pidfd;
        id = pidfd;
        kind = KERNAUT_P_PIDFD;
    }
    siginfo_t ended;
    ended.si_pid = 0;
    int64_t result = raw_call(SYS_waitid, (uint64_t)idtypes[kind], (uint64_t)id, (uint64_t)(uintptr_t)&ended, options, 0, 0);
    if (pidfd >= 0) RAW_1(SYS_close, pidfd);
    if (result < 0) return result;
    slot->wait_status = ended.si_code == CLD_EXITED ? ended.si_status << 8 : ended.si_status;
    return ended.si_pid;
}

static int64_t set_child_signal(uint64_t kind) {
    // As the kernel has it, which is not the C library's struct sigaction.
    struct {
        uint64_t handler, flags, restorer, mask;
    } action = {.handler = kind == 1 ? 1 /* SIG_IGN */ : 0, .flags = kind == 2 ? SA_NOCLDWAIT : 0};
    return RAW_4(SYS_rt_sigaction, SIGCHLD, &action, NULL, sizeof action.mask);
}

static int64_t set_user(uint64_t user) {
    // Who may become another user may become its group too; who may not is told so by the second call.
    RAW_3(SYS_setresgid, user, user, user);
    return RAW_3(SYS_setresuid, user, user, user);
}

/// Forks until it is refused. Returns the child's slot in a child; in the racer the errno, with `*child` UINT32_MAX.
static int64_t race(struct kernaut_table *table, uint32_t number, uint32_t racers, uint32_t *child) {
    atomic_fetch_add(&table->racers_ready, 1);
    // Spinning: a futex would wake the racers one after the other. Yielding, since there may be one processor.
    while (atomic_load_explicit(&table->race_open, memory_order_acquire) == 0) sched_yield();
    (void)racers;
    for (;;) {
        uint32_t place = atomic_fetch_add(&table->race_next, 1);
        if (place >= table->race_count) return -ENOSPC;
        struct kernaut_race_child *entry = &race_of(table)[place];
        uint32_t slot = entry->slot;
        int64_t pid = kernaut_fork_process();
        if (pid == 0) {
            *child = slot;
            return 0;
        }
        if (pid < 0) {
            *child = UINT32_MAX;
            return pid;
        }
        entry->pid = (int32_t)pid;
        entry->racer = number;
    }
}

/// Leaves the conductor's table of descriptors for an empty one of its own, or for one that has nothing but `kept`.
static int64_t leave_descriptors(int32_t kept) {
    int64_t result = RAW_3(SYS_close_range, kept + 1, ~0U, CLOSE_RANGE_UNSHARE);
    if (result == 0 && kept > 0) result = RAW_3(SYS_close_range, 0, kept - 1, 0);
    if (result != -ENOSYS) return result;
    // Before Linux 5.9.
    result = RAW_1(SYS_unshare, CLONE_FILES);
    for (int descriptor = 0; result == 0 && descriptor < 1024; descriptor++)
        if (descriptor != kept) RAW_1(SYS_close, descriptor);
    return result;
}

void kernaut_puppet_begin(void *argument) {
    struct birth *birth = argument;
    if (birth->suspended != UINT32_MAX) answer(&birth->table->slots[birth->suspended], 1);
    if (birth->unwanted >= 0) RAW_1(SYS_close, birth->unwanted);
    // A puppet keeps no descriptor that it has no use for, so that no pipe of the conductor stays open by it and its forks copy no file table.
    if (birth->is_first && leave_descriptors(birth->table->kept_descriptor) != 0)
        for (;;) RAW_1(SYS_exit, 1);
    // Memory of one's own is dumpable in the beginning, whatever the conductor's has become.
    if (birth->is_first && birth->has_own_memory) RAW_2(SYS_prctl, PR_SET_DUMPABLE, 1);
    kernaut_puppet_serve(birth->table, birth->slot);
}

/// The whole life of a puppet. A forked child goes on in this same loop with its own slot.
_Noreturn void kernaut_puppet_serve(struct kernaut_table *table, uint32_t number) {
    struct slot *slot = &table->slots[number];
    for (;;) {
        while (atomic_load_explicit(&slot->request, memory_order_acquire) == 0)
            futex(&slot->request, FUTEX_WAIT, 0, NULL);
        atomic_store_explicit(&slot->request, 0, memory_order_relaxed);
        int64_t result = -ENOSYS;
        switch ((enum kernaut_order)slot->order) {
        case KERNAUT_FORK:
        case KERNAUT_VFORK:
        case KERNAUT_CLONE: {
            uint64_t child = slot->a;
            uint64_t flags = slot->order == KERNAUT_VFORK ? CLONE_VFORK | CLONE_VM : slot->b;
            if (slot->order == KERNAUT_FORK) {
                flags = 0;
                result = kernaut_fork_process();
            } else {
                result = kernaut_clone_process(table, slot, flags);
            }
            if (result == 0) {
                if ((flags & CLONE_VFORK) != 0) answer(slot, 1);
                slot = &table->slots[child];
                continue;
            }
            if (result < 0 || (flags & CLONE_VFORK) == 0) break;
            come_back(slot, result);
            continue;
        }
        case KERNAUT_CLONE3: {
            uint64_t child = slot->a;
            uint64_t flags = kernaut_clone3_flags(slot);
            result = kernaut_clone3_process(table, slot);
            if (result == 0) {
                slot = &table->slots[child];
                continue;
            }
            if (result < 0 || (flags & CLONE_VFORK) == 0) break;
            come_back(slot, result);
            continue;
        }
        case KERNAUT_EXIT_GROUP:
            for (;;) RAW_1(SYS_exit_group, (int)slot->a);
        case KERNAUT_GETTID:
            result = RAW_1(SYS_gettid, 0);
            break;
        case KERNAUT_EXIT:
            // Not exit_group: a thread ends alone.
            for (;;) RAW_1(SYS_exit, (int)slot->a);
        case KERNAUT_WAIT:
            result = RAW_4(SYS_wait4, (pid_t)slot->a, &slot->wait_status, WNOHANG | (int)slot->b, NULL);
            break;
        case KERNAUT_WAITID:
            result = wait_for(slot);
            break;
        case KERNAUT_SIGCHLD:
            result = set_child_signal(slot->a);
            break;
        case KERNAUT_SUBREAPER:
            result = RAW_2(SYS_prctl, PR_SET_CHILD_SUBREAPER, slot->a);
            break;
        case KERNAUT_UNSHARE:
            result = RAW_1(SYS_unshare, slot->a);
            break;
        case KERNAUT_SETHOSTNAME:
            result = RAW_2(SYS_sethostname, slot->text, slot->a);
            break;
        case KERNAUT_UNAME:
        case KERNAUT_UNAME_DOMAIN:
            result = read_name(slot->text, (enum kernaut_order)slot->order);
            break;
        case KERNAUT_SETDOMAINNAME:
            result = RAW_2(SYS_setdomainname, slot->text, slot->a);
            break;
        case KERNAUT_SETNS:
            result = enter_namespaces((pid_t)slot->a, slot->b);
            break;
        case KERNAUT_OPEN_FILE:
            result = open_as(RAW_4(SYS_openat, AT_FDCWD, slot->text, O_RDONLY | O_CLOEXEC, 0), slot->a);
            break;
        case KERNAUT_OPEN_PIDFD:
            result = open_as(RAW_2(SYS_pidfd_open, (pid_t)slot->a, 0), slot->b);
            break;
        case KERNAUT_SETNS_FILE:
            result = RAW_2(SYS_setns, slot->a, slot->b);
            break;
        case KERNAUT_PIDFD_OPEN:
            result = RAW_2(SYS_pidfd_open, (pid_t)slot->a, 0);
            break;
        case KERNAUT_CLOSE:
            result = RAW_1(SYS_close, slot->a);
            break;
        case KERNAUT_READLINK:
            result = read_link(slot->text);
            break;
        case KERNAUT_GETPPID:
            result = RAW_1(SYS_getppid, 0);
            break;
        case KERNAUT_GETPID:
            result = RAW_1(SYS_getpid, 0);
            break;
        case KERNAUT_KILL:
            result = RAW_2(SYS_kill, (pid_t)slot->a, (int)slot->b);
            break;
        case KERNAUT_SETRESUID:
            result = set_user(slot->a);
            break;
        case KERNAUT_RACE: {
            uint32_t child = UINT32_MAX;
            result = race(table, (uint32_t)(slot - table->slots), (uint32_t)slot->a, &child);
            if (result == 0) {
                slot = &table->slots[child];
                continue;
            }
            break;
        }
        case KERNAUT_SETRLIMIT_NPROC:
            result = set_nproc(slot->a, slot->b);
            break;
        case KERNAUT_WRITE_FILE:
            result = write_file(slot->text, slot->a);
            break;
        case KERNAUT_READ_FILE:
            result = kernaut_read_part(slot->text, slot->a);
            break;
        case KERNAUT_TIMING:
            result = kernaut_timing_run((struct kernaut_timing *)(uintptr_t)slot->a);
            break;
        case KERNAUT_EXECVE:
            result = kernaut_exec_puppet(table, (uint32_t)(slot - table->slots));
            break;
        case KERNAUT_BECOME:
            result = become(slot->a, slot->b);
            break;
        }
        answer(slot, result);
    }
}
