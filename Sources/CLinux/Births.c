/// How puppets make puppets.
#define _GNU_SOURCE
#include "Start.h"
#include "Table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

int64_t kernaut_fork_process(void) {
#ifdef SYS_fork
    return raw_call(SYS_fork, 0, 0, 0, 0, 0, 0);
#else
    return raw_call(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
#endif
}

/// What a child with a stack of its own is told.
static struct birth *birth_of(struct kernaut_table *table, uint32_t child, const struct slot *parent, uint64_t flags) {
    struct birth *birth = &births_of(table)[child];
    *birth = (struct birth){.table = table, .slot = child, .suspended = UINT32_MAX, .unwanted = -1};
    if ((flags & CLONE_VFORK) != 0) birth->suspended = (uint32_t)(parent - table->slots);
    return birth;
}

static char *stack_of(struct kernaut_table *table, uint32_t child) {
    return table->stacks + (size_t)(child + 1) * STACK_SIZE;
}

/// clone(2) or vfork(2). A child that shares memory gets a stack of its own; any other goes on on a copy of its parent's.
int64_t kernaut_clone_process(struct kernaut_table *table, const struct slot *slot, uint64_t flags) {
    uint32_t child = (uint32_t)slot->a;
    if ((flags & CLONE_VM) == 0) return raw_call(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0, 0);
    int64_t number = SYS_clone;
#ifdef SYS_vfork
    if (slot->order == KERNAUT_VFORK) number = SYS_vfork;
#endif
    return raw_start(number, flags | SIGCHLD, 0, stack_of(table, child), kernaut_puppet_begin, birth_of(table, child, slot, flags));
}

/// What kernaut_puppet_prepare_clone3 leaves in a slot's text.
struct clone3_order {
    struct kernaut_clone3 args;
    int32_t set_tid[KERNAUT_SET_TID_CAPACITY];
    char directory[KERNAUT_CLONE3_PATH];
};
_Static_assert(sizeof(struct clone3_order) <= KERNAUT_TEXT_CAPACITY, "an order of clone3 fits into a slot's text");

int32_t kernaut_puppet_prepare_clone3(struct kernaut_table *table, uint32_t slot, const struct kernaut_clone3 *args,
                                      const int32_t *set_tid, const char *directory) {
    struct clone3_order order;
    memset(&order, 0, sizeof order);
    order.args = *args;
    if (args->set_tid_count > KERNAUT_SET_TID_CAPACITY) return -E2BIG;
    if (args->has_set_tid) memcpy(order.set_tid, set_tid, args->set_tid_count * sizeof *set_tid);
    if (directory != NULL) {
        size_t length = strlen(directory);
        if (length >= sizeof order.directory) return -ENAMETOOLONG;
        memcpy(order.directory, directory, length);
    }
    memcpy(table->slots[slot].text, &order, sizeof order);
    return 0;
}

uint64_t kernaut_clone3_flags(const struct slot *slot) {
    struct clone3_order order;
    memcpy(&order, slot->text, sizeof order);
    return order.args.flags;
}

/// clone3(2). The child goes on on a copy of this stack, or on one of its own where it shares memory.
int64_t kernaut_clone3_process(struct kernaut_table *table, struct slot *slot) {
    uint32_t child = (uint32_t)slot->a;
    struct clone3_order order;
    memcpy(&order, slot->text, sizeof order);
    // As large as the kernel may read: what is told to be larger is not read.
    struct {
        struct clone_args known;
        char tail[4096 - sizeof(struct clone_args)];
    } args;
    memset(&args, 0, sizeof args);
    int32_t pidfd = -1;
    uint64_t addresses[] = {(uint64_t)(uintptr_t)&pidfd, 0, 0};
    args.known.flags = order.args.flags;
    args.known.pidfd = addresses[order.args.pidfd];
    args.known.exit_signal = order.args.exit_signal;
    args.known.stack = order.args.stack;
    args.known.stack_size = order.args.stack_size;
    if (order.args.has_set_tid && !order.args.is_set_tid_null) args.known.set_tid = (uint64_t)(uintptr_t)order.set_tid;
    args.known.set_tid_size = order.args.set_tid_count;
    args.known.cgroup = order.args.cgroup;
    if (order.args.has_tail) args.tail[0] = 1;
    int64_t directory = -1;
    if (order.directory[0] != 0) {
        directory = RAW_4(SYS_openat, AT_FDCWD, order.directory, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        if (directory < 0) return directory;
        args.known.cgroup = (uint64_t)directory;
    }
    int64_t pid;
    if ((order.args.flags & CLONE_VM) == 0) {
        pid = RAW_2(SYS_clone3, &args, order.args.size);
        if (pid == 0 && (order.args.flags & CLONE_VFORK) != 0) answer(slot, 1);
    } else {
        struct birth *birth = birth_of(table, child, slot, order.args.flags);
        if ((order.args.flags & CLONE_FILES) == 0) birth->unwanted = (int32_t)directory;
        pid = raw_start(SYS_clone3, (uint64_t)(uintptr_t)&args, order.args.size, stack_of(table, child), kernaut_puppet_begin, birth);
    }
    // A child with the same table of descriptors leaves them to its parent.
    if (directory >= 0 && (pid != 0 || (order.args.flags & CLONE_FILES) == 0)) RAW_1(SYS_close, directory);
    if (pid > 0 && pidfd >= 0) RAW_1(SYS_close, pidfd);
    return pid;
}

int64_t kernaut_puppet_spawn(struct kernaut_table *table, uint32_t slot, uint32_t shares_memory) {
    reset(&table->slots[slot]);
    struct birth *birth = birth_of(table, slot, NULL, 0);
    birth->is_first = 1;
    birth->has_own_memory = !shares_memory;
    uint64_t flags = CLONE_FILES | (shares_memory ? CLONE_VM : 0);
    return raw_start(SYS_clone, flags | SIGCHLD, 0, stack_of(table, slot), kernaut_puppet_begin, birth);
}
