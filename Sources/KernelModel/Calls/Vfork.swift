/// A caller of `clone` with `CLONE_VFORK` who waits.
struct Vfork: Sendable {
    let parent: TaskID
    let child: TaskID
    /// The child has called execve.
    var isDone = false
}

/// `wait_for_vfork_done`, `kernel/fork.c`: who made a child with `CLONE_VFORK` makes no calls before the child has given up its
/// memory (`mm_release`), by its end or by execve.
extension Kernel {
    /// Whose end or execve a task waits for; nil for a task that waits for nobody's.
    public func vforkChild(of task: TaskID) -> TaskID? {
        vforks.first { $0.parent == task && holdsUp($0) }?.child
    }

    /// Those whose `clone` has come back since this was asked last, in the order in which they were made.
    public mutating func takeVforkReturns() -> [TaskID] {
        guard !vforks.isEmpty else { return [] }
        let known = vforks
        vforks = known.filter { holdsUp($0) && isLiving($0.parent) }
        return known.filter { !holdsUp($0) && isLiving($0.parent) }.map(\.parent).sorted()
    }

    /// The child still has the memory that it began with.
    private func holdsUp(_ vfork: Vfork) -> Bool { !vfork.isDone && isLiving(vfork.child) }
}
