/// A bomb that nobody holds back: every process of it forks again and again, its children as well, until all are told to
/// stop. What bounds it is the program's limits, and the guard above them.
#define _GNU_SOURCE
#include "Timing.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>

/// How many processes have begun, of those that there was room for.
static uint32_t count_begun(const struct kernaut_timing *timing) {
    uint32_t begun = atomic_load(&timing->next);
    return begun > timing->capacity ? timing->capacity : begun;
}

static int64_t cpu_of_all(const struct kernaut_timing *timing) {
    uint32_t begun = count_begun(timing);
    int64_t sum = 0;
    for (uint32_t number = 0; number < begun; number++)
        sum += atomic_load_explicit(&timing->processes[number].cpu_ns, memory_order_relaxed);
    return sum;
}

/// Notes a refusal, if it is the first one of all.
static void note_refusal(struct kernaut_timing *timing) {
    if (atomic_load(&timing->first_refusal_ns) != 0) return;
    int64_t none = 0, now = timing_clock(CLOCK_MONOTONIC);
    if (!atomic_compare_exchange_strong(&timing->first_refusal_ns, &none, now)) return;
    atomic_store(&timing->started_by_first_refusal, atomic_load(&timing->next));
    atomic_store(&timing->cpu_by_first_refusal_ns, cpu_of_all(timing));
}

int64_t free_bomb(struct kernaut_timing *timing) {
    int64_t kept = keep_to_processors(timing->order.cpus);
    if (kept < 0) return kept;
    atomic_store(&timing->next, 0);
    timing->begin_ns = timing_clock(CLOCK_MONOTONIC);
    for (;;) {
        // A process begins here, the first one and every child.
        uint32_t number = atomic_fetch_add(&timing->next, 1);
        if (number >= timing->capacity) {
            atomic_store(&timing->error, ENOSPC);
            atomic_store(&timing->stop, 1);
            for (;;) RAW_1(SYS_exit, 1);
        }
        struct bomb_process *own = &timing->processes[number];
        int is_child = 0;
        while (atomic_load_explicit(&timing->stop, memory_order_relaxed) == 0) {
            int64_t pid = fork_for_timing();
            if (pid == 0) {
                is_child = 1;
                break;
            }
            if (pid > 0) {
                atomic_fetch_add(&timing->made, 1);
            } else if (pid == -EAGAIN) {
                uint64_t refused = atomic_load_explicit(&own->refused, memory_order_relaxed);
                if (refused == 0) note_refusal(timing);
                // Nobody else writes here.
                atomic_store_explicit(&own->refused, refused + 1, memory_order_relaxed);
            } else {
                atomic_store(&timing->error, (int32_t)-pid);
                atomic_store(&timing->stop, 1);
            }
            atomic_store_explicit(&own->cpu_ns, timing_clock(CLOCK_THREAD_CPUTIME_ID), memory_order_relaxed);
        }
        if (is_child) continue;
        atomic_fetch_add(&timing->parked, 1);
        // Whoever ends this ends all of them: the harness, by its own end or by the guard's.
        for (;;) RAW_4(SYS_futex, &timing->stop, FUTEX_WAIT, 1, NULL);
    }
}

int64_t keep_to_processors(uint32_t count) {
    cpu_set_t allowed, kept;
    CPU_ZERO(&allowed);
    CPU_ZERO(&kept);
    int64_t result = RAW_3(SYS_sched_getaffinity, 0, sizeof allowed, &allowed);
    if (result < 0) return result;
    uint32_t found = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && found < count; cpu++)
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_SET(cpu, &kept);
            found++;
        }
    if (found == 0) return -EINVAL;
    result = RAW_3(SYS_sched_setaffinity, 0, sizeof kept, &kept);
    return result < 0 ? result : found;
}

int64_t keep_to_processor(uint32_t number) {
    cpu_set_t allowed, kept;
    CPU_ZERO(&allowed);
    CPU_ZERO(&kept);
    int64_t result = RAW_3(SYS_sched_getaffinity, 0, sizeof allowed, &allowed);
    if (result < 0) return result;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && number-- == 0) {
            CPU_SET(cpu, &kept);
            return RAW_3(SYS_sched_setaffinity, 0, sizeof kept, &kept);
        }
    return -EINVAL;
}

uint32_t kernaut_processors(void) {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? (uint32_t)CPU_COUNT(&allowed) : 1;
}

struct kernaut_timing *kernaut_timing_make(const struct kernaut_timing_order *order, uint32_t processes) {
    struct kernaut_timing *timing =
        mmap(NULL, sizeof *timing + (size_t)processes * sizeof timing->processes[0], PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (timing == MAP_FAILED) return NULL;
    timing->order = *order;
    timing->capacity = processes;
    return timing;
}

void kernaut_timing_unmap(struct kernaut_timing *timing) {
    munmap(timing, sizeof *timing + (size_t)timing->capacity * sizeof timing->processes[0]);
}

int64_t kernaut_timing_run(struct kernaut_timing *timing) {
    return timing->order.kind == KERNAUT_FREE_BOMB ? free_bomb(timing) : time_forks(timing);
}

void kernaut_bomb_stop(struct kernaut_timing *timing) { atomic_store(&timing->stop, 1); }

struct kernaut_bomb_counts kernaut_bomb_counts(struct kernaut_timing *timing) {
    struct kernaut_bomb_counts counts = {0};
    uint32_t begun = count_begun(timing);
    for (uint32_t number = 0; number < begun; number++)
        counts.refused += atomic_load_explicit(&timing->processes[number].refused, memory_order_relaxed);
    counts.cpu_ns = cpu_of_all(timing);
    counts.now_ns = timing_clock(CLOCK_MONOTONIC);
    counts.made = atomic_load(&timing->made);
    counts.parked = atomic_load(&timing->parked);
    counts.error = atomic_load(&timing->error);
    int64_t first = atomic_load(&timing->first_refusal_ns);
    counts.first_refusal_ns = first == 0 ? -1 : first - timing->begin_ns;
    counts.cpu_by_first_refusal_ns = atomic_load(&timing->cpu_by_first_refusal_ns);
    counts.started_by_first_refusal = atomic_load(&timing->started_by_first_refusal);
    return counts;
}

uint32_t kernaut_timing_samples(const struct kernaut_timing *timing, enum kernaut_sample kind, int64_t *nanoseconds) {
    for (uint32_t index = 0; index < timing->samples[kind]; index++) nanoseconds[index] = timing->sample_ns[kind][index];
    return timing->samples[kind];
}
