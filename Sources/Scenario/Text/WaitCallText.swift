import KernelABI

extension WaitCall {
    /// `wait4(c, WNOHANG)`, `waitid(P_PIDFD, c, WEXITED|WNOWAIT)`
    var text: String {
        let id =
            switch id {
            case .task(let name): name.description
            case .number(let number): "\(number)"
            }
        return which == .wait4 ? "wait4(\(id), \(options))" : "waitid(\(which.rawValue), \(id), \(options))"
    }
}

extension TextCursor {
    /// The arguments of `wait4`, up to the closing parenthesis.
    mutating func wait4() throws(TextError) -> WaitCall {
        let id = try waitID()
        try expect(",")
        return WaitCall(.wait4, id, try waitOptions())
    }

    /// The arguments of `waitid`, up to the closing parenthesis.
    mutating func waitid() throws(TextError) -> WaitCall {
        let which = try value("one of P_ALL, P_PID, P_PGID, P_PIDFD, P_PIDFD|O_NONBLOCK") { text in
            WaitCall.Which(rawValue: text).flatMap { $0 == .wait4 ? nil : $0 }
        }
        try expect(",")
        let id = try waitID()
        try expect(",")
        return WaitCall(which, id, try waitOptions())
    }

    private mutating func waitID() throws(TextError) -> WaitCall.ID {
        try value("a task's name or a number") { text in
            Int32(text).map { .number($0) } ?? TaskName(text).map { .task($0) }
        }
    }

    private mutating func waitOptions() throws(TextError) -> WaitOptions {
        try flags("options such as WNOHANG|__WALL, or 0")
    }
}
