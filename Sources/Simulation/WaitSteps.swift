import Failure
import KernelABI
import KernelModel
import Scenario

/// Steps that wait for children.
extension Run {
    mutating func wait(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ child: TaskName?,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        let target = child.map { WaitRequest.Target.pid(unreaped($0, seenBy: task)) } ?? .all
        return try wait(action, name, task, .wait4(target, []), for: child, step)
    }

    mutating func wait(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ call: WaitCall,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        let target: WaitRequest.Target
        switch (call.which, call.id) {
        case (.P_PIDFD, .task(let child)), (.P_PIDFD_NONBLOCK, .task(let child)):
            guard let opened = unreaped(child, seenBy: task) else {
                return refused(action, name, kernel.noSuchProcess(.pidfdNoProcess))
            }
            if let refusal = kernel.refusalOfPidfd(of: opened) { return refused(action, name, refusal) }
            target = .pidfd(opened, isNonblocking: call.which == .P_PIDFD_NONBLOCK)
        case (.P_PIDFD, .number(let number)), (.P_PIDFD_NONBLOCK, .number(let number)): target = .descriptor(number)
        case (_, .task(let child)): target = .pid(unreaped(child, seenBy: task))
        case (.P_ALL, .number), (.wait4, .number(-1)): target = .all
        case (.P_PGID, .number(let number)): target = .processGroup(number)
        case (.wait4, .number(let number)), (.P_PID, .number(let number)): target = .number(number)
        }
        let request: WaitRequest = call.which == .wait4 ? .wait4(target, call.options) : .waitid(target, call.options)
        return try wait(action, name, task, request, for: call.task, step)
    }

    private mutating func wait(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ request: WaitRequest,
        for child: TaskName?,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        if kernel.wouldBlock(task, request) {
            throw Failure(
                .badInput,
                "\(name) would wait for ever: \(child.map { "\($0) lives" } ?? "none of its children has ended")",
                at: locate(step),
                remedy: "let the child exit first"
            )
        }
        if child == nil, kernel.takesUnknownChild(task) {
            throw Failure(
                .unavailable,
                "which of its ended children \(name) waits for is for the scheduler to decide: several processes left them "
                    + "to it at once",
                at: locate(step),
                remedy: "name the child"
            )
        }
        return event(action, name, kernel.wait(task, request)) { answer in
            switch answer {
            case .nothing: .nothing
            case .reaped(let id): .reaped(names.name(of: id), status: waitStatus(of: id))
            case .seen(let id): .seen(names.name(of: id), status: waitStatus(of: id))
            }
        }
    }

    /// What a wait reports of a task's end, in a trace's words.
    private func waitStatus(of task: TaskID) -> String {
        let code = kernel.tasks[Int(task.rawValue)].exitCode
        let signal = code & 0x7f
        return signal == 0 ? "exit \((code >> 8) & 0xff)" : "signal \(signal)"
    }
}
