public import KernelABI

/// What is to happen: a world as it stands at the start, and the steps that named processes take in it, in order.
///
/// A program has two executors that know nothing of each other: the model, which predicts, and the probe, which runs it
/// with real processes. Both answer with a ``Trace``.
public struct Program: Hashable, Sendable {
    /// A short name, such as `fork-bomb`.
    public var name: String
    /// The hierarchy that has to carry `pids`; nil where either will do.
    public var hierarchy: Platform.Hierarchy?
    /// What exists before the first step.
    public var world: World
    /// What happens, in order.
    public var steps: [Step]

    /// Makes a program.
    public init(name: String, hierarchy: Platform.Hierarchy? = nil, world: World, steps: [Step]) {
        self.name = name
        self.hierarchy = hierarchy
        self.world = world
        self.steps = steps
    }
}

/// What exists before a program's first step.
///
/// The tasks start in one UTS namespace that is the program's own, whose nodename is ``initialNodename`` and whose domainname
/// is ``initialDomainname``; they are
/// children of the harness, which is outside every cgroup of the program and reaps nothing before the program ends
/// (``Action/kill(_:)`` excepted). The harness adopts orphans in the same way. The root cgroup `/` exists even where
/// ``cgroups`` does not list it, with `max` in its `pids.max`; only listed cgroups are observed,
/// and those that steps make, while they are there.
///
/// Each task is made outside of the program's cgroups and moved straight into its own, without a stop in another; then
/// its limit is set, then its user.
///
/// In the unified hierarchy the world's cgroups and those that steps make have `pids`, each by its parent's
/// `cgroup.subtree_control`, and are ``CgroupType/threaded`` unless the world says otherwise.
public struct World: Hashable, Sendable {
    /// The nodename of the UTS namespace that a program starts in.
    public static let initialNodename = "kernaut"
    /// Its domainname, as a kernel has it that was never told one (`UTS_DOMAINNAME`).
    public static let initialDomainname = "(none)"

    /// What stands for the program's root in paths that the harness's own cgroup namespace shows.
    public static let rootSeenFromOutside = "world"

    /// The cgroups, each after its parent.
    public var cgroups: [CgroupSetup]
    /// The first processes, in the order in which they are made.
    public var tasks: [TaskSetup]
    /// What kind of cgroups these are in the unified hierarchy; without meaning in version 1.
    public var cgroupType: CgroupType

    /// Makes a world.
    public init(cgroups: [CgroupSetup], tasks: [TaskSetup], cgroupType: CgroupType = .threaded) {
        self.cgroups = cgroups
        self.tasks = tasks
        self.cgroupType = cgroupType
    }
}

/// What a world's cgroups are in the unified hierarchy (`cgroup.type`).
public enum CgroupType: String, CaseIterable, Hashable, Sendable {
    /// Threaded, with the harness's own as their domain, so that each of them may hold processes, those with cgroups below
    /// them too. A cgroup that a step makes is made threaded, too, and its parent gives it `pids`.
    case threaded
    /// Domains, as containers have them: one with processes in cgroups below it can have none itself. A cgroup that a step
    /// makes has `pids` if its parent's `cgroup.subtree_control` says so by then.
    case domain
}

/// A cgroup's path below the program's own root: `/box/app`. The root itself is `/`.
public struct CgroupPath: Hashable, Sendable, CustomStringConvertible {
    /// `/box/app`; `/` is the root.
    public let description: String

    /// The root of the program's world.
    public static let root = CgroupPath(unchecked: "/")

    /// The path of a text such as `/box/app`; nil unless it starts with `/` and each component is a plain file name:
    /// not empty, `.` or `..`, no white space, no `=`, no control character, no prefix `cgroup.` or `pids.`.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        let isPlain =
            text.utf8.count == 1
            || text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy { CgroupPath.isPlain(Array($0)) }
        guard isPlain else { return nil }
        self.init(unchecked: String(text))
    }

    private init(unchecked text: String) { description = text }

    private static func isPlain(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty, part.count <= 255, part != Array(".".utf8), part != Array("..".utf8) else { return false }
        guard !part.starts(with: "cgroup.".utf8), !part.starts(with: "pids.".utf8) else { return false }
        return part.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "#") }
    }

    /// The names from the root down; empty for the root.
    public var components: [Substring] { description.split(separator: "/") }

    /// The path of a cgroup right below; nil for what is no name of one.
    public func child(_ name: String) -> CgroupPath? { CgroupPath(self == .root ? "/\(name)" : "\(self)/\(name)") }

    /// The path one level up; nil for the root.
    public var parent: CgroupPath? {
        guard self != .root, let end = description.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return end == description.startIndex ? .root : CgroupPath(unchecked: String(description[..<end]))
    }
}

/// A cgroup as it stands before the first step.
public struct CgroupSetup: Hashable, Sendable {
    /// Where it is.
    public var path: CgroupPath
    /// What `pids.max` says.
    public var pidsMax: PidsLimit

    /// Makes the description of a cgroup.
    public init(path: CgroupPath, pidsMax: PidsLimit = .max) {
        self.path = path
        self.pidsMax = pidsMax
    }
}

/// A process's name within a program: `shell`, `bomb.1.2`.
public struct TaskName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// The name of a text; nil unless it is made of ASCII letters, digits, `_`, `-` and `.`, and starts with a letter.
    public init?(_ text: some StringProtocol) {
        let isName =
            text.utf8.count <= 200
            && text.utf8.allSatisfy { byte in
                TaskName.isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
        guard isName, let first = text.utf8.first, TaskName.isLetter(first) else { return nil }
        description = String(text)
    }

    /// The name of this task's child number `number` (from 1) where a step names none: `bomb.1` of `bomb`.
    public func child(_ number: Int) -> TaskName { TaskName(unchecked: "\(description).\(number)") }

    private init(unchecked text: String) { description = text }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

/// Who a process runs as.
///
/// Scenarios say `root` or a name of their own; an executor maps each further name to a user that owns no process yet.
public enum ScenarioUser: Hashable, Sendable, CustomStringConvertible {
    /// uid 0 with every capability, in the initial user namespace.
    case root
    /// An unprivileged user without capabilities, of whom no other process exists.
    case named(String)

    /// `root` or the name.
    public var description: String {
        switch self {
        case .root: "root"
        case .named(let name): name
        }
    }
}

/// A process as it stands before the first step.
public struct TaskSetup: Hashable, Sendable {
    /// Its name.
    public var name: TaskName
    /// The cgroup that it is in.
    public var cgroup: CgroupPath
    /// Who it runs as.
    public var user: ScenarioUser
    /// RLIMIT_NPROC, soft and hard alike; nil leaves it unlimited.
    public var nproc: UInt64?

    /// Makes the description of a process.
    public init(name: TaskName, cgroup: CgroupPath = .root, user: ScenarioUser = .root, nproc: UInt64? = nil) {
        self.name = name
        self.cgroup = cgroup
        self.user = user
        self.nproc = nproc
    }
}
