/// Functions that are never called by the function that they interrupt: the entry and exit code of interrupts and faults
/// calls them, and is itself kept from tracing.
enum EntryPoints {
    /// Start or end an interrupt, outside of what the flags show as one: arch/x86/include/asm/idtentry.h and
    /// kernel/softirq.c.
    static let interrupt: Set<Substring> = ["irq_enter_rcu", "irq_enter", "irq_exit_rcu", "irq_exit"]

    /// Called on the way back from an interrupt to the kernel code that it interrupted: irqentry_exit of
    /// kernel/entry/common.c.
    static let returnToKernel: Set<Substring> = [
        "raw_irqentry_exit_cond_resched", "irqentry_exit_cond_resched", "preempt_schedule_irq",
    ]

    /// Called by a fault's entry: exc_page_fault and handle_page_fault of arch/x86/mm/fault.c.
    static let exception: Set<Substring> = ["do_user_addr_fault", "do_kern_addr_fault"]

    /// The tracepoint of a page fault in kernel code: arch/x86/include/asm/trace/exceptions.h.
    static let pageFault = "page_fault_kernel"

    /// The first function that can be traced of those that __schedule calls (kernel/sched/core.c).
    static let scheduling: Substring = "rcu_note_context_switch"
}
