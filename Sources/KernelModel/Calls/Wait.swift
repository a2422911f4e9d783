public import KernelABI

/// What `wait4` or `waitid` is asked: `struct wait_opts`, `kernel/exit.c`, before it is filled in.
public struct WaitRequest: Sendable {
    /// Whom it is for.
    public enum Target: Sendable {
        /// Every child. All processes of this model are in one process group, which stands for the same.
        case all
        /// The process of a pid; nil where nobody has it.
        case pid(TaskID?)
        /// A pid as it stands.
        case number(Int32)
        /// A process group as it stands; 0 is the caller's.
        case processGroup(Int32)
        /// The process of a pidfd, which may ask not to wait.
        case pidfd(TaskID, isNonblocking: Bool)
        /// A descriptor that is not open.
        case descriptor(Int32)
    }

    let isWaitid: Bool
    let target: Target
    let options: WaitOptions

    /// `wait4(pid, …, options)`
    public static func wait4(_ target: Target, _ options: WaitOptions) -> WaitRequest {
        WaitRequest(isWaitid: false, target: target, options: options)
    }

    /// `waitid(…, options)`
    public static func waitid(_ target: Target, _ options: WaitOptions) -> WaitRequest {
        WaitRequest(isWaitid: true, target: target, options: options)
    }

    /// `waitpid` without options; nil is any child.
    static func waitpid(_ child: TaskID?) -> WaitRequest { wait4(child.map { .pid($0) } ?? .all, []) }

    /// `wo_flags`
    fileprivate var flags: WaitOptions { isWaitid ? options : options.union(.WEXITED) }
}

/// What a wait brings.
public enum WaitAnswer: Hashable, Sendable {
    /// There are children to wait for, and none of them has ended.
    case nothing
    /// This child has ended, and is gone.
    case reaped(TaskID)
    /// This child has ended, and is left as it is.
    case seen(TaskID)
}

extension Kernel {
    /// `kernel_wait4` and `kernel_waitid`, `kernel/exit.c`. A wait that would block must not be asked for: see
    /// ``wouldBlock(_:_:)``.
    public mutating func wait(_ current: TaskID, _ request: WaitRequest) -> Transition<WaitAnswer> {
        precondition(isLiving(current), "only a living task makes calls")
        if let refusal = refusalOfWait(request) { return .refused(refusal) }
        switch find(current, request) {
        case .none: return .refused(Refusal(.waitNoChild, .ECHILD))
        case .living:
            if request.flags.contains(.WNOHANG) { return .success(.nothing) }
            precondition(Kernel.asksNotToWait(request.target), "this wait does not come back")
            return .refused(Refusal(.waitidNonblocking, .EAGAIN))
        case .zombie(let zombie):
            if request.flags.contains(.WNOWAIT) { return .success(.seen(zombie)) }
            release(zombie)
            return .success(.reaped(zombie))
        }
    }

    /// `waitpid` without options.
    ///
    /// - Parameter child: the one to wait for; nil takes the first ended one in the order of the list of children.
    /// - Returns: the child that was reaped, or `ECHILD`.
    public mutating func wait(_ current: TaskID, child: TaskID?) -> Transition<TaskID> {
        let answer = wait(current, .waitpid(child))
        guard case .reaped(let reaped) = answer.value else { return .refused(Refusal(.waitNoChild, .ECHILD)) }
        return .success(reaped)
    }

    /// Whether a wait would sleep: there is a child to wait for, none of those has ended, and nothing says not to wait.
    public func wouldBlock(_ current: TaskID, _ request: WaitRequest) -> Bool {
        guard refusalOfWait(request) == nil, !request.flags.contains(.WNOHANG),
            !Kernel.asksNotToWait(request.target), case .living = find(current, request)
        else { return false }
        return true
    }

    /// Whether a `waitpid` without options would sleep.
    public func wouldBlock(_ current: TaskID, waitingFor child: TaskID?) -> Bool {
        wouldBlock(current, .waitpid(child))
    }

