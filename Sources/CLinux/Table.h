/// The table that a conductor shares with its puppets, as both of them see it.
#ifndef KERNAUT_TABLE_H
#define KERNAUT_TABLE_H

#include "CLinux.h"
#include "Raw.h"

#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/// The stack of a puppet that does not go on on its parent's. It calls nothing deep.
#define STACK_SIZE 16384

struct birth {
    struct kernaut_table *table;
    uint32_t slot;
    /// The harness's own child, with descriptors of the harness's that are not to be kept.
    uint32_t is_first;
    uint32_t has_own_memory;
    /// The slot of a parent that waits for this one's end (CLONE_VFORK), and that it answers for; UINT32_MAX for none.
    uint32_t suspended;
    /// A descriptor of its parent's that is not to be kept; -1 for none.
    int32_t unwanted;
};

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
    /// What a call with CLONE_VFORK has returned, which the child answered before; 0 as long as it has not come back.
    _Atomic int64_t returned;
    /// Its futex.
    _Atomic uint32_t has_returned;
    _Alignas(8) char text[KERNAUT_TEXT_CAPACITY];
};

struct kernaut_table {
    uint32_t count;
    /// How many racers wait for the start, and the start itself.
    _Atomic uint32_t racers_ready;
    _Atomic uint32_t race_open;
    /// The next of the race's slots that nobody has taken, and how many there are.
    _Atomic uint32_t race_next;
    uint32_t race_count;
    /// A stack for each slot.
    char *stacks;
    /// The memory of this table as a file, for those that have called execve.
    int32_t descriptor;
    /// The same for puppets that are made from now on, if they are to call execve; else -1.
    int32_t kept_descriptor;
    /// Behind the slots lies what becomes of a race's slots, and behind that what each slot's puppet is told at birth.
    struct slot slots[];
};

static inline struct kernaut_race_child *race_of(struct kernaut_table *table) {
    return (struct kernaut_race_child *)&table->slots[table->count];
}

static inline struct birth *births_of(struct kernaut_table *table) {
    return (struct birth *)&race_of(table)[table->count];
}

static inline int64_t futex(_Atomic uint32_t *word, int operation, uint32_t value, const struct timespec *timeout) {
    // Not FUTEX_PRIVATE_FLAG: the word is shared between processes.
    return RAW_4(SYS_futex, word, operation, value, timeout);
}

/// Where a puppet with a stack of its own begins, with its `struct birth`.
void kernaut_puppet_begin(void *birth);

/// fork(2), clone(2) and vfork(2), and clone3(2), as a slot's order says. They come back in a child with 0 where that has a copy
/// of its parent's stack.
int64_t kernaut_fork_process(void);
int64_t kernaut_clone_process(struct kernaut_table *table, const struct slot *slot, uint64_t flags);
int64_t kernaut_clone3_process(struct kernaut_table *table, struct slot *slot);

/// The flags that a slot hands to clone3(2).
uint64_t kernaut_clone3_flags(const struct slot *slot);

/// What KERNAUT_EXECVE does. Comes back with an errno only.
int64_t kernaut_exec_puppet(struct kernaut_table *table, uint32_t slot);

/// Maps a table where others have it, and the stacks. NULL where that cannot be.
struct kernaut_table *kernaut_table_find(uint64_t place, int32_t descriptor);

/// The whole life of a puppet.
_Noreturn void kernaut_puppet_serve(struct kernaut_table *table, uint32_t slot);

/// What KERNAUT_READ_FILE does.
int64_t kernaut_read_part(char *text, uint64_t part);

/// Makes a slot ready for a puppet that is not born yet.
static inline void reset(struct slot *slot) {
    atomic_store_explicit(&slot->request, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->reply, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->returned, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->has_returned, 0, memory_order_relaxed);
}

/// Tells the conductor what came of an order.
static inline void answer(struct slot *slot, int64_t result) {
    slot->result = result;
    atomic_store_explicit(&slot->reply, 1, memory_order_release);
    futex(&slot->reply, FUTEX_WAKE, 1, NULL);
}

/// Tells it that a call has come back whose child answered for it.
static inline void come_back(struct slot *slot, int64_t result) {
    atomic_store_explicit(&slot->returned, result, memory_order_relaxed);
    atomic_store_explicit(&slot->has_returned, 1, memory_order_release);
    futex(&slot->has_returned, FUTEX_WAKE, 1, NULL);
}

#endif
