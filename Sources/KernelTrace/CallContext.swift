/// In whose stead the processor ran when a call was seen.
public enum CallContext: String, CaseIterable, Comparable, Sendable {
    /// The task itself, in a system call for instance.
    case task
    /// A fault that the task ran into: a page that was not there.
    case exception
    /// A softirq that the processor served on the task's stack.
    case softirq
    /// A hardware interrupt that came while the task ran.
    case hardirq

    /// In the order of the cases.
    public static func < (left: CallContext, right: CallContext) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