    /// What the arguments alone decide.
    private func refusalOfWait(_ request: WaitRequest) -> Refusal? {
        let common: WaitOptions = [.WNOHANG, .WUNTRACED, .WCONTINUED, .__WNOTHREAD, .__WALL, .__WCLONE]
        if !request.isWaitid {
            if !request.options.isSubset(of: common) { return Refusal(.wait4Options, .EINVAL) }
            if case .number(Int32.min) = request.target { return Refusal(.wait4NoGroup, .ESRCH) }
            return nil
        }
        if !request.options.isSubset(of: common.union([.WEXITED, .WNOWAIT])) {
            return Refusal(.waitidOptions, .EINVAL)
        }
        if request.options.isDisjoint(with: [.WEXITED, .WUNTRACED, .WCONTINUED]) {
            return Refusal(.waitidForNothing, .EINVAL)
        }
        switch request.target {
        case .number(let number) where number <= 0: return Refusal(.waitidPid, .EINVAL)
        case .processGroup(let number) where number < 0: return Refusal(.waitidNegative, .EINVAL)
        case .descriptor(let number):
            return number < 0
                ? Refusal(.waitidNegative, .EINVAL) : Refusal(.waitidDescriptor, .EBADF)
        case .all, .pid, .number, .processGroup, .pidfd: return nil
        }
    }

    /// `O_NONBLOCK` of a pidfd
    private static func asksNotToWait(_ target: WaitRequest.Target) -> Bool {
        if case .pidfd(_, isNonblocking: true) = target { true } else { false }
    }

    private enum Found {
        case none
        case living
        case zombie(TaskID)
    }

    /// `do_wait`: the first child in the list that a wait is for and that has ended.
    private func find(_ current: TaskID, _ request: WaitRequest) -> Found {
        switch request.target {
        case .pid(let wanted):
            guard let wanted, isChild(wanted, of: current, request.flags) else { return .none }
            return consider([wanted], request.flags)
        case .pidfd(let wanted, _):
            return isChild(wanted, of: current, request.flags) ? consider([wanted], request.flags) : .none
        case .all, .number, .processGroup:
            if sharing.groups.isEmpty { return consider(children(of: current), request.flags) }
            return consider(waiters(current, request.flags).flatMap { Array(children(of: $0)) }, request.flags)
        case .descriptor: return .none
        }
    }

    /// `wait_consider_task`. Nobody is ever stopped.
    private func consider(_ candidates: some Sequence<TaskID>, _ flags: WaitOptions) -> Found {
        var isThereAny = false
        for child in candidates where isEligible(child, flags) {
            switch tasks.exitState(of: child) {
            case .dead: continue
            case .running: isThereAny = true
            case .zombie:
                // A leader whose threads live has not ended yet.
                if isDelayedLeader(child) {
                    isThereAny = true
                    continue
                }
                // Whoever does not ask for those that have ended will never get this one.
                if flags.contains(.WEXITED) { return .zombie(child) }
            }
        }
        return isThereAny ? .living : .none
    }

    /// The threads whose children a wait is for: the caller, and the others of its process after it, in the order of a ring.
    private func waiters(_ current: TaskID, _ flags: WaitOptions) -> [TaskID] {
        if flags.contains(.__WNOTHREAD) { return [current] }
        let threads = threads(of: current)
        let own = threads.firstIndex(of: current) ?? 0
        return Array(threads[own...] + threads[..<own])
    }

    /// `is_effectively_child`, `kernel/exit.c`. A thread is nobody's child.
    private func isChild(_ wanted: TaskID, of current: TaskID, _ flags: WaitOptions) -> Bool {
        guard !isThread(wanted), let parent = tasks[wanted.index].realParent else { return false }
        return parent == current || (!flags.contains(.__WNOTHREAD) && sameThreadGroup(current, parent))
    }

    /// `eligible_child`
    private func isEligible(_ child: TaskID, _ flags: WaitOptions) -> Bool {
        if flags.contains(.__WALL) { return true }
        let isCloneChild = tasks.attributes(of: child).exitSignal != UInt8(CloneArgs.SIGCHLD)
        return isCloneChild == flags.contains(.__WCLONE)
    }
}
