import CLinux
import KernelABI
import Scenario

/// Decides, before anything is made, whether the probe runs a program.
enum Admission {
    /// Why a program is not run, or nil where it is.
    ///
    /// - Parameter isGuest: the machine is the probe's own.
    static func refusal(
        _ program: Program,
        canRaiseLimits: Bool,
        canSetClocks: Bool = true,
        isGuest: Bool = false
    ) -> RunEnding? {
        if let reason = nonsense(program) { return .badProgram(reason: reason) }
        for step in program.steps {
            if let reason = unsupported(step.action) { return .unsupported(reason: "\(step.text): \(reason)") }
        }
        if !isGuest, let reason = MachineSettings.changed(by: program) { return .unsupported(reason: reason) }
        if let reason = MachineSettings.missing(for: program) { return .unsupported(reason: reason) }
        if !canRaiseLimits, let reason = needsToRaiseLimits(program) { return .unsupported(reason: reason) }
        if !canSetClocks, program.steps.contains(where: \.setsClocks) {
            return .unsupported(reason: "the offsets of clocks are written, and the probe's root lacks CAP_SYS_TIME")
        }
        let bound = ProcessBound.of(program)
        if bound > ProcessBound.ceiling {
            let count = bound == Int.max ? "without bound" : "up to \(bound)"
            return .unsupported(
                reason:
                    "the program makes processes \(count), and at most \(ProcessBound.ceiling) are allowed"
            )
        }
        return nil
    }

    /// What makes no sense in a program: cgroups that hang in the air, names that are given twice.
    private static func nonsense(_ program: Program) -> String? {
        var paths: Set<CgroupPath> = [.root]
        var listed: Set<CgroupPath> = []
        for setup in program.world.cgroups {
            guard listed.insert(setup.path).inserted else { return "the cgroup \(setup.path) is listed twice" }
            if let parent = setup.path.parent, !paths.contains(parent) {
                return "the cgroup \(setup.path) comes before its parent \(parent), or that is missing"
            }
            paths.insert(setup.path)
        }
        var names: Set<TaskName> = []
        for task in program.world.tasks {
            guard names.insert(task.name).inserted else { return "two processes are called \(task.name)" }
            guard paths.contains(task.cgroup) else { return "\(task.name) is in \(task.cgroup), which does not exist" }
        }
        // Those that a step makes may be named before: a cgroup that is not there is an outcome.
        paths.formUnion(program.cgroupPaths)
        for step in program.steps {
            switch step.action {
            case .mkdir(let path), .rmdir(let path):
                guard path != .root else { return "\(step.text): the program's root is there, and stays" }
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
            case .fork(_, let child), .vfork(_, let child), .clone(_, _, let child):
                guard names.insert(child).inserted else { return "two processes are called \(child)" }
            case .clone3(_, _, let destination, let child):
                guard names.insert(child).inserted else { return "two processes are called \(child)" }
                if let path = destination?.path, !paths.contains(path) {
                    return "\(step.text): there is no cgroup \(path)"
                }
            case .read(let path, let file):
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
                guard file.hasPrefix("pids.") || file.hasPrefix("cgroup.") else {
                    return "\(step.text): only the files of pids and of the cgroup itself are read"
                }
            case .waitCall(_, let call):
                if let contradiction = call.contradiction { return "\(step.text): \(contradiction)" }
            case .race(let tasks):
                guard Set(tasks).count == tasks.count else { return "\(step.text): a process is named twice" }
            case .write(let path, let file, let text):
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
                // Of what can be written to these, nothing moves a process, and what is killed is the program's own.
                guard CgroupPath.writtenFiles.contains(file) else {
                    return "\(step.text): only \(CgroupPath.writtenFiles.joined(separator: ", ")) are written"
                }
                if CgroupMemberFile(rawValue: file) != nil, MemberText.pid(of: text) != nil {
                    return "\(step.text): it would move a process that is not the program's"
                }
            case .writeMembers(_, let path, _, let text):
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
                if let pid = MemberText.pid(of: text), pid != 0 {
                    return "\(step.text): it would move a process that is not the program's"
                }
            case .open(_, .cgroup(let path), _):
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
            case .attach(_, let path), .attachThread(_, let path):
                guard paths.contains(path) else { return "\(step.text): there is no cgroup \(path)" }
            case .bomb(_, let rounds, _):
                guard rounds >= 0 else { return "\(step.text): a negative number of rounds" }
            default: break
            }
        }
        return nil
    }

