/// The state of a kernel, as far as the modelled paths read and write it.
///
/// A value: copying it forks the world, and what has no clock, file or chance in it gives the same answers again. Where
/// the kernel's structures point at each other, the tables here are indexed by handles.
public struct Kernel: Sendable {
    /// The facts about this kernel that select among a rule's forms.
    public let configuration: KernelConfiguration
    /// What ``KernelConfiguration/countsEventsAtTheLimit`` says, which is asked at every refusal.
    let countsEventsAtTheLimit: Bool
    /// The controllers, in the order in which they are asked.
    public let subsystems: [CgroupSubsys]
    /// Every task that was ever made; those that are gone are ``Task/ExitState/dead``.
    public internal(set) var tasks = TaskTable()
    /// The credentials in use, each kept once.
    public internal(set) var creds: [Cred] = []
    /// Every user.
    public internal(set) var users: [User] = []
    /// Every user namespace.
    public internal(set) var userNamespaces: [UserNamespace] = [.initial]
    /// What users have in user namespaces.
    public internal(set) var ucounts: [Ucounts] = []
    /// Every `nsproxy`.
    public internal(set) var nsproxies: [NSProxy] = []
    /// Every table of descriptors.
    var files = [FilesStruct()]
    /// How many `fs_struct` have been shared.
    var sharedRoots: UInt32 = 0
    /// Every PID namespace.
    public internal(set) var pidNamespaces = [PIDNamespace(parent: nil, level: 0, userNS: .initial)]
    /// Every UTS namespace.
    public internal(set) var utsNamespaces: [UTSNamespace] = []
    /// Every time namespace.
    public internal(set) var timeNamespaces = [TimeNamespace(userNS: .initial, frozenOffsets: true)]
    /// The `nsproxy` that `timens_on_fork` has put in the place of another one.
    var proxiesOfChildren: [NSProxyID: NSProxyID] = [:]
    /// `root_cset`: the cgroup that each cgroup namespace but the first shows as its root.
    var cgroupNSRoots: [NamespaceID: CgroupID] = [:]
    /// For every namespace of another kind its `user_ns`. The first one stands for the initial namespace of each kind.
    var otherNamespaces: [UserNamespaceID] = [.initial]
    /// `max_threads`, `kernel/fork.c`; nil for a number that programs do not reach.
    var maxThreads: MachineLimit?
    /// `pid_max` of the initial PID namespace, `kernel/pid.c`; nil for a number that programs do not reach.
    var machinePids: MachineLimit?
    /// `pid_max` of all PID namespaces, before 6.14; nil where a room has made it a number that is not known.
    var globalPidMax: Int32? = pidMaxLimit
    /// `unprivileged_userns_clone`, `kernel/user_namespace.c` of Debian's kernels.
    var unprivilegedUsernsClone = true
    /// A process got a number, or none, by a `pid_max` that is not known.
    public internal(set) var hasLostCount = false
    /// Every namespace that somebody made, and whom it counts with.
    var namespaceCharges: [NamespaceCharge] = []
    /// Whether some user namespace has a limit on namespaces that programs reach.
    var hasNamespaceLimits = false
    /// Every cgroup that ever was, parents first.
    public internal(set) var cgroups: [Cgroup] = []
    /// Every `css_set` that ever was. Each cgroup has one at a time, since only one hierarchy is modelled.
    public internal(set) var cssSets: [CSSSet] = []
    /// The states of the pids controller.
    public internal(set) var pids: [PidsCgroup] = []
    /// Who shares what with whom.
    var sharing = TaskSharing()
    /// Who waits for the end of whom.
    var vforks: [Vfork] = []
    /// Those whose children are in an order that cannot be told.
    var unorderedParents: Set<TaskID> = []
    /// Functions of controllers that were called since they were last taken; nil where they are not kept.
    var callbacks: [String]?
    /// How many tasks live; zombies do not.
    public internal(set) var living = 0
    /// How many tasks there are: those that live, and zombies. Each has a pid in the initial PID namespace.
    var unreaped = 0

    /// `pids_cgrp_id`: where the pids controller is among ``subsystems``.
    let pidsSubsystem: Int
    /// There is no other controller, and the pids controller is the kernel's.
    let hasPidsAlone: Bool
    /// By the places of the tasks' attributes, as far as somebody who has them has forked.
    var forkPlans: [ForkPlan] = []

    /// The first task: in the hierarchy's root, with every right and without a limit. It adopts orphans.
    public static let initTask = TaskID(rawValue: 0)
    /// The hierarchy's root, which counts and limits nothing.
    public static let rootCgroup = CgroupID(rawValue: 0)

