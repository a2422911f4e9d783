#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
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
    struct slot slots[];
};

static long futex(_Atomic uint32_t *word, int operation, uint32_t value, const struct timespec *timeout) {
    // Not FUTEX_PRIVATE_FLAG: the word is shared between processes.
    return syscall(SYS_futex, word, operation, value, timeout, NULL, 0);
}

static size_t table_size(uint32_t slots) { return sizeof(struct kernaut_table) + slots * sizeof(struct slot); }

struct kernaut_table *kernaut_table_make(uint32_t slots) {
    struct kernaut_table *table =
        mmap(NULL, table_size(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (table == MAP_FAILED) return NULL;
    table->count = slots;
    return table;
}

void kernaut_table_free(struct kernaut_table *table) { munmap(table, table_size(table->count)); }

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

static int64_t read_nodename(char *text) {
    struct utsname names;
    if (uname(&names) != 0) return -errno;
    memcpy(text, names.nodename, sizeof names.nodename);
    text[sizeof names.nodename] = 0;
    return 0;
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
            long pid = slot->order == KERNAUT_FORK ? fork_process()
                                                   : syscall(SYS_clone, slot->b | SIGCHLD, 0, 0, 0, 0);
            if (pid == 0) {
                slot = &table->slots[child];
                continue;
            }
            result = answer_of(pid);
            break;
        }
        case KERNAUT_EXIT:
            _exit((int)slot->a);
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
            result = read_nodename(slot->text);
            break;
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

int64_t kernaut_puppet_call(struct kernaut_table *table, uint32_t number, pid_t pid, enum kernaut_order order,
                            uint64_t a, uint64_t b) {
    struct slot *slot = &table->slots[number];
    if (order == KERNAUT_FORK || order == KERNAUT_CLONE) reset(&table->slots[a]);
    post(slot, order, a, b);
    // The timeout is no poll: an answer wakes this at once. It bounds the wait for a puppet that something else killed.
    const struct timespec patience = {.tv_sec = 1};
    while (atomic_load_explicit(&slot->reply, memory_order_acquire) == 0) {
        if (futex(&slot->reply, FUTEX_WAIT, 0, &patience) != 0 && errno == ETIMEDOUT && is_dead(pid)
            && atomic_load_explicit(&slot->reply, memory_order_acquire) == 0)
            return -ESTALE;
    }
    return slot->result;
}

int64_t kernaut_puppet_exit(struct kernaut_table *table, uint32_t number, pid_t pid, uint8_t status) {
    int32_t pidfd = kernaut_pidfd_open(pid);
    if (pidfd < 0) return pidfd;
    post(&table->slots[number], KERNAUT_EXIT, status, 0);
    int32_t dead = kernaut_pidfd_await_death(pidfd, -1);
    close(pidfd);
    return dead < 0 ? dead : 0;
}