    /// Flags that `copy_process` refuses at its top, in every release.
    private static func isRefused(_ flags: CloneFlags) -> Bool {
        flags.isSuperset(of: [.CLONE_NEWNS, .CLONE_FS]) || flags.isSuperset(of: [.CLONE_NEWUSER, .CLONE_FS])
            || (flags.contains(.CLONE_THREAD) && !flags.contains(.CLONE_SIGHAND))
            || (flags.contains(.CLONE_SIGHAND) && !flags.contains(.CLONE_VM))
            || (flags.contains(.CLONE_THREAD) && !flags.isDisjoint(with: [.CLONE_NEWUSER, .CLONE_NEWPID]))
            || flags.isSuperset(of: [.CLONE_PIDFD, .CLONE_DETACHED])
    }

    private static let takesStorageAway = "CLONE_SETTLS would take the child's thread-local storage away"

    /// What the probe cannot do with arguments of clone3, and why.
    private static func unsupportedInClone3(_ args: CloneArgs) -> String? {
        if case .pids(let pids) = args.setTID, pids.count > 33 { return "at most 33 pids are handed to clone3" }
        if isRefused(args.flags) || args.size > 4096 { return nil }
        if args.flags.isSuperset(of: [.CLONE_SIGHAND, .CLONE_CLEAR_SIGHAND]) { return nil }
        if args.flags.contains(.CLONE_SETTLS) { return takesStorageAway }
        if args.flags.isSuperset(of: [.CLONE_VFORK, .CLONE_PIDFD_AUTOKILL]) {
            return "a caller that waits for its child closes no pidfd"
        }
        // What is no stack is refused; what may be one is not the child's.
        if args.stack != 0, args.stackSize != 0, args.stack < 1 << 47 {
            return "the stack of a child is the probe's to choose"
        }
        return nil
    }

    /// What the probe cannot do with flags of clone, and why; what the kernel refuses in any case does no harm.
    private static func unsupportedInClone(_ flags: CloneFlags) -> String? {
        if isRefused(flags) { return nil }
        // Without their arguments in clone3, these bits are an exit signal, or an error of every kernel.
        if flags.contains(.CLONE_NEWTIME) { return "CLONE_NEWTIME is a signal's bit to clone" }
        if flags.contains(.CLONE_INTO_CGROUP) { return "CLONE_INTO_CGROUP is for clone3 alone" }
        if !flags.isDisjoint(with: [.CLONE_AUTOREAP, .CLONE_NNP, .CLONE_PIDFD_AUTOKILL]) {
            return "CLONE_AUTOREAP, CLONE_NNP and CLONE_PIDFD_AUTOKILL are for clone3 alone"
        }
        if flags.contains(.CLONE_SETTLS) { return takesStorageAway }
        // Other bits have clone write or read memory at addresses that it is given.
        let named = CloneFlags.named.reduce(into: CloneFlags()) { $0.formUnion($1.flag) }
        return named.isSuperset(of: flags) ? nil : "flags without a name are not run by the probe"
    }

    private static func unsupported(_ action: Action) -> String? {
        switch action {
        case .clone(_, let flags, _): return unsupportedInClone(flags)
        case .clone3(_, let args, _, _): return unsupportedInClone3(args)
        case .writeTimensOffsets(_, _, let text), .writeMembers(_, _, _, let text):
            return text.utf8.count > ProcessFile.longestText
                ? "what is written is limited to \(ProcessFile.longestText) bytes" : nil
        case .sethostname(_, let name), .setdomainname(_, let name):
            return name.utf8.count > Int(KERNAUT_TEXT_CAPACITY)
                ? "names are limited to \(KERNAUT_TEXT_CAPACITY) bytes" : nil
        default: return nil
        }
    }

    /// Root may raise hard limits by CAP_SYS_RESOURCE, which a container's root often lacks.
    private static func needsToRaiseLimits(_ program: Program) -> String? {
        let own = kernaut_nproc_hard_limit()
        for family in Lineages(program).families.values {
            guard let highest = family.hardLimits.max(), let lowest = family.hardLimits.min() else { continue }
            let raises = highest > own || (family.setup.user == .root && highest > lowest)
            if raises { return "RLIMIT_NPROC is raised to \(highest), and the probe's root lacks CAP_SYS_RESOURCE" }
        }
        return nil
    }
}

extension Step {
    fileprivate var setsClocks: Bool { if case .writeTimensOffsets = action { true } else { false } }
}
