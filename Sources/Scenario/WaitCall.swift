public import KernelABI

/// What a process hands to `wait4` or `waitid`.
public struct WaitCall: Hashable, Sendable {
    /// The call, and for `waitid` what its second argument is.
    public enum Which: String, CaseIterable, Hashable, Sendable {
        /// `wait4`: a pid; -1 for any child, 0 for any of the caller's process group.
        case wait4
        /// `waitid` for any child.
        case P_ALL
        /// `waitid` for a pid.
        case P_PID
        /// `waitid` for a process group; 0 is the caller's.
        case P_PGID
        /// `waitid` for a pidfd, which the caller opens for the call.
        case P_PIDFD
        /// The same, with a pidfd that asks not to wait.
        case P_PIDFD_NONBLOCK = "P_PIDFD|O_NONBLOCK"
    }

    /// Whom the call is for.
    public enum ID: Hashable, Sendable {
        /// The pid of a process, or a pidfd of it.
        case task(TaskName)
        /// A number as it stands: of a process group, of nobody, or of a descriptor that is not open.
        case number(Int32)
    }

    /// The call.
    public var which: Which
    /// Whom it is for.
    public var id: ID
    /// How.
    public var options: WaitOptions

    /// Makes a call.
    public init(_ which: Which, _ id: ID, _ options: WaitOptions) {
        self.which = which
        self.id = id
        self.options = options
    }

    /// `wait4` or `waitid`
    public var name: String { which == .wait4 ? "wait4" : "waitid" }

    /// The process that it names.
    public var task: TaskName? {
        if case .task(let name) = id { name } else { nil }
    }

    /// Why no program can have the call; nil where one can. What numbers would mean is then the same wherever a program runs.
    public var contradiction: String? {
        guard case .number(let number) = id else {
            return which == .P_ALL || which == .P_PGID ? "\(which.rawValue) is for no single process" : nil
        }
        switch which {
        case .wait4:
            return [-1, 0, Int32.min].contains(number) ? nil : "the pid \(number) is known to the kernel alone"
        case .P_PID: return number <= 0 ? nil : "the pid \(number) is known to the kernel alone"
        case .P_PGID: return number <= 0 ? nil : "the process group \(number) is known to the kernel alone"
        case .P_ALL, .P_PIDFD, .P_PIDFD_NONBLOCK: return nil
        }
    }
}
