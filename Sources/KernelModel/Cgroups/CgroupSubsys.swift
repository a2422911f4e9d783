/// A controller and its callbacks, as `struct cgroup_subsys` of `include/linux/cgroup-defs.h`.
///
/// A callback that a controller leaves empty is nil and costs nothing, as in the kernel, which keeps a mask of those
/// that are filled. What may refuse is asked before a task changes hands, and taken back by those who were asked before,
/// in the same order.
public struct CgroupSubsys: Sendable {
    /// A task that changes cgroups, of `struct cgroup_taskset`.
    public struct Migration: Sendable {
        /// The task. Its ``Task/cgroups`` is still the old set.
        public let task: TaskID
        /// The set that it goes to.
        public let destination: CSSSetID
    }

    /// `name`: `pids`
    public let name: String
    /// `css_alloc`: makes the state of a cgroup; `parent` is the state above, nil for the root.
    public var cssAlloc: @Sendable (_ kernel: inout Kernel, _ cgroup: CgroupID, _ parent: CSSID?) -> CSSID
    /// `can_attach`: may refuse the migrations.
    public var canAttach: (@Sendable (inout Kernel, [Migration]) -> Refusal?)?
    /// `cancel_attach`: takes back a granted `can_attach`.
    public var cancelAttach: (@Sendable (inout Kernel, [Migration]) -> Void)?
    /// `can_fork`: may refuse a child in these states.
    public var canFork: (@Sendable (inout Kernel, _ cset: CSSSetID) -> Refusal?)?
    /// `cancel_fork`: takes back a granted `can_fork`.
    public var cancelFork: (@Sendable (inout Kernel, _ cset: CSSSetID) -> Void)?
    /// `fork`: told of a child that was made.
    public var fork: (@Sendable (inout Kernel, TaskID) -> Void)?
    /// `exit`: told of a task that ends, while it becomes a zombie.
    public var exit: (@Sendable (inout Kernel, TaskID) -> Void)?
    /// `release`: told of a task that is reaped.
    public var release: (@Sendable (inout Kernel, TaskID) -> Void)?

    /// Makes a controller without callbacks besides `css_alloc`.
    public init(
        name: String,
        cssAlloc: @escaping @Sendable (_ kernel: inout Kernel, _ cgroup: CgroupID, _ parent: CSSID?) -> CSSID
    ) {
        self.name = name
        self.cssAlloc = cssAlloc
    }
}
