import KernelABI
import KernelModel

/// A small world for tests: cgroups with limits, and tasks in them.
struct World {
    var kernel: Kernel

    init(_ version: KernelVersion = KernelVersion(6, 1), unified: Bool = false, localEvents: Bool = false) {
        self.init(
            KernelConfiguration(version: version, unified: unified, pidsLocalEvents: localEvents),
            subsystems: [.pids]
        )
    }

    init(_ configuration: KernelConfiguration, subsystems: [CgroupSubsys]) {
        kernel = Kernel(
            configuration: configuration,
            names: NewUtsname(nodename: "start", release: "6.1"),
            subsystems: subsystems
        )
    }

    mutating func cgroup(in parent: CgroupID = Kernel.rootCgroup, max: PidsLimit = .max) -> CgroupID {
        let cgroup = kernel.makeCgroup(name: "c", in: parent)
        kernel.setPidsMax(cgroup, max)
        return cgroup
    }

    mutating func task(in cgroup: CgroupID = Kernel.rootCgroup, user: UserID = .initUser) -> TaskID {
        guard let task = kernel.clone(Kernel.initTask).value else { preconditionFailure("the first task may fork") }
        _ = kernel.attach(task, to: cgroup)
        kernel.becomeUser(task, user)
        return task
    }

    /// Two tasks of one user, each with a limit of its own on that user's processes.
    mutating func pair(nproc: UInt64) -> [TaskID] {
        let user = kernel.addUser(name: "alice")
        return [0, 1].map { _ in
            let task = task()
            _ = kernel.setrlimitNproc(task, RLimit(current: nproc, maximum: nproc))
            kernel.becomeUser(task, user)
            return task
        }
    }

    mutating func forks(_ task: TaskID, _ number: Int) -> [TaskID?] {
        (0..<number).map { _ in kernel.clone(task).value }
    }

    func current(_ cgroup: CgroupID) -> Int64 { kernel.pidsFiles(of: cgroup).current }
    func peak(_ cgroup: CgroupID) -> Int64? { kernel.pidsFiles(of: cgroup).peak }
    func events(_ cgroup: CgroupID) -> Int64 { kernel.pidsFiles(of: cgroup).eventsMax }
}
