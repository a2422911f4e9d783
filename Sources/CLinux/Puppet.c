#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct slot {
    /// 1 while an order waits to be carried out; the puppet's futex.
    _Alignas(64) _Atomic uint32_t request;
    /// 1 when the answer is there; the conductor's futex.
    _Atomic uint32_t reply;
    uint32_t order;
    int32_t wait_status;
    uint64_t a;
    uint64_t b;
    int64_t result;
    char text[KERNAUT_TEXT_CAPACITY];
};

struct kernaut_table {
    uint32_t count;
    /// How many racers wait for the start, and the start itself.
    _Atomic uint32_t racers_ready;
    _Atomic uint32_t race_open;
    /// The next of the race's slots that nobody has taken, and how many there are.
    _Atomic uint32_t race_next;
    uint32_t race_count;
    struct kernaut_race_child *race;
    /// For each slot, what its puppet is told at birth, and its stack, where it shares memory with its parent.
    struct birth *births;
    char *stacks;
    struct slot slots[];
};

static long futex(_Atomic uint32_t *word, int operation, uint32_t value, const struct timespec *timeout) {
    // Not FUTEX_PRIVATE_FLAG: the word is shared between processes.
    return syscall(SYS_futex, word, operation, value, timeout, NULL, 0);
}

/// The stack of a puppet that shares its parent's memory. It calls nothing deep.
#define STACK_SIZE 16384

struct birth {
    struct kernaut_table *table;
    uint32_t slot;
};

static size_t table_size(uint32_t slots) {
    return sizeof(struct kernaut_table)
           + slots * (sizeof(struct slot) + sizeof(struct kernaut_race_child) + sizeof(struct birth));
}

