/// A call that was seen in a running kernel, as often as it was seen.
///
/// The caller is the innermost function around the call that the kernel can trace: functions that the compiler inlined,
/// and functions that are kept from tracing, are not seen. Names are those of the kernel's symbols, with what the
/// compiler added to them: `finish_task_switch.isra.0`.
public struct ObservedCall: Hashable, Sendable {
    /// The function that calls.
    public var caller: String
    /// The function that is called.
    public var callee: String
    /// In whose stead.
    public var context: CallContext
    /// How often.
    public var count: Int
    /// How many of these were the first that the task did after the processor had come back to it from another one.
    public var resumed: Int
    /// How many of these came after the caller had run into a page fault, or directly after an interrupt of it or when
    /// it was preempted: they may be what then ran.
    public var interrupted: Int

    /// Makes a call.
    public init(
        caller: String,
        callee: String,
        context: CallContext,
        count: Int,
        resumed: Int = 0,
        interrupted: Int = 0
    ) {
        self.caller = caller
        self.callee = callee
        self.context = context
        self.count = count
        self.resumed = resumed
        self.interrupted = interrupted
    }
}

/// A function that nothing that can be traced called: where user space, an interrupt, a fault or a new task comes in.
public struct ObservedEntry: Hashable, Sendable {
    /// The function.
    public var function: String
    /// In whose stead.
    public var context: CallContext
    /// How often.
    public var count: Int

    /// Makes an entry.
    public init(function: String, context: CallContext, count: Int) {
        self.function = function
        self.context = context
        self.count = count
    }
}
