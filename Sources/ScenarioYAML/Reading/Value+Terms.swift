import Failure
import KernelABI
import Scenario
import Yams

/// The terms that scenarios are written in.
extension Value {
    /// A value of `pids.max`: `max`, or a number that the kernel takes.
    func pidsLimit(_ what: String) throws(Failure) -> PidsLimit {
        if isWord("max") { return .max }
        guard let scalar = node.scalar, scalar.style == .plain, let limit = PidsLimit(scalar.string) else {
            throw failure("\(what) is max or a whole number from 0 to \(PidsLimit.largest), not \(kind)")
        }
        return limit
    }

    /// A resource limit: `unlimited`, or a number.
    func rlimit(_ what: String) throws(Failure) -> UInt64 {
        if isWord("unlimited") { return .max }
        guard let limit = try? number(what, in: 0...(UInt64.max - 1)) else {
            throw failure("\(what) is unlimited or a whole number, not \(kind)")
        }
        return limit
    }

    /// The path of a cgroup.
    func cgroupPath() throws(Failure) -> CgroupPath {
        let text = try text("a cgroup")
        guard let path = CgroupPath(text) else {
            throw failure("'\(text)' is no path of a cgroup", remedy: "write it as /box or /box/app")
        }
        return path
    }

    /// The path of a cgroup that is one of these, or the root.
    func cgroup(of paths: [CgroupPath]) throws(Failure) -> CgroupPath {
        let path = try cgroupPath()
        guard path == .root || paths.contains(path) else {
            let nearest = NearestName.of(path.description, among: paths.map(\.description))
            throw failure(
                "there is no cgroup \(path)",
                remedy: nearest.map { "did you mean \($0)?" } ?? "list it under cgroups, or let a step before make it"
            )
        }
        return path
    }

    /// The path of a cgroup that steps may make and remove.
    func cgroupBelowRoot() throws(Failure) -> CgroupPath {
        let path = try cgroupPath()
        guard path != .root else { throw failure("/ is there without being made, and stays") }
        return path
    }

    /// `root`, or the name of an unprivileged user.
    func user() throws(Failure) -> ScenarioUser {
        let text = try text("user")
        guard TaskName(text) != nil, text.utf8.count <= 32 else {
            throw failure("user is root or a name of your own, not \(kind)")
        }
        return text == "root" ? .root : .named(text)
    }

    /// A name for a process.
    func taskName(_ what: String) throws(Failure) -> TaskName {
        let text = try text(what)
        guard let name = TaskName(text) else {
            throw failure(
                "'\(text)' is no name of a task",
                remedy: "a name has letters, digits, '-', '_' and '.', and starts with a letter"
            )
        }
        return name
    }

    /// Flags of `clone` and `unshare`: one name, a list of names, or names joined by `|`.
    func cloneFlags() throws(Failure) -> CloneFlags {
        try flags("flags", "flag of clone", "flags are named as in sched.h: CLONE_NEWUTS")
    }

    /// Options of `wait4` and `waitid`, likewise.
    func waitOptions() throws(Failure) -> WaitOptions {
        try flags("options", "option of a wait", "options are named as in wait.h: WNOHANG")
    }

    private func flags<Flags: NamedFlags>(_ key: String, _ what: String, _ remedy: String) throws(Failure) -> Flags {
        guard node.sequence == nil else {
            var flags: Flags = []
            for element in try list(key) { flags.formUnion(try element.flags(key, what, remedy)) }
            return flags
        }
        let text = try text(key)
        guard let flags = Flags(names: text) else {
            let last = text.split(separator: "|").last { Flags(names: $0) == nil }.map(String.init) ?? text
            let nearest = NearestName.of(last, among: Flags.named.map(\.name))
            throw failure("'\(last)' is no \(what)", remedy: nearest.map { "did you mean \($0)?" } ?? remedy)
        }
        return flags
    }

    /// What `waitid` is for.
    func waitidWhich() throws(Failure) -> WaitCall.Which {
        guard let which = WaitCall.Which(rawValue: try text("which")), which != .wait4 else {
            let names = WaitCall.Which.allCases.filter { $0 != .wait4 }.map(\.rawValue).joined(separator: ", ")
            throw failure("which is one of \(names), not \(kind)")
        }
        return which
    }

    /// A whole number of 32 bits, with its sign.
    func signedNumber(_ what: String) throws(Failure) -> Int32 {
        guard let scalar = node.scalar, scalar.style == .plain, !scalar.string.hasPrefix("+"),
            let number = Int32(scalar.string)
        else { throw failure("\(what) is a whole number from \(Int32.min) to \(Int32.max), not \(kind)") }
        return number
    }

