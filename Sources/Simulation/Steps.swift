import Failure
import KernelABI
import KernelModel
import Scenario

extension Run {
    /// Takes a step and records its moment, or its rounds' moments.
    ///
    /// A step whose process does not live makes no call.
    mutating func take(_ action: Action, _ step: Int) throws(Failure) {
        if let task = action.actor.flatMap(living) { try requireMoving(task, step) }
        switch action {
        case .bomb(let name, let rounds, .binary): try explode(name, rounds, step)
        case .bomb(let name, let rounds, let workload): try explode(name, rounds, workload, step)
        case .write, .writeMembers, .read, .attach, .attachThread, .mkdir, .rmdir:
            record(step, events: try cgroupEvents(action, step))
        case .race(let racers): try race(racers, step)
        case .mapIDs(let name):
            guard let task = living(name) else { return record(step, events: []) }
            record(step, events: [event(action, nil, kernel.mapIDs(of: task)) { _ in .done }])
        case .sysctl(let name, let setting, let value): try sysctl(action, name, setting, value, step)
        case .kill(let name):
            guard let task = living(name) else { return record(step, events: []) }
            try kill(task, step)
            record(step, events: [PredictedEvent(task: nil, call: action.call, outcomes: [.done], decision: nil)])
        case .fork, .vfork, .clone, .clone3, .exit, .exitGroup, .execve, .wait, .waitCall, .unshare, .setns, .open,
            .close, .setnsFile,
            .sethostname, .setdomainname, .uname, .namespace, .readProcess, .writeTimensOffsets, .getppid, .getpid,
            .signal,
            .sigchld, .subreaper, .setuid, .setrlimitNproc, .mapSelf:
            guard let name = action.actor, let task = living(name) else { return record(step, events: []) }
            record(step, events: [try call(action, name, task, step)])
        }
    }

