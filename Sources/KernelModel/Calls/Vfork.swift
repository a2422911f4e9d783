/// A caller of `clone` with `CLONE_VFORK` who waits.
struct Vfork: Sendable {
    let parent: TaskID
    let child: TaskID
}

/// `wait_for_vfork_done`, `kernel/fork.c`: who made a child with `CLONE_VFORK` makes no calls before the child has given up its
/// memory (`mm_release`), by its end: nobody calls execve here.
extension Kernel {
    /// Whose end a task waits for; nil for a task that waits for nobody's.
    public func vforkChild(of task: TaskID) -> TaskID? {
        vforks.first { $0.parent == task && isLiving($0.child) }?.child
    }

    /// Those whose `clone` has come back since this was asked last, in the order in which they were made.
    public mutating func takeVforkReturns() -> [TaskID] {
        guard !vforks.isEmpty else { return [] }
        let known = vforks
        vforks = known.filter { isLiving($0.child) && isLiving($0.parent) }
        return known.filter { !isLiving($0.child) && isLiving($0.parent) }.map(\.parent).sorted()
    }
}
