import CLinux
import Glibc
import KernelABI
import Scenario

/// Waits of processes for their children. None of them blocks: what would is told of.
extension Conductor {
    mutating func wait(_ task: TaskName, for child: TaskName?, _ step: Step) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let argument = child.map { pidArgument($0, of: number) } ?? UInt64(bitPattern: -1)
        let result = try lossless { () throws(PuppetStage.Lost) in
            try stage.call(number, KERNAUT_WAIT, argument)
        }
        return try events(of: step, number, result, [])
    }

    mutating func wait(_ task: TaskName, _ call: WaitCall, _ step: Step) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let id: UInt64 =
            switch call.id {
            case .task(let name): pidArgument(name, of: number)
            case .number(let number): UInt64(UInt32(bitPattern: number))
            }
        let result = try lossless { () throws(PuppetStage.Lost) -> Answer<Int64> in
            guard call.which != .wait4 else {
                return try stage.call(number, KERNAUT_WAIT, id, UInt64(call.options.rawValue))
            }
            return try stage.call(
                number,
                KERNAUT_WAITID,
                id | UInt64(call.kind.rawValue) << 32,
                UInt64(call.options.rawValue)
            )
        }
        return try events(of: step, number, result, call.options)
    }

    static func describe(_ status: Int32) -> String {
        kernaut_wait_exited(status) != 0
            ? "exit \(kernaut_wait_exit_status(status))" : "signal \(kernaut_wait_signal(status))"
    }

    private mutating func events(
        of step: Step,
        _ number: Int,
        _ result: Answer<Int64>,
        _ options: WaitOptions
    ) throws(Stop) -> [Event] {
        let outcome: Outcome
        switch result {
        case .failure(let errno): outcome = .failed(errno)
        case .success(0):
            guard options.contains(.WNOHANG) else {
                throw Stop(ending: .badProgram(reason: "\(step.text): would block, since no child has ended"))
            }
            outcome = .nothing
        case .success(let pid):
            guard let ended = stage.number(ofPid: pid_t(pid), seenBy: number) else {
                throw fault("an unknown child \(pid)")
            }
            let name = stage.puppets[ended].name
            let status = Conductor.describe(stage.waitStatus(number))
            if options.contains(.WNOWAIT) {
                outcome = .seen(name, status: status)
            } else {
                stage.becomeReaped(ended)
                outcome = .reaped(name, status: status)
            }
        }
        return [Event(task: stage.puppets[number].name, call: step.action.call, outcome: outcome)]
    }
}

extension WaitCall {
    /// What `waitid` is told its second argument is.
    fileprivate var kind: kernaut_waitid_kind {
        switch (which, id) {
        case (.wait4, _), (.P_ALL, _): KERNAUT_P_ALL
        case (.P_PID, _): KERNAUT_P_PID
        case (.P_PGID, _): KERNAUT_P_PGID
        case (.P_PIDFD, .number), (.P_PIDFD_NONBLOCK, .number): KERNAUT_P_PIDFD
        case (.P_PIDFD, .task): KERNAUT_P_PIDFD_OF_PID
        case (.P_PIDFD_NONBLOCK, .task): KERNAUT_P_PIDFD_OF_PID_NONBLOCK
        }
    }
}