    /// The call of a step that a living process takes.
    private mutating func call(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        switch action {
        case .fork(_, let child): return clone(action, name, task, [], child)
        case .vfork(_, let child): return clone(action, name, task, [.CLONE_VFORK, .CLONE_VM], child)
        case .clone(_, let flags, let child):
            try requireModelled(kernel.cloneFlagsNotModelled(task, flags), "clone", step)
            try requireKnownCounts(task, flags, step)
            return clone(action, name, task, flags, child)
        case .clone3(_, let args, let destination, let child):
            if let what = kernel.clone3NotModelled(task, args) {
                throw Failure(.unavailable, "clone3 with \(what) is not modelled yet", at: locate(step))
            }
            try requireKnownCounts(task, args.flags, step)
            if let path = destination?.path, cgroup(path) == nil {
                return refused(action, name, kernel.noSuchFile())
            }
            let directory = self.directory(destination, of: task)
            let made = kernel.clone3(task, args, into: directory)
            if let id = made.value { names.give(child, to: id) }
            return event(action, name, made) { _ in .child(child) }
        case .exit(_, let status):
            if !kernel.hasLivingThreads(beside: task) { try requireEnd(of: task, step) }
            kernel.exit(task, code: Int32(status) * 256)
            return PredictedEvent(task: name, call: action.call, outcomes: [.done], decision: nil)
        case .exitGroup(_, let status):
            try requireEnd(of: task, step)
            kernel.exitGroup(task, code: Int32(status) * 256)
            return PredictedEvent(task: name, call: action.call, outcomes: [.done], decision: nil)
        case .execve:
            let made = kernel.execve(task)
            if let survivor = made.value { noteLiving(survivor) }
            return event(action, name, made) { _ in .done }
        case .wait(_, let child): return try wait(action, name, task, child, step)
        case .waitCall(_, let call): return try wait(action, name, task, call, step)
        case .unshare(_, let flags):
            try requireModelled(kernel.unshareFlagsNotModelled(flags), "unshare", step)
            try requireKnownCounts(task, flags, step)
            return event(action, name, kernel.unshare(task, flags: flags)) { _ in .done }
        case .sethostname(_, let text): return event(action, name, kernel.sethostname(task, text)) { _ in .done }
        case .setdomainname(_, let text): return event(action, name, kernel.setdomainname(task, text)) { _ in .done }
        case .uname(_, let member):
            let names = kernel.uname(task)
            let text = member == .nodename ? names.nodename : names.domainname
            return PredictedEvent(task: name, call: action.call, outcomes: [.text(text)], decision: nil)
        case .open(_, let opened, let file): return try open(action, name, task, opened, file, step)
        case .close(_, let file):
            return event(action, name, kernel.close(task, files.number(of: file))) { _ in .done }
        case .setnsFile(_, let file, let flags):
            let descriptor = files.number(of: file)
            let unknown = kernel.setnsNotModelled(task, descriptor: descriptor, flags: flags)
            try requireModelled(unknown, "setns", step)
            return event(action, name, kernel.setns(task, descriptor: descriptor, flags: flags)) { _ in .done }
        case .namespace(_, let file): return namespace(action, name, task, file)
        case .readProcess(_, let target, let file): return readProcess(action, name, task, target, file)
        case .writeTimensOffsets(_, let target, let text):
            return try writeTimensOffsets(action, name, task, target, text, step)
        case .getppid:
            // task_tgid: a thread that made it has the number of its process.
            let parent = kernel.tasks[Int(task.rawValue)].realParent.map(kernel.groupLeader)
            if let parent, !kernel.sees(task, parent) {
                return PredictedEvent(task: name, call: action.call, outcomes: [.outsider], decision: nil)
            }
            let known = parent == Kernel.initTask ? nil : parent.map(names.name)
            return PredictedEvent(task: name, call: action.call, outcomes: [.process(known)], decision: nil)
        case .getpid:
            let pids = kernel.pids(of: task)
            return PredictedEvent(task: name, call: action.call, outcomes: [.pids(pids)], decision: nil)
        case .setns(_, let target, let flags): return try setns(action, name, task, target, flags, step)
        case .sigchld(_, let childSignal):
            kernel.sigaction(task, SIGCHLD: childSignal.modelled)
            return PredictedEvent(task: name, call: action.call, outcomes: [.done], decision: nil)
        case .subreaper(_, let isSubreaper):
            kernel.setChildSubreaper(task, isSubreaper)
            return PredictedEvent(task: name, call: action.call, outcomes: [.done], decision: nil)
        case .signal(_, let target, let signal): return try signalled(action, name, task, target, signal, step)
        case .mapSelf: return event(action, name, kernel.mapSelf(task)) { _ in .done }
        case .setuid(_, let user): return event(action, name, kernel.setresuid(task, self.user(user))) { _ in .done }
        case .setrlimitNproc(_, let soft, let hard):
            let limit = RLimit(current: soft, maximum: hard)
            return event(action, name, kernel.setrlimitNproc(task, limit)) { _ in .done }
        case .write, .writeMembers, .read, .attach, .attachThread, .mkdir, .rmdir, .mapIDs, .sysctl, .bomb, .race,
            .kill:
            preconditionFailure("not a call of a process")
        }
    }

    private mutating func clone(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ flags: CloneFlags,
        _ child: TaskName
    ) -> PredictedEvent {
        let made = kernel.clone(task, flags: flags)
        if let id = made.value { names.give(child, to: id) }
        return event(action, name, made) { _ in .child(child) }
    }

    private mutating func setns(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ target: TaskName,
        _ flags: CloneFlags,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        guard let entered = unreaped(target, seenBy: task) else {
            return refused(action, name, kernel.noSuchProcess(.pidfdNoProcess))
        }
        if let refusal = kernel.refusalOfPidfd(of: entered) { return refused(action, name, refusal) }
        try requireModelled(kernel.setnsNotModelled(task, of: entered, flags: flags), "setns", step)
        return event(action, name, kernel.setns(task, of: entered, flags: flags)) { _ in .done }
    }

