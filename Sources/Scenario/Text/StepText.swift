import KernelABI

extension Step {
    /// The step as one line of a program's text: `p1: clone(CLONE_NEWUTS) as p2`, `@host: kill p2`.
    public var text: String {
        switch action {
        case .fork(let task, let child): "\(task): fork() as \(child)"
        case .clone(let task, let flags, let child): "\(task): clone(\(flags)) as \(child)"
        case .clone3(let task, let args, let destination, let child):
            "\(task): clone3(\(args.text))\(destination.map { " into \($0)" } ?? "") as \(child)"
        case .vfork(let task, let child): "\(task): vfork() as \(child)"
        case .exit(let task, let status): "\(task): exit(\(status))"
        case .exitGroup(let task, let status): "\(task): exit_group(\(status))"
        case .execve(let task): "\(task): execve()"
        case .wait(let task, let child): "\(task): wait(\(child?.description ?? ""))"
        case .waitCall(let task, let call): "\(task): \(call.text)"
        case .unshare(let task, let flags): "\(task): unshare(\(flags))"
        case .sethostname(let task, let name): "\(task): sethostname(\(TextQuoting.quoted(name)))"
        case .setdomainname(let task, let name): "\(task): setdomainname(\(TextQuoting.quoted(name)))"
        case .uname(let task, .nodename): "\(task): uname()"
        case .uname(let task, let member): "\(task): uname(\(member.rawValue))"
        case .setns(let task, let target, let flags): "\(task): setns(\(target), \(flags))"
        case .open(let task, .namespace(let target, let file), let name):
            "\(task): open(\(target), ns/\(file.rawValue)) as \(name)"
        case .open(let task, .pidfd(let target), let name): "\(task): pidfd_open(\(target)) as \(name)"
        case .open(let task, .root, let name): "\(task): open() as \(name)"
        case .open(let task, .cgroup(let path), let name): "\(task): opendir() \(path) as \(name)"
        case .close(let task, let name): "\(task): close(\(name))"
        case .setnsFile(let task, let name, let flags): "\(task): setns(@file \(name), \(flags))"
        case .namespace(let task, let file): "\(task): readlink(ns/\(file.rawValue))"
        case .readProcess(let task, let target, let file): "\(task): read(\(target), \(file.rawValue))"
        case .writeTimensOffsets(let task, let target, let text):
            "\(task): write(\(target), \(ProcessFile.timensOffsets.rawValue), \(TextQuoting.quoted(text)))"
        case .writeMembers(let task, let path, let file, let text):
            "\(task): write(@cgroup \(path) \(file.rawValue) \(TextQuoting.quoted(text)))"
        case .mapSelf(let task): "\(task): map()"
        case .getppid(let task): "\(task): getppid()"
        case .getpid(let task): "\(task): getpid()"
        case .sigchld(let task, let action): "\(task): sigaction(SIGCHLD, \(action.rawValue))"
        case .subreaper(let task, let isOne): "\(task): prctl(PR_SET_CHILD_SUBREAPER, \(isOne ? 1 : 0))"
        case .signal(let task, let target, let signal): "\(task): kill(\(target), \(signal.rawValue))"
        case .setuid(let task, .root): "\(task): setresuid(root)"
        case .setuid(let task, .named(let name)): "\(task): setresuid(\(TextQuoting.quoted(name)))"
        case .setrlimitNproc(let task, let soft, let hard): "\(task): setrlimit(RLIMIT_NPROC, \(soft), \(hard))"
        case .write(let path, let file, let text): "@host: write \(path) \(file) \(TextQuoting.quoted(text))"
        case .read(let path, let file): "@host: read \(path) \(file)"
        case .race(let tasks): "@host: race \(tasks.map(\.description).joined(separator: " "))"
        case .attach(let task, let path): "@host: attach \(task) to \(path)"
        case .attachThread(let task, let path): "@host: attach-thread \(task) to \(path)"
        case .mkdir(let path): "@host: mkdir \(path)"
        case .rmdir(let path): "@host: rmdir \(path)"
        case .mapIDs(let task): "@host: map \(task)"
        case .sysctl(nil, let setting, let number): "@host: sysctl \(setting) \(number)"
        case .sysctl(let task?, let setting, let number): "\(task): sysctl(\(setting), \(number))"
        case .bomb(let task, let rounds, let workload): "\(task): bomb(\(rounds)\(workload.text))"
        case .kill(let task): "@host: kill \(task)"
        }
    }
}