    /// Starts a kernel with its first task.
    ///
    /// - Parameters:
    ///   - names: what `uname` says in the first UTS namespace.
    ///   - subsystems: the controllers; `pids` must be among them. nil: it alone.
    public init(
        configuration: KernelConfiguration,
        names: NewUtsname,
        subsystems others: [CgroupSubsys]? = nil
    ) {
        let subsystems = others ?? [.pids]
        hasPidsAlone = others == nil
        guard let pidsSubsystem = subsystems.firstIndex(where: { $0.name == "pids" }) else {
            preconditionFailure("a kernel without the pids controller is not modelled")
        }
        self.configuration = configuration
        countsEventsAtTheLimit = configuration.countsEventsAtTheLimit
        self.subsystems = subsystems
        self.pidsSubsystem = pidsSubsystem
        users.append(User(name: "root"))
        ucounts.append(Ucounts(ns: .initial, user: .initUser, parent: nil))
        utsNamespaces.append(UTSNamespace(userNS: .initial, name: names))
        nsproxies.append(NSProxy(utsNS: UTSNamespaceID(rawValue: 0)))
        addCgroup(name: "", parent: nil)
        cgroups[Kernel.rootCgroup.index].delegatesPids = true
        _ = tasks.append(
            nil,
            TaskAttributes(
                realCred: credentials(.root),
                nsproxy: NSProxyID(rawValue: 0),
                cgroups: CSSSetID(rawValue: 0),
                rlimitNproc: .unlimited
            )
        )
        pidNamespaces[PIDNamespaceID.initial.index].childReaper = Kernel.initTask
        countProcess(.initial)
        living = 1
        unreaped = 1
    }

    /// The credentials that a task acts with.
    public func cred(of task: TaskID) -> Cred { creds[tasks.attributes(of: task).realCred.index] }

    /// The cgroup that a task is in. A zombie is still in the one it ended in.
    public func cgroup(of task: TaskID) -> CgroupID { cssSets[tasks[task.index].cgroups.index].cgroup }

    /// Whether a task lives, and is neither zombie nor gone.
    public func isLiving(_ task: TaskID) -> Bool { tasks.exitState(of: task) == .running }

    /// Makes room in memory for so many further tasks, and shows the memory that it is in.
    public mutating func reserve(tasks count: Int, _ show: (UnsafeRawBufferPointer) -> Void) {
        tasks.reserve(count, show)
    }

    /// How many children `pids.max`, here and above, lets a task have at the most; `Int.max` where it is not limited.
    public func room(forChildrenOf task: TaskID) -> Int {
        var room = Int64.max
        var level = pidsState(of: tasks.attributes(of: task).cgroups)
        while let parent = pids[level.index].css.parent {
            let state = pids[level.index]
            if state.limit < PidsCgroup.unlimited { room = min(room, max(0, state.limit - state.counter)) }
            level = parent
        }
        return Int(clamping: room)
    }

    /// Adds an unprivileged user who owns no process.
    public mutating func addUser(name: String) -> UserID {
        users.append(User(name: name))
        return UserID(users.count - 1)
    }

    /// A cgroup that has `pids` and refuses nothing, as a world is made of: `pids` is switched on in its parent.
    ///
    /// - Parameter isThreaded: Processes may be in it and below it at once. Of no meaning in version 1.
    public mutating func makeCgroup(name: String, in parent: CgroupID, isThreaded: Bool = true) -> CgroupID {
        cgroups[parent.index].delegatesPids = true
        let made = addCgroup(name: name, parent: parent)
        cgroups[made.index].isThreaded = configuration.unified && isThreaded
        return made
    }

    /// `cgroup_create`: its states in the controllers that its parent switches on, and the `css_set` of the tasks that it
    /// will have.
    @discardableResult
    mutating func addCgroup(name: String, parent: CgroupID?) -> CgroupID {
        let id = CgroupID(cgroups.count)
        let above = parent.map { cgroups[$0.index] }
        cgroups.append(
            Cgroup(
                name: name,
                parent: parent,
                level: above.map { $0.level + 1 } ?? 0,
                delegatesPids: !configuration.unified
            )
        )
        cgroups[id.index].subsys =
            above.map { $0.delegatesPids ? ownStates(of: id, below: $0) : $0.subsys } ?? ownStates(of: id, below: nil)
        addCSSSet(of: id)
        return id
    }

    /// `css_create` of each controller.
    mutating func ownStates(of cgroup: CgroupID, below parent: Cgroup?) -> [CSSID] {
        subsystems.indices.map { index in subsystems[index].cssAlloc(&self, cgroup, parent?.subsys[index]) }
    }

    /// `find_css_set`: the set that the cgroup's tasks have from now on.
    mutating func addCSSSet(of cgroup: CgroupID) {
        cgroups[cgroup.index].cset = CSSSetID(cssSets.count)
        cssSets.append(CSSSet(cgroup: cgroup, subsys: cgroups[cgroup.index].subsys))
    }

    /// The handle of credentials; those that are equal share one, as tasks share what they do not change.
    mutating func credentials(_ cred: Cred) -> CredID {
        if let known = creds.firstIndex(of: cred) { return CredID(known) }
        creds.append(cred)
        return CredID(creds.count - 1)
    }

    /// The set of a cgroup's tasks.
    func cssSet(of cgroup: CgroupID) -> CSSSetID { cgroups[cgroup.index].cset }
}
