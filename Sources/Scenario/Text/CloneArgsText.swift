import KernelABI

extension CloneArgs {
    /// The arguments between `clone3`'s parentheses: the flags, and each member that is not as usual.
    var text: String {
        var parts = [flags.description]
        if size != CloneArgs.sizeVersion2 { parts.append("size \(size)") }
        if hasNonzeroTail { parts.append("tail") }
        if exitSignal != CloneArgs.SIGCHLD { parts.append("exit_signal \(exitSignal)") }
        switch pidfd {
        case .own: break
        case .null: parts.append("pidfd null")
        case .parentTID: parts.append("pidfd parent_tid")
        }
        if stack != 0 || stackSize != 0 { parts.append("stack \(stack) \(stackSize)") }
        switch setTID {
        case .none: break
        case .null: parts.append("set_tid null")
        case .pids(let pids): parts.append((["set_tid"] + pids.map(\.text)).joined(separator: " "))
        }
        if cgroup != 0 { parts.append("cgroup \(cgroup)") }
        return parts.joined(separator: ", ")
    }
}

extension CloneArgs.TID {
    /// `7`, `free`
    var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .free: "free"
        }
    }

    /// The pid of a text.
    init?(_ text: String) {
        if text == "free" {
            self = .free
        } else if let number = Int32(text) {
            self = .number(number)
        } else {
            return nil
        }
    }
}

extension TextCursor {
    /// What follows `clone3(`, up to the child's name.
    mutating func clone3(_ actor: TaskName) throws(TextError) -> Action {
        var args = CloneArgs(flags: try flags())
        while skip(",") {
            let before = self
            switch try word("a member of clone_args") {
            case "size": args.size = try number("the structure's size in bytes")
            case "tail": args.hasNonzeroTail = true
            case "exit_signal": args.exitSignal = try number("a signal's number")
            case "pidfd":
                args.pidfd = try value("null or parent_tid") { word in
                    ["null": .null, "parent_tid": .parentTID][word]
                }
            case "stack":
                args.stack = try number("the stack's address")
                args.stackSize = try number("the stack's size in bytes")
            case "set_tid": args.setTID = try setTID()
            case "cgroup": args.cgroup = try number("a descriptor")
            default:
                throw before.error(expected: "one of size, tail, exit_signal, pidfd, stack, set_tid, cgroup")
            }
        }
        try expect(")")
        var destination: CloneDestination?
        if skip("into") {
            if skip("@file") { destination = .file(try fileName()) } else { destination = .cgroup(try path()) }
        }
        try expect("as")
        return .clone3(actor, args, into: destination, child: try task("the child's name"))
    }

    private mutating func setTID() throws(TextError) -> CloneArgs.SetTID {
        if skip("null") { return .null }
        var pids: [CloneArgs.TID] = []
        while true {
            var ahead = self
            if ahead.skip(",") || ahead.skip(")") { return .pids(pids) }
            pids.append(try value("a pid, or free") { CloneArgs.TID($0) })
        }
    }
}
