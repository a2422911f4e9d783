import KernelTrace
import Testing

@testable import Probe

/// What function_graph printed in guests, and what the parser makes of it. The lines are recorded ones.
@Suite struct FunctionGraphTests {
    private func parse(_ text: String) throws -> CallTrace {
        var parser = FunctionGraphParser()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { parser.read(line) }
        #expect(parser.strange == nil)
        return parser.trace
    }

    private func pairs(_ trace: CallTrace) -> [String] {
        trace.calls.map { "\($0.context.rawValue) \($0.count) \($0.caller) \($0.callee)" }
    }

    private func entries(_ trace: CallTrace) -> [String] {
        trace.entries.map { "\($0.context.rawValue) \($0.count) \($0.function)" }
    }

    @Test func nestedFunctionsAreCallsOfTheOneAround() throws {
        // Linux 7.3
        let trace = try parse(
            """
             0)     sh-108     |  ...1. | cgroup_can_fork() {
             0)     sh-108     |  ...1. |   _raw_spin_lock_irq();
             0)     sh-108     |  d..2. |   _raw_spin_unlock_irq();
             0)     sh-108     |  ...1. |   cpuset_can_fork() {
             0)     sh-108     |  ...1. |     __rcu_read_lock();
             0)     sh-108     |  ...1. |     __rcu_read_unlock();
             0)     sh-108     |  ...1. |   } /* cpuset_can_fork */
             0)     sh-108     |  ...1. |   pids_can_fork();
             0)     sh-108     |  ...1. | } /* cgroup_can_fork */
            """
        )
        #expect(
            pairs(trace) == [
                "task 1 cgroup_can_fork _raw_spin_lock_irq", "task 1 cgroup_can_fork _raw_spin_unlock_irq",
                "task 1 cgroup_can_fork cpuset_can_fork", "task 1 cgroup_can_fork pids_can_fork",
                "task 1 cpuset_can_fork __rcu_read_lock", "task 1 cpuset_can_fork __rcu_read_unlock",
            ]
        )
        #expect(entries(trace) == ["task 1 cgroup_can_fork"])
        #expect(trace.functionsEntered == 7)
        #expect(trace.unclear == 0)
    }

    @Test func fourFlagsOfOlderKernelsAreRead() throws {
        // Linux 5.10
        let trace = try parse(
            """
             0)     sh-86      |  d... | exit_to_user_mode_prepare() {
             0)     sh-86      |  d... |   fpregs_assert_state_consistent();
             0)     sh-86      |  d... | } /* exit_to_user_mode_prepare */
             0)     sh-86      |  d... | irq_enter_rcu();
             0)     sh-86      |  d.h. | __sysvec_apic_timer_interrupt() {
             0)     sh-86      |  d.h. |   hrtimer_interrupt() {
             0)     sh-86      |  d.h. |     _raw_spin_lock_irqsave();
            """
        )
        #expect(
            pairs(trace) == [
                "hardirq 1 __sysvec_apic_timer_interrupt hrtimer_interrupt",
                "task 1 exit_to_user_mode_prepare fpregs_assert_state_consistent",
                "hardirq 1 hrtimer_interrupt _raw_spin_lock_irqsave",
            ]
        )
        #expect(
            entries(trace) == [
                "hardirq 1 __sysvec_apic_timer_interrupt", "task 1 exit_to_user_mode_prepare",
                "hardirq 1 irq_enter_rcu",
            ]
        )
    }

    @Test func anInterruptIsNoCallOfWhatItInterrupts() throws {
        // Linux 6.12
        let trace = try parse(
            """
             0)     sh-145     |  ...1. | mutex_unlock() {
             0)     sh-145     |  d..2. |   irq_enter_rcu();
             0)     sh-145     |  d.h2. |   __sysvec_apic_timer_interrupt() {
             0)     sh-145     |  d.h2. |     hrtimer_interrupt() {
             0)     sh-145     |  d.h1. |     } /* hrtimer_interrupt */
             0)     sh-145     |  d.h1. |   } /* __sysvec_apic_timer_interrupt */
             0)     sh-145     |  d.h2. |   irq_exit_rcu() {
             0)     sh-145     |  d..2. |     handle_softirqs() {
             0)     sh-145     |  ..s2. |       rcu_core_si() {
            """
        )
        #expect(
            pairs(trace) == [
                "hardirq 1 __sysvec_apic_timer_interrupt hrtimer_interrupt",
                "softirq 1 handle_softirqs rcu_core_si", "hardirq 1 irq_exit_rcu handle_softirqs",
            ]
        )
        #expect(
            entries(trace) == [
                "hardirq 1 __sysvec_apic_timer_interrupt", "hardirq 1 irq_enter_rcu", "hardirq 1 irq_exit_rcu",
                "task 1 mutex_unlock",
            ]
        )
    }

    @Test func tasksHaveStacksOfTheirOwnAcrossSwitches() throws {
        // Linux 7.3: the child starts, and later its parent goes on within __schedule, which is not traced.
        let trace = try parse(
            """
             0)     sh-108     |  ...2. |       schedule() {
             0)     sh-108     |  d..3. |         __traceiter_sched_switch();
             ------------------------------------------
             0)     sh-108     =>  hostnam-109  
             ------------------------------------------

             0)  hostnam-109   |  d..3. | ret_from_fork() {
             0)  hostnam-109   |  d..3. |   schedule_tail() {
             0)  hostnam-109   |  d..3. |     finish_task_switch.isra.0() {
             0)  hostnam-109   |  d..3. |       ktime_get();
             ------------------------------------------
             0)  hostnam-109   =>     sh-108    
             ------------------------------------------

             0)     sh-108     |  d..3. |         finish_task_switch.isra.0() {
             0)     sh-108     |  d..3. |           ktime_get();
            """
        )
        #expect(
            pairs(trace) == [
                "task 2 finish_task_switch.isra.0 ktime_get", "task 1 ret_from_fork schedule_tail",
                "task 1 schedule __traceiter_sched_switch", "task 1 schedule finish_task_switch.isra.0",
                "task 1 schedule_tail finish_task_switch.isra.0",
            ]
        )
        let resumed = trace.calls.filter { $0.resumed > 0 }.map { "\($0.caller) \($0.callee)" }
        #expect(resumed == ["schedule finish_task_switch.isra.0"])
    }

    @Test func aCallerThatWasNotSeenIsInNoPair() throws {
        // Linux 7.3: an interrupt came while folio_add_lru's own call was being recorded.
        let trace = try parse(
            """
             0)  hostnam-109   |  ...2. | folio_add_lru_vma() {
             0)  hostnam-109   |  ...2. |   folio_add_lru() {
             0)  hostnam-109   |  d..3. |       irq_enter_rcu();
             0)  hostnam-109   |  d.h3. |       __sysvec_apic_timer_interrupt() {
            """
        )
        #expect(pairs(trace) == ["task 1 folio_add_lru_vma folio_add_lru"])
        #expect(entries(trace).contains("hardirq 1 irq_enter_rcu"))
    }

    @Test func whatComesAfterAFaultIsMarkedInTheFunctionThatFaulted() throws {
        // Linux 6.1: the line of the fault is indented as the kernel's own bookkeeping has it, not as the function is.
        let trace = try parse(
            """
             0)   hostnam-88   |  d.... | schedule_tail() {
             0)   hostnam-88   |  ...1. |   __task_pid_nr_ns() {
             0)   hostnam-88   |  ..... |   } /* __task_pid_nr_ns */
             0)   hostnam-88   |  d.... | /* page_fault_kernel: address=0x195ec690 ip=__put_user_nocheck_4 error_code=0x3 */
             0)   hostnam-88   |  ...1. |   lock_mm_and_find_vma() {
             0)   hostnam-88   |  ...1. |     down_read_trylock();
            """
        )
        let interrupted = trace.calls.filter { $0.interrupted > 0 }.map { "\($0.caller) \($0.callee)" }
        #expect(interrupted == ["schedule_tail lock_mm_and_find_vma"])
    }

    @Test func aPreemptionIsMarkedInTheFunctionThatWasPreempted() throws {
        // Linux 7.3
        let trace = try parse(
            """
             0)     sh-108     |  ...1. | static_key_count() {
             0)     sh-108     |  dB.2. |   rcu_note_context_switch();
             0)     sh-108     |  dB.2. |   migrate_disable_switch.isra.0();
             0)     sh-108     |  ...1. |   __rcu_read_lock();
            """
        )
        let interrupted = trace.calls.filter { $0.interrupted > 0 }.map(\.callee)
        #expect(interrupted == ["migrate_disable_switch.isra.0", "rcu_note_context_switch"])
    }

    @Test func lostEventsAreCounted() throws {
        let trace = try parse("CPU:0 [LOST 4711 EVENTS]\n 0)     sh-108     |  ...1. | mutex_unlock();")
        #expect(trace.lost == 4711)
    }

    @Test(arguments: ["hello", " 0)  3.457 us    |  mutex_unlock();", " x)     sh-108     |  ...1. | mutex_unlock();"])
    func aFormThatIsNotKnownIsNotGuessedAt(_ line: String) {
        var parser = FunctionGraphParser()
        parser.read(Substring(line))
        #expect(parser.strange == line)
    }

    @Test(arguments: ["mutex_unlock();", "mutex_unlock(lock=0xffff888004c3f2a8);", "mutex_unlock(); /* ret=0x0 */"])
    func argumentsAndReturnValuesOfNewerKernelsArePassedOver(_ text: String) {
        let line = FunctionGraphLine(" 0)     sh-108     |  ...1. |   \(text)")
        #expect(line?.content == .start(function: "mutex_unlock", depth: 1, isLeaf: true))
    }
}