struct kernaut_table *kernaut_table_make(uint32_t slots) {
    struct kernaut_table *table =
        mmap(NULL, table_size(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (table == MAP_FAILED) return NULL;
    table->count = slots;
    table->race = (struct kernaut_race_child *)&table->slots[slots];
    table->births = (struct birth *)&table->race[slots];
    // Private, so that a child which gets memory of its own gets its parent's stack as well; not used, it takes no memory.
    table->stacks = mmap(NULL, (size_t)slots * STACK_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (table->stacks == MAP_FAILED) {
        munmap(table, table_size(slots));
        return NULL;
    }
    return table;
}

static int table_holds(const struct kernaut_table *table, uint64_t address) {
    uint64_t stacks = (uint64_t)table->stacks;
    return (address >= (uint64_t)table && address < (uint64_t)table + table_size(table->count))
           || (address >= stacks && address < stacks + (uint64_t)table->count * STACK_SIZE);
}

static void advise(uint64_t start, uint64_t end, int advice) {
    // A static executable's thread-local variables, errno among them, lie at the beginning of its heap.
    uint64_t mine = (uint64_t)&errno;
    if (mine >= start && mine < end) start = (mine + 16384) / 4096 * 4096;
    if (start < end) madvise((void *)start, end - start, advice);
}

static void advise_heap(const struct kernaut_table *table, int advice) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end, inode;
        char permissions[5], name[256] = "";
        if (sscanf(line, "%lx-%lx %4s %*s %*s %lu %255s", &start, &end, permissions, &inode, name) < 4) continue;
        if (permissions[0] != 'r' || permissions[1] != 'w' || inode != 0) continue;
        if (table != NULL && table_holds(table, start)) continue;
        // Without a name, what lies low is the executable's own variables, which C code needs.
        int is_heap = strcmp(name, "[heap]") == 0 || (name[0] == 0 && start > UINT32_MAX);
        if (is_heap) advise(start, end, advice);
    }
    fclose(maps);
}

void kernaut_keep_heap_from_children(const struct kernaut_table *table) { advise_heap(table, MADV_DONTFORK); }

void kernaut_share_heap_with_children(void) { advise_heap(NULL, MADV_DOFORK); }

void kernaut_table_free(struct kernaut_table *table) {
    munmap(table->stacks, (size_t)table->count * STACK_SIZE);
    munmap(table, table_size(table->count));
}

char *kernaut_puppet_text(struct kernaut_table *table, uint32_t slot) { return table->slots[slot].text; }

int32_t kernaut_puppet_wait_status(struct kernaut_table *table, uint32_t slot) {
    return table->slots[slot].wait_status;
}

static int64_t answer_of(long returned) { return returned < 0 ? -errno : returned; }

static long fork_process(void) {
#ifdef SYS_fork
    return syscall(SYS_fork);
#else
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

static int64_t set_nproc(uint64_t soft, uint64_t hard) {
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    return answer_of(setrlimit(RLIMIT_NPROC, &limit));
}

static int64_t become(uint64_t user, uint64_t nproc) {
    int64_t result;
    if (nproc == UINT64_MAX) {
        result = set_nproc(RLIM_INFINITY, RLIM_INFINITY);
        if (result == -EPERM) {
            // Without CAP_SYS_RESOURCE the inherited hard limit is the highest that there is.
            struct rlimit limit;
            if (getrlimit(RLIMIT_NPROC, &limit) != 0) return -errno;
            result = set_nproc(limit.rlim_max, limit.rlim_max);
        }
    } else {
        result = set_nproc(nproc, nproc);
    }
    if (result != 0 || user == 0) return result;
    // The raw system calls: glibc's wrappers would signal the threads that it believes this process has.
    if (syscall(SYS_setgroups, 0, NULL) != 0) return -errno;
    if (syscall(SYS_setresgid, user, user, user) != 0) return -errno;
    if (syscall(SYS_setresuid, user, user, user) != 0) return -errno;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    return answer_of(syscall(SYS_capset, &header, none));
}

static int64_t read_name(char *text, enum kernaut_order order) {
    struct utsname names;
    if (uname(&names) != 0) return -errno;
    memcpy(text, order == KERNAUT_UNAME ? names.nodename : names.domainname, sizeof names.nodename);
    text[sizeof names.nodename] = 0;
    return 0;
}

static int64_t enter_namespaces(pid_t pid, uint64_t flags) {
    int32_t pidfd = kernaut_pidfd_open(pid);
    if (pidfd < 0) return pidfd;
    int64_t result = answer_of(syscall(SYS_setns, pidfd, flags));
    close(pidfd);
    return result;
}

static int64_t read_link(char *text) {
    char path[KERNAUT_TEXT_CAPACITY];
    memcpy(path, text, sizeof path);
    path[sizeof path - 1] = 0;
    ssize_t length = readlink(path, text, KERNAUT_TEXT_CAPACITY - 1);
    if (length < 0) return -errno;
    text[length] = 0;
    return 0;
}

static int64_t set_user(uint64_t user) {
    // Who may become another user may become its group too; who may not is told so by the second call.
    syscall(SYS_setresgid, user, user, user);
    return answer_of(syscall(SYS_setresuid, user, user, user));
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
        struct kernaut_race_child *entry = &table->race[place];
        uint32_t slot = entry->slot;
        long pid = fork_process();
        if (pid == 0) {
            *child = slot;
            return 0;
        }
        if (pid < 0) {
            *child = UINT32_MAX;
            return -errno;
        }
        entry->pid = (int32_t)pid;
        entry->racer = number;
    }
}

static _Noreturn void serve(struct kernaut_table *table, uint32_t number);

static int begin(void *argument) {
    struct birth *birth = argument;
    serve(birth->table, birth->slot);
}

/// clone(2). A child that shares memory gets a stack of its own; any other goes on on a copy of its parent's.
static long clone_process(struct kernaut_table *table, uint32_t child, uint64_t flags) {
    if ((flags & CLONE_VM) == 0) return syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    struct birth *birth = &table->births[child];
    *birth = (struct birth){.table = table, .slot = child};
    return clone(begin, table->stacks + (size_t)(child + 1) * STACK_SIZE, (int)(flags | SIGCHLD), birth);
}

/// The whole life of a puppet. A forked child goes on in this same loop with its own slot.
static _Noreturn void serve(struct kernaut_table *table, uint32_t number) {
    struct slot *slot = &table->slots[number];
    for (;;) {
        while (atomic_load_explicit(&slot->request, memory_order_acquire) == 0)
            futex(&slot->request, FUTEX_WAIT, 0, NULL);
        atomic_store_explicit(&slot->request, 0, memory_order_relaxed);
        int64_t result = -ENOSYS;
        switch ((enum kernaut_order)slot->order) {
        case KERNAUT_FORK:
        case KERNAUT_CLONE: {
            uint64_t child = slot->a;
            long pid = slot->order == KERNAUT_FORK ? fork_process() : clone_process(table, (uint32_t)child, slot->b);
            if (pid == 0) {
                slot = &table->slots[child];
                continue;
            }
            result = answer_of(pid);
            break;
        }
        case KERNAUT_EXIT:
            // Not exit_group: a thread ends alone.
            for (;;) syscall(SYS_exit, (int)slot->a);
        case KERNAUT_WAIT:
            result = answer_of(syscall(SYS_wait4, (pid_t)slot->a, &slot->wait_status, WNOHANG, NULL));
            break;
        case KERNAUT_UNSHARE:
            result = answer_of(syscall(SYS_unshare, slot->a));
            break;
        case KERNAUT_SETHOSTNAME:
            result = answer_of(syscall(SYS_sethostname, slot->text, slot->a));
            break;
        case KERNAUT_UNAME:
        case KERNAUT_UNAME_DOMAIN:
            result = read_name(slot->text, (enum kernaut_order)slot->order);
            break;
        case KERNAUT_SETDOMAINNAME:
            result = answer_of(syscall(SYS_setdomainname, slot->text, slot->a));
            break;
        case KERNAUT_SETNS:
            result = enter_namespaces((pid_t)slot->a, slot->b);
            break;
        case KERNAUT_READLINK:
            result = read_link(slot->text);
            break;
        case KERNAUT_GETPPID:
            result = syscall(SYS_getppid);
            break;
        case KERNAUT_KILL:
            result = answer_of(syscall(SYS_kill, (pid_t)slot->a, (int)slot->b));
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
        case KERNAUT_BECOME:
            result = become(slot->a, slot->b);
            break;
        }
        slot->result = result;
        atomic_store_explicit(&slot->reply, 1, memory_order_release);
        futex(&slot->reply, FUTEX_WAKE, 1, NULL);
    }
}

static void reset(struct slot *slot) {
    atomic_store_explicit(&slot->request, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->reply, 0, memory_order_relaxed);
}

int64_t kernaut_puppet_spawn(struct kernaut_table *table, uint32_t slot) {
    reset(&table->slots[slot]);
    long pid = fork_process();
    if (pid != 0) return answer_of(pid);
    // A puppet keeps no descriptor, so that no pipe of the conductor stays open by it and its forks copy no file table.
    syscall(SYS_close_range, 0, ~0U, 0);
    serve(table, slot);
}

static void post(struct slot *slot, enum kernaut_order order, uint64_t a, uint64_t b) {
    slot->order = order;
    slot->a = a;
    slot->b = b;
    atomic_store_explicit(&slot->reply, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->request, 1, memory_order_release);
    futex(&slot->request, FUTEX_WAKE, 1, NULL);
}

static int is_dead(pid_t pid) {
    int32_t pidfd = kernaut_pidfd_open(pid);
    if (pidfd < 0) return pidfd == -ESRCH;
    int32_t dead = kernaut_pidfd_await_death(pidfd, 0);
    close(pidfd);
    return dead == 1;
}

/// Waits until a puppet has answered. Returns 0; -ESTALE when it died before.
static int32_t await_reply(struct slot *slot, pid_t pid) {
    // The timeout is no poll: an answer wakes this at once. It bounds the wait for a puppet that something else killed.
    const struct timespec patience = {.tv_sec = 1};
    while (atomic_load_explicit(&slot->reply, memory_order_acquire) == 0) {
        if (futex(&slot->reply, FUTEX_WAIT, 0, &patience) != 0 && errno == ETIMEDOUT && is_dead(pid)
            && atomic_load_explicit(&slot->reply, memory_order_acquire) == 0)
            return -ESTALE;
    }
    return 0;
}

int32_t kernaut_race_prepare(struct kernaut_table *table, const uint32_t *slots, uint32_t count) {
    if (count > table->count) return -ENOSPC;
    for (uint32_t place = 0; place < count; place++) {
        reset(&table->slots[slots[place]]);
        table->race[place] = (struct kernaut_race_child){.racer = UINT32_MAX, .slot = slots[place], .pid = 0};
    }
    table->race_count = count;
    atomic_store(&table->race_next, 0);
    atomic_store(&table->race_open, 0);
    atomic_store(&table->racers_ready, 0);
    return 0;
}

int32_t kernaut_race_run(struct kernaut_table *table, const uint32_t *slots, const pid_t *pids, uint32_t count,
                         int64_t *answers) {
    for (uint32_t racer = 0; racer < count; racer++) post(&table->slots[slots[racer]], KERNAUT_RACE, count, 0);
    uint32_t turns = 0;
    while (atomic_load(&table->racers_ready) < count) {
        sched_yield();
        // Every so often, a look at whether somebody else has killed one of them.
        if (++turns % 4096 == 0)
            for (uint32_t racer = 0; racer < count; racer++)
                if (is_dead(pids[racer])) return -ESTALE;
    }
    atomic_store_explicit(&table->race_open, 1, memory_order_release);
    for (uint32_t racer = 0; racer < count; racer++) {
        struct slot *slot = &table->slots[slots[racer]];
        if (await_reply(slot, pids[racer]) != 0) return -ESTALE;
        answers[racer] = slot->result;
    }
    return 0;
}

struct kernaut_race_child kernaut_race_child_at(struct kernaut_table *table, uint32_t place) {
    return table->race[place];
}

int64_t kernaut_puppet_call(struct kernaut_table *table, uint32_t number, pid_t pid, enum kernaut_order order,
                            uint64_t a, uint64_t b) {
    struct slot *slot = &table->slots[number];
    if (order == KERNAUT_FORK || order == KERNAUT_CLONE) reset(&table->slots[a]);
    post(slot, order, a, b);
    int32_t lost = await_reply(slot, pid);
    return lost != 0 ? lost : slot->result;
}

/// Gives an order that a puppet does not survive, and waits until it is a zombie.
static int64_t last_order(struct kernaut_table *table, uint32_t number, pid_t pid, enum kernaut_order order,
                          uint64_t a, uint64_t b) {
    int32_t pidfd = kernaut_pidfd_open(pid);
    if (pidfd < 0) return pidfd;
    post(&table->slots[number], order, a, b);
    int32_t dead = kernaut_pidfd_await_death(pidfd, -1);
    close(pidfd);
    return dead < 0 ? dead : 0;
}

int64_t kernaut_puppet_exit(struct kernaut_table *table, uint32_t number, pid_t pid, uint8_t status) {
    return last_order(table, number, pid, KERNAUT_EXIT, status, 0);
}

int64_t kernaut_puppet_suicide(struct kernaut_table *table, uint32_t number, pid_t pid, int32_t signal) {
    return last_order(table, number, pid, KERNAUT_KILL, (uint64_t)pid, (uint64_t)signal);
}