extension TextCursor {
    mutating func action() throws(TextError) -> Action {
        if skip("@host") {
            try expect(":")
            return try hostAction()
        }
        let actor = try task("a step such as \"p: fork() as c\" or \"@host: kill p\"")
        try expect(":")
        let before = self
        let call = try word("a call")
        try expect("(")
        let action: Action
        switch call {
        case "fork": return .fork(actor, child: try closingChild())
        case "vfork": return .vfork(actor, child: try closingChild())
        case "clone":
            let flags = try flags()
            return .clone(actor, flags: flags, child: try closingChild())
        case "clone3": return try clone3(actor)
        case "exit": action = .exit(actor, status: try number("an exit status from 0 to 255"))
        case "execve": action = .execve(actor)
        case "exit_group": action = .exitGroup(actor, status: try number("an exit status from 0 to 255"))
        case "wait":
            if skip(")") { return .wait(actor, child: nil) }
            action = .wait(actor, child: try task())
        case "wait4": action = .waitCall(actor, try wait4())
        case "waitid": action = .waitCall(actor, try waitid())
        case "unshare": action = .unshare(actor, flags: try flags())
        case "sethostname": action = .sethostname(actor, name: try quoted("a name"))
        case "setdomainname": action = .setdomainname(actor, name: try quoted("a name"))
        case "uname":
            if skip(")") { return .uname(actor, member: .nodename) }
            action = .uname(actor, member: try value("nodename or domainname") { Action.UTSMember(rawValue: $0) })
        case "open":
            if skip(")") { return .open(actor, .root, as: try openedName()) }
            let target = try task()
            try expect(",")
            let file = try namespaceFile()
            try expect(")")
            return .open(actor, .namespace(of: target, file), as: try openedName())
        case "opendir":
            try expect(")")
            return .open(actor, .cgroup(try path()), as: try openedName())
        case "pidfd_open":
            let target = try task()
            try expect(")")
            return .open(actor, .pidfd(of: target), as: try openedName())
        case "close": action = .close(actor, try fileName())
        case "setns":
            if skip("@file") {
                let file = try fileName()
                try expect(",")
                action = .setnsFile(actor, file, flags: try flags())
                break
            }
            let target = try task()
            try expect(",")
            action = .setns(actor, of: target, flags: try flags())
        case "readlink": action = .namespace(actor, try namespaceFile())
        case "read":
            let target = try task()
            try expect(",")
            action = .readProcess(
                actor,
                of: target,
                try value("cgroup or timens_offsets") { ProcessFile(rawValue: $0) }
            )
        case "map": action = .mapSelf(actor)
        case "write":
            if skip("@cgroup") {
                action = try writeMembers(actor)
                break
            }
            let target = try task()
            try expect(",")
            try expect("timens_offsets")
            try expect(",")
            action = .writeTimensOffsets(actor, of: target, text: try quoted("what to write"))
        case "getppid": action = .getppid(actor)
        case "getpid": action = .getpid(actor)
        case "sigaction":
            try expect("SIGCHLD")
            try expect(",")
            action = .sigchld(actor, try value("SIG_DFL, SIG_IGN or SA_NOCLDWAIT") { Action.ChildSignal(rawValue: $0) })
        case "prctl":
            try expect("PR_SET_CHILD_SUBREAPER")
            try expect(",")
            action = .subreaper(actor, try value("0 or 1") { ["0": false, "1": true][$0] })
        case "kill":
            let target = try task()
            try expect(",")
            action = .signal(
                actor,
                to: target,
                signal: try value("signal 0 or 9") { UInt8($0).flatMap(Action.FatalSignal.init) }
            )
        case "setresuid":
            action = .setuid(actor, skip("root") ? .root : .named(try quoted("\"root\", or a user's name")))
        case "setrlimit":
            try expect("RLIMIT_NPROC")
            try expect(",")
            let soft: UInt64 = try number("the soft limit")
            try expect(",")
            action = .setrlimitNproc(actor, soft: soft, hard: try number("the hard limit"))
        case "sysctl":
            let setting = try sysctl()
            try expect(",")
            action = .sysctl(actor, setting, try sysctlValue(takesRoom: false))
        case "bomb":
            let rounds = Int(try number("a number of rounds") as UInt32)
            action = .bomb(actor, rounds: rounds, workload: try workload())
        default: throw before.error(expected: "one of \(TextCursor.calls)")
        }
        try expect(")")
        return action
    }

