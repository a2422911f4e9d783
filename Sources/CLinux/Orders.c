#define _GNU_SOURCE
#include "Table.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

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
    // A thread has no pidfd before 6.9.
    if (pidfd < 0) return kill(pid, 0) != 0 && errno == ESRCH;
    int32_t dead = kernaut_pidfd_await_death(pidfd, 0);
    close(pidfd);
    return dead == 1;
}

/// Waits until a puppet has answered. Returns 0; -ESTALE when it died before.
static int32_t await_reply(struct slot *slot, pid_t pid) {
    // The timeout is no poll: an answer wakes this at once. It bounds the wait for a puppet that something else killed.
    const struct timespec patience = {.tv_sec = 1};
    while (atomic_load_explicit(&slot->reply, memory_order_acquire) == 0) {
        if (futex(&slot->reply, FUTEX_WAIT, 0, &patience) == -ETIMEDOUT && is_dead(pid)
            && atomic_load_explicit(&slot->reply, memory_order_acquire) == 0)
            return -ESTALE;
    }
    return 0;
}

int32_t kernaut_race_prepare(struct kernaut_table *table, const uint32_t *slots, uint32_t count) {
    if (count > table->count) return -ENOSPC;
    for (uint32_t place = 0; place < count; place++) {
        reset(&table->slots[slots[place]]);
        race_of(table)[place] = (struct kernaut_race_child){.racer = UINT32_MAX, .slot = slots[place], .pid = 0};
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
    return race_of(table)[place];
}

int64_t kernaut_puppet_call(struct kernaut_table *table, uint32_t number, pid_t pid, enum kernaut_order order,
                            uint64_t a, uint64_t b) {
    struct slot *slot = &table->slots[number];
    if (order == KERNAUT_FORK || order == KERNAUT_VFORK || order == KERNAUT_CLONE || order == KERNAUT_CLONE3)
        reset(&table->slots[a]);
    post(slot, order, a, b);
    int32_t lost = await_reply(slot, pid);
    return lost != 0 ? lost : slot->result;
}

void kernaut_puppet_leave(struct kernaut_table *table, uint32_t number, enum kernaut_order order, uint64_t a,
                          uint64_t b) {
    post(&table->slots[number], order, a, b);
}

int64_t kernaut_puppet_returned(struct kernaut_table *table, uint32_t number, pid_t pid, uint32_t waits) {
    struct slot *slot = &table->slots[number];
    const struct timespec patience = {.tv_sec = 1};
    while (atomic_load_explicit(&slot->has_returned, memory_order_acquire) == 0) {
        if (!waits) return 0;
        if (futex(&slot->has_returned, FUTEX_WAIT, 0, &patience) == -ETIMEDOUT && is_dead(pid)
            && atomic_load_explicit(&slot->has_returned, memory_order_acquire) == 0)
            return -ESTALE;
    }
    atomic_store_explicit(&slot->has_returned, 0, memory_order_relaxed);
    return atomic_load_explicit(&slot->returned, memory_order_relaxed);
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

int64_t kernaut_puppet_suicide(struct kernaut_table *table, uint32_t number, pid_t pid, pid_t own, int32_t signal) {
    return last_order(table, number, pid, KERNAUT_KILL, (uint64_t)own, (uint64_t)signal);
}

void kernaut_bomb_start(struct kernaut_table *table, uint32_t number, struct kernaut_timing *timing) {
    post(&table->slots[number], KERNAUT_TIMING, (uint64_t)(uintptr_t)timing, 0);
}