    private mutating func signalled(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ target: TaskName,
        _ signal: Action.FatalSignal,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        guard let victim = unreaped(target, seenBy: task) else {
            return refused(action, name, kernel.noSuchProcess(.killNoProcess))
        }
        if signal != .none, kernel.isProcessLiving(victim), !kernel.isUnkillable(victim, by: task) {
            try requireEnd(of: victim, step)
        }
        return event(action, name, kernel.kill(task, victim, isFatal: signal != .none)) { _ in .done }
    }

    /// The task that a name still has a pid for, in the caller's PID namespace.
    func unreaped(_ name: TaskName, seenBy current: TaskID) -> TaskID? {
        guard let task = names.task(named: name), kernel.tasks[Int(task.rawValue)].exitState != .dead,
            kernel.sees(current, task)
        else { return nil }
        return task
    }

    func requireEnd(of task: TaskID, _ step: Int) throws(Failure) {
        if kernel.exitWouldBlock(task) { throw endWouldNotCome(of: task, step) }
    }

    func endWouldNotCome(of task: TaskID, _ step: Int) -> Failure {
        Failure(
            .badInput,
            "\(names.name(of: task)) would not come to its end: a process of its PID namespace has its parent outside",
            at: locate(step),
            remedy: "let that process end, and its parent wait for it, first"
        )
    }

    /// Who stands still makes no calls, nor does who waits for the end or the execve of a child that it made with `CLONE_VFORK`.
    func requireMoving(_ task: TaskID, _ step: Int) throws(Failure) {
        if let child = kernel.vforkChild(of: task) {
            throw Failure(
                .badInput,
                "\(names.name(of: task)) waits for the end of \(names.name(of: child)) and makes no calls (CLONE_VFORK)",
                at: locate(step),
                remedy: "let \(names.name(of: child)) exit or call execve first"
            )
        }
        guard kernel.isFrozen(task) else { return }
        throw Failure(
            .badInput,
            "\(names.name(of: task)) is frozen and makes no calls",
            at: locate(step),
            remedy: "write 0 to cgroup.freeze first"
        )
    }

    func refused(_ action: Action, _ task: TaskName?, _ refusal: Refusal) -> PredictedEvent {
        refused(task, call: action.call, refusal)
    }

    func refused(_ task: TaskName?, call: String, _ refusal: Refusal) -> PredictedEvent {
        PredictedEvent(task: task, call: call, outcomes: [.failed(refusal.errno)], decision: decision(refusal))
    }

    /// SIGKILL for the whole tree, then everything in it is reaped: the children's parents are gone by then.
    private mutating func kill(_ task: TaskID, _ step: Int) throws(Failure) {
        let tree = kernel.descendants(of: task)
        for member in tree where kernel.isLiving(member) {
            try requireEnd(of: member, step)
            kernel.exitGroup(member, code: 9)
        }
        // Whoever was in a PID namespace whose first process was among them is gone already.
        for member in tree where kernel.tasks[Int(member.rawValue)].exitState == .zombie {
            // Whose parent is a process of the program is reaped by it.
            if let parent = kernel.tasks[Int(member.rawValue)].realParent, kernel.isLiving(parent) {
                try requireMoving(parent, step)
            }
            kernel.release(member)
        }
    }

    func requireModelled(_ flags: CloneFlags, _ call: String, _ step: Int) throws(Failure) {
        guard !flags.isEmpty else { return }
        throw Failure(
            .unavailable,
            "\(call) with \(flags) is not modelled yet",
            at: locate(step)
        )
    }

    /// The event of a transition.
    func event<Value>(
        _ action: Action,
        _ task: TaskName?,
        _ transition: Transition<Value>,
        _ success: (Value) -> Outcome
    ) -> PredictedEvent {
        PredictedEvent(
            task: task,
            call: action.call,
            outcomes: transition.allowed.map { answer in
                switch answer {
                case .success(let value): success(value)
                case .refused(let refusal): .failed(refusal.errno)
                }
            },
            decision: transition.refusal.map(decision)
        )
    }
}

extension Action.ChildSignal {
    fileprivate var modelled: KernelModel.Task.ChildSignal {
        switch self {
        case .SIG_DFL: .default
        case .SIG_IGN: .ignored
        case .SA_NOCLDWAIT: .noChildWait
        }
    }
}
