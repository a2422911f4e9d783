/// The memory in which forks are timed, as the puppet that times them and its children see it.
#ifndef KERNAUT_TIMING_H
#define KERNAUT_TIMING_H

#include "CLinux.h"
#include "Raw.h"

#include <stdatomic.h>
#include <time.h>

/// What one process of a free-running bomb counts. On a cache line of its own: these are written all the time.
struct bomb_process {
    _Alignas(64) _Atomic uint64_t refused;
    /// The processor time that it had, as of its last fork.
    _Atomic int64_t cpu_ns;
};

struct kernaut_timing {
    struct kernaut_timing_order order;
    /// The processes that a free-running bomb may have.
    uint32_t capacity;
    /// Set by the harness: every process of a bomb forks no more, and waits.
    _Atomic uint32_t stop;
    /// The next process of a bomb that nobody has taken.
    _Atomic uint32_t next;
    _Atomic uint32_t made;
    /// How many of a bomb's processes wait after the stop.
    _Atomic uint32_t parked;
    /// The first errno that should not have come.
    _Atomic int32_t error;
    int64_t begin_ns;
    _Atomic int64_t first_refusal_ns;
    _Atomic uint32_t started_by_first_refusal;
    _Atomic int64_t cpu_by_first_refusal_ns;
    /// Calibration: who is ready, who may go, and who may leave, by the number of the batch.
    _Atomic uint32_t ready;
    _Atomic uint32_t arrived;
    _Atomic uint32_t leave;
    _Atomic int64_t arrived_cpu_ns;
    uint32_t samples[KERNAUT_SAMPLE_KINDS];
    int64_t sample_ns[KERNAUT_SAMPLE_KINDS][KERNAUT_MOST_SAMPLES];
    struct bomb_process processes[];
};

static inline int64_t timing_clock(clockid_t clock) {
    struct timespec time;
    // The system call, not the library's: see Raw.h.
    RAW_2(SYS_clock_gettime, clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// What a puppet does with its order.
int64_t free_bomb(struct kernaut_timing *timing);
int64_t time_forks(struct kernaut_timing *timing);

/// Keeps the caller on the first `count` of the processors that it may use. Returns how many those are, or a negative errno.
int64_t keep_to_processors(uint32_t count);
/// Keeps the caller on one of them, the one with this number, from 0.
int64_t keep_to_processor(uint32_t number);

/// fork(2), for a child that goes on in the same code.
static inline int64_t fork_for_timing(void) {
#ifdef SYS_fork
    return raw_call(SYS_fork, 0, 0, 0, 0, 0, 0);
#else
    return raw_call(SYS_clone, 17 /* SIGCHLD */, 0, 0, 0, 0, 0);
#endif
}

#endif
