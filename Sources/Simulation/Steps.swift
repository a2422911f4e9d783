import Failure
import KernelABI
import KernelModel
import Scenario

extension Run {
    /// Takes a step and records its moment, or its rounds' moments.
    ///
    /// A step whose process does not live makes no call.
    mutating func take(_ action: Action, _ step: Int) throws(Failure) {
        switch action {
        case .bomb(let name, let rounds): try explode(name, rounds, step)
        case .write(let path, _, let text):
            let written = kernel.writePidsMax(cgroup(path), Array(text.utf8))
            record(step, events: [event(action, nil, written) { _ in .done }])
        case .attach(let name, let path):
            guard let task = living(name) else { return record(step, events: []) }
            let attached = kernel.attach(task, to: cgroup(path))
            record(step, events: [event(action, nil, attached) { _ in .done }])
        case .kill(let name):
            guard let task = living(name) else { return record(step, events: []) }
            kill(task)
            record(step, events: [PredictedEvent(task: nil, call: action.call, outcomes: [.done], decision: nil)])
        case .fork, .clone, .exit, .wait, .unshare, .sethostname, .uname, .setrlimitNproc:
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
        case .clone(_, let flags, let child):
            try requireModelled(kernel.cloneFlagsNotModelled(flags), "clone", step)
            return clone(action, name, task, flags, child)
        case .exit(_, let status):
            kernel.exit(task, code: Int32(status) * 256)
            return PredictedEvent(task: name, call: action.call, outcomes: [.done], decision: nil)
        case .wait(_, let child): return try wait(action, name, task, child, step)
        case .unshare(_, let flags):
            try requireModelled(kernel.unshareFlagsNotModelled(flags), "unshare", step)
            return event(action, name, kernel.unshare(task, flags: flags)) { _ in .done }
        case .sethostname(_, let text): return event(action, name, kernel.sethostname(task, text)) { _ in .done }
        case .uname:
            let nodename = kernel.uname(task).nodename
            return PredictedEvent(task: name, call: action.call, outcomes: [.text(nodename)], decision: nil)
        case .setrlimitNproc(_, let soft, let hard):
            let limit = RLimit(current: soft, maximum: hard)
            return event(action, name, kernel.setrlimitNproc(task, limit)) { _ in .done }
        case .write, .attach, .bomb, .kill: preconditionFailure("not a call of a process")
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

    private mutating func wait(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ child: TaskName?,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        let target = child.flatMap { names.task(named: $0) }
        // A name that no process was given is no child's: any task but a child stands for it, such as the caller.
        let waited = child == nil ? nil : target ?? task
        if kernel.wouldBlock(task, waitingFor: waited) {
            throw Failure(
                .badInput,
                "\(name) would wait for ever: \(child.map { "\($0) lives" } ?? "none of its children has ended")",
                at: locate(step),
                remedy: "let the child exit first"
            )
        }
        let reaped = kernel.wait(task, child: waited)
        return event(action, name, reaped) { id in
            .reaped(names.name(of: id), status: waitStatus(kernel.tasks[Int(id.rawValue)].exitCode))
        }
    }

    /// SIGKILL for the whole tree, then everything in it is reaped: the children's parents are gone by then.
    private mutating func kill(_ task: TaskID) {
        let tree = kernel.descendants(of: task)
        for member in tree where kernel.isLiving(member) { kernel.exit(member, code: 9) }
        for member in tree { kernel.release(member) }
    }

    private func requireModelled(_ flags: CloneFlags, _ call: String, _ step: Int) throws(Failure) {
        guard !flags.isEmpty else { return }
        throw Failure(
            .unavailable,
            "\(call) with \(flags) is not modelled yet",
            at: locate(step),
            remedy: "CLONE_NEWUTS is"
        )
    }

    /// The event of a transition.
    private func event<Value>(
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

/// What `wait` reports of an exit code, in a trace's words.
private func waitStatus(_ code: Int32) -> String {
    let signal = code & 0x7f
    return signal == 0 ? "exit \((code >> 8) & 0xff)" : "signal \(signal)"
}