    /// `nodename` or `domainname`.
    func utsMember() throws(Failure) -> Action.UTSMember {
        guard let member = Action.UTSMember(rawValue: try text("member")) else {
            throw failure("member is nodename or domainname, not \(kind)")
        }
        return member
    }

    /// A file in `/proc/PID/ns`.
    func namespaceFile(_ what: String) throws(Failure) -> NamespaceFile {
        guard let found = NamespaceFile(rawValue: try text(what)) else {
            let names = NamespaceFile.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("\(what) is one of \(names), not \(kind)")
        }
        return found
    }

    /// A setting, named as `sysctl` does.
    func sysctl() throws(Failure) -> Sysctl {
        let text = try text("name")
        guard let setting = Sysctl(text) else {
            let nearest = NearestName.of(text, among: Sysctl.all.map(\.description))
            throw failure(
                "there is no setting '\(text)' for scenarios",
                remedy: nearest.map { "did you mean \($0)?" } ?? "user.max_uts_namespaces and its like are there"
            )
        }
        return setting
    }

    /// What is written to a setting: a number, or `+` and a number for the room that it leaves.
    func sysctlValue(takesRoom: Bool) throws(Failure) -> SysctlValue {
        guard let scalar = node.scalar, let value = SysctlValue(scalar.string) else {
            throw failure("value is a whole number from 0 to \(Sysctl.largest), not \(kind)")
        }
        if case .room = value, !takesRoom {
            throw failure(
                "a room such as \(value) is not for this step",
                remedy: "the harness alone writes it, to kernel.threads-max or kernel.pid_max: leave out 'task'"
            )
        }
        return value
    }

    /// What a process has for `SIGCHLD`.
    func childSignal() throws(Failure) -> Action.ChildSignal {
        guard let action = Action.ChildSignal(rawValue: try text("action")) else {
            throw failure("action is SIG_DFL, SIG_IGN or SA_NOCLDWAIT, not \(kind)")
        }
        return action
    }

    /// Signal 0 or 9.
    func fatalSignal() throws(Failure) -> Action.FatalSignal {
        guard let signal = Action.FatalSignal(rawValue: try number("signal", in: 0...64)) else {
            throw failure("signal is 0 (ask for permission alone) or 9 (SIGKILL), not \(kind)")
        }
        return signal
    }

    /// The name of one of the controller's files, or of the cgroup itself.
    func cgroupFile() throws(Failure) -> String {
        let name = try text("file")
        guard name.hasPrefix("pids.") || name.hasPrefix("cgroup."),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") })
        else {
            throw failure("file is one such as pids.events or cgroup.events, not \(kind)")
        }
        return name
    }

    /// A process, `harness` for every process outside of the scenario, or `outside` for one without a pid here.
    func parent() throws(Failure) -> ExpectedOutcome {
        if isWord("outside") { return .outsider }
        return .process(isWord("harness") ? nil : try taskName("expect"))
    }

    /// A process's own pid, or a list of its pids in the innermost PID namespaces, its own last.
    func pids() throws(Failure) -> ExpectedOutcome {
        let values = node.sequence == nil ? [self] : try list("expect")
        var pids: [Int32] = []
        for value in values { pids.append(try value.number("expect", in: 1...4_194_303)) }
        return .pids(pids)
    }

    /// `v1` or `v2`.
    func cgroupType() throws(Failure) -> CgroupType {
        guard let type = CgroupType(rawValue: try text("cgroup-type")) else {
            throw failure("cgroup-type is threaded or domain, not \(kind)")
        }
        return type
    }

    func hierarchy() throws(Failure) -> Platform.Hierarchy {
        guard let hierarchy = Platform.Hierarchy(rawValue: try text("hierarchy")) else {
            throw failure("hierarchy is v1 or v2, not \(kind)")
        }
        return hierarchy
    }

    /// What is expected of a wait: `nothing` where it is not to wait, or what any call may bring.
    func waitOutcome() throws(Failure) -> ExpectedOutcome { isWord("nothing") ? .nothing : try outcome() }

    /// What is expected of a call: `ok` or an error's name.
    func outcome() throws(Failure) -> ExpectedOutcome {
        let text = try text("expect")
        if text == "ok" { return .success }
        guard let errno = Errno(name: text) else {
            throw failure("expect is ok or an error such as EAGAIN, not \(kind)")
        }
        return .failed(errno)
    }
}