    private static let calls =
        "fork, vfork, clone, clone3, exit, exit_group, execve, wait, wait4, waitid, unshare, setns, sethostname, setdomainname, uname, open, opendir, pidfd_open, close, "
        + "readlink, read, write, map, getppid, getpid, sigaction, prctl, kill, setresuid, setrlimit, sysctl, bomb"

    private mutating func hostAction() throws(TextError) -> Action {
        if skip("write") {
            let path = try path()
            let file = try word("a file's name")
            return .write(path, file: file, text: try quoted("what to write"))
        }
        if skip("attach") {
            let name = try task()
            try expect("to")
            return .attach(name, to: try path())
        }
        if skip("attach-thread") {
            let name = try task()
            try expect("to")
            return .attachThread(name, to: try path())
        }
        if skip("read") {
            let path = try path()
            return .read(path, file: try word("a file's name"))
        }
        if skip("race") {
            var tasks = [try task()]
            while !isAtEnd { tasks.append(try task()) }
            return .race(tasks)
        }
        if skip("sysctl") {
            let setting = try sysctl()
            return .sysctl(nil, setting, try sysctlValue(takesRoom: setting.takesRoom))
        }
        if skip("mkdir") { return .mkdir(try path()) }
        if skip("rmdir") { return .rmdir(try path()) }
        if skip("map") { return .mapIDs(try task()) }
        if skip("kill") { return .kill(try task()) }
        throw error(expected: "one of write, read, attach, attach-thread, mkdir, rmdir, map, sysctl, race, kill")
    }

    private mutating func closingChild() throws(TextError) -> TaskName {
        try expect(")")
        try expect("as")
        return try task("the child's name")
    }

    /// What follows `write(@cgroup`.
    private mutating func writeMembers(_ actor: TaskName) throws(TextError) -> Action {
        let path = try path()
        let names = CgroupMemberFile.allCases.map(\.rawValue).joined(separator: ", ")
        let file = try value("one of \(names)") { CgroupMemberFile(rawValue: $0) }
        return .writeMembers(actor, path, file, text: try quoted("what to write"))
    }

    private mutating func openedName() throws(TextError) -> FileName {
        try expect("as")
        return try fileName()
    }

    mutating func fileName() throws(TextError) -> FileName { try value("a file's name") { FileName($0) } }

    private mutating func namespaceFile() throws(TextError) -> NamespaceFile {
        try value("a namespace's file such as ns/uts") { word in
            word.hasPrefix("ns/") ? NamespaceFile(rawValue: String(word.dropFirst(3))) : nil
        }
    }

    private mutating func sysctl() throws(TextError) -> Sysctl {
        try value("a setting such as user.max_uts_namespaces") { Sysctl($0) }
    }

    private mutating func sysctlValue(takesRoom: Bool) throws(TextError) -> SysctlValue {
        try value("a number from 0 to \(Sysctl.largest)") { text in
            guard let value = SysctlValue(text) else { return nil }
            if case .room = value, !takesRoom { return nil }
            return value
        }
    }

    mutating func flags() throws(TextError) -> CloneFlags {
        try flags("flags such as CLONE_NEWUTS|CLONE_NEWPID, or 0")
    }

    mutating func flags<Flags: NamedFlags>(_ what: String) throws(TextError) -> Flags {
        try value(what) { text in
            var flags: Flags = []
            for part in text.split(separator: "|", omittingEmptySubsequences: false) {
                if part.hasPrefix("0x"), let bits = Flags.RawValue(part.dropFirst(2), radix: 16) {
                    flags.formUnion(Flags(rawValue: bits))
                } else if let named = Flags(names: part) {
                    flags.formUnion(named)
                } else {
                    return nil
                }
            }
            return flags
        }
    }
}
