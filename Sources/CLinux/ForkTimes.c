/// What a fork costs, in processor time: that is not lengthened by whatever else runs on the machine.
///
/// A puppet makes *forkers*, one on each of the processors that are asked for, which fork at the same time. A batch is
/// what one set of forkers does; a sample is the mean over one forker's batch.
#define _GNU_SOURCE
#include "Timing.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

/// A gap between two looks at the clock that is longer than an interrupt: another process had the processor.
#define GAP_NS 300000
#define SLICE_SAMPLES 40

static void add_sample(struct kernaut_timing *timing, enum kernaut_sample kind, uint32_t place, int64_t value) {
    if (place < KERNAUT_MOST_SAMPLES) timing->sample_ns[kind][place] = value;
}

static _Noreturn void end(int status) {
    for (;;) RAW_1(SYS_exit, status);
}

/// Waits for all children of the caller. Returns whether all ended well.
static int reap(uint32_t count) {
    int ended_well = 1;
    while (count > 0) {
        int status = 0;
        int64_t pid = RAW_4(SYS_wait4, -1, &status, __WALL, NULL);
        if (pid == -EINTR) continue;
        if (pid < 0) return 0;
        if (status != 0) ended_well = 0;
        count--;
    }
    return ended_well;
}

static void meet(_Atomic uint32_t *count, uint32_t all) {
    atomic_fetch_add(count, 1);
    // Yielding: the other processors may be somebody else's for the moment.
    while (atomic_load(count) < all) sched_yield();
}

/// A child that does what a bomb's does before its own first fork, and then waits for the end of the batch.
static _Noreturn void wait_as_child(struct kernaut_timing *timing) {
    atomic_fetch_add(&timing->next, 1);
    atomic_fetch_add(&timing->arrived_cpu_ns, timing_clock(CLOCK_THREAD_CPUTIME_ID));
    atomic_fetch_add(&timing->arrived, 1);
    while (atomic_load(&timing->leave) == 0) RAW_4(SYS_futex, &timing->leave, FUTEX_WAIT, 0, NULL);
    end(0);
}

static _Noreturn void make_children(struct kernaut_timing *timing, uint32_t number, uint32_t batch) {
    uint32_t forkers = timing->order.cpus;
    uint32_t made = 0;
    meet(&timing->ready, forkers);
    int64_t before = timing_clock(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t turn = 0; turn < timing->order.forks; turn++) {
        int64_t pid = fork_for_timing();
        if (pid == 0) wait_as_child(timing);
        if (pid < 0) end((int)-pid);
        made++;
        timing_clock(CLOCK_THREAD_CPUTIME_ID);  // As a bomb's process does after each fork.
    }
    int64_t spent = timing_clock(CLOCK_THREAD_CPUTIME_ID) - before;
    add_sample(timing, KERNAUT_SAMPLE_MADE, batch * forkers + number, spent / made);
    end(reap(made) ? 0 : EIO);
}

static _Noreturn void be_refused(struct kernaut_timing *timing, uint32_t number, uint32_t batch) {
    uint32_t forkers = timing->order.cpus;
    meet(&timing->ready, forkers);
    int64_t before = timing_clock(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t turn = 0; turn < timing->order.forks; turn++) {
        int64_t pid = fork_for_timing();
        if (pid == 0) end(0);
        if (pid != -EAGAIN) end(pid > 0 ? EEXIST : (int)-pid);
        timing_clock(CLOCK_THREAD_CPUTIME_ID);
    }
    int64_t spent = timing_clock(CLOCK_THREAD_CPUTIME_ID) - before;
    add_sample(timing, KERNAUT_SAMPLE_REFUSED, batch * forkers + number, spent / timing->order.forks);
    // Until all are done, or the last would be refused by nobody's limit.
    meet(&timing->arrived, forkers);
    end(0);
}

static int64_t run_batch(struct kernaut_timing *timing, uint32_t batch) {
    uint32_t forkers = timing->order.cpus;
    atomic_store(&timing->ready, 0);
    atomic_store(&timing->arrived, 0);
    atomic_store(&timing->leave, 0);
    atomic_store(&timing->arrived_cpu_ns, 0);
    for (uint32_t number = 0; number < forkers; number++) {
        int64_t pid = fork_for_timing();
        if (pid < 0) return pid;
        if (pid > 0) continue;
        int64_t kept = keep_to_processor(number);
        if (kept < 0) end((int)-kept);
        if (timing->order.kind == KERNAUT_TIME_MADE) make_children(timing, number, batch);
        be_refused(timing, number, batch);
    }
    if (timing->order.kind == KERNAUT_TIME_MADE) {
        uint32_t children = forkers * timing->order.forks;
        while (atomic_load(&timing->arrived) < children) {
            const struct timespec pause = {.tv_nsec = 200000};
            RAW_2(SYS_nanosleep, &pause, NULL);
            // A forker that was refused never gets there.
            siginfo_t ended;
            ended.si_pid = 0;
            raw_call(SYS_waitid, P_ALL, 0, (uint64_t)(uintptr_t)&ended, WEXITED | WNOHANG | WNOWAIT, 0, 0);
            if (ended.si_pid != 0) return -EAGAIN;
        }
        add_sample(timing, KERNAUT_SAMPLE_STARTED, batch, atomic_load(&timing->arrived_cpu_ns) / children);
        atomic_store(&timing->leave, 1);
        RAW_3(SYS_futex, &timing->leave, FUTEX_WAKE, INT_MAX);
    }
    return reap(forkers) ? 0 : -EIO;
}

/// Two processes on one processor look at the clock: how long does each go on until it is the other's turn?
static int64_t time_slices(struct kernaut_timing *timing) {
    int64_t other = fork_for_timing();
    if (other < 0) return other;
    int64_t kept = keep_to_processor(0);
    if (kept < 0) return kept;
    if (other == 0)
        while (atomic_load(&timing->leave) == 0) {}
    if (other == 0) end(0);
    int64_t first = timing_clock(CLOCK_MONOTONIC), begin = first, last = first;
    uint32_t found = 0;
    while (found < SLICE_SAMPLES && last - first < 2000000000) {
        int64_t now = timing_clock(CLOCK_MONOTONIC);
        if (now - last > GAP_NS) {
            add_sample(timing, KERNAUT_SAMPLE_SLICE, found++, last - begin);
            begin = now;
        }
        last = now;
    }
    // Alone for two seconds: nobody takes turns here.
    if (found == 0) add_sample(timing, KERNAUT_SAMPLE_SLICE, found++, last - begin);
    timing->samples[KERNAUT_SAMPLE_SLICE] = found;
    atomic_store(&timing->leave, 1);
    return reap(1) ? 0 : -EIO;
}

int64_t time_forks(struct kernaut_timing *timing) {
    if (timing->order.kind == KERNAUT_TIME_SLICE) return time_slices(timing);
    uint32_t samples = timing->order.batches * timing->order.cpus;
    if (samples > KERNAUT_MOST_SAMPLES) return -E2BIG;
    // The first batch finds caches empty that a bomb fills with its first forks.
    for (uint32_t batch = 0; batch < timing->order.batches + 1; batch++) {
        int64_t result = run_batch(timing, batch == 0 ? 0 : batch - 1);
        if (result != 0) return result;
    }
    if (timing->order.kind == KERNAUT_TIME_MADE) {
        timing->samples[KERNAUT_SAMPLE_MADE] = samples;
        timing->samples[KERNAUT_SAMPLE_STARTED] = timing->order.batches;
    } else {
        timing->samples[KERNAUT_SAMPLE_REFUSED] = samples;
    }
    return 0;
}
