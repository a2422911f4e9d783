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
    /// A stack for each slot.
    char *stacks;
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

/// What KERNAUT_READ_FILE does.
int64_t kernaut_read_part(char *text, uint64_t part);

/// Makes a slot ready for a puppet that is not born yet.
static inline void reset(struct slot *slot) {
    atomic_store_explicit(&slot->request, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->reply, 0, memory_order_relaxed);
}

#endif
