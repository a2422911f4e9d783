import Failure
import KernelABI
import KernelModel
import Scenario

/// Settings of the kernel.
extension Run {
    /// A write by a process or by the harness.
    mutating func sysctl(
        _ action: Action,
        _ name: TaskName?,
        _ setting: Sysctl,
        _ value: SysctlValue,
        _ step: Int
    ) throws(Failure) {
        var task: TaskID?
        if let name {
            task = living(name)
            if task == nil { return record(step, events: []) }
        }
        switch (setting, value) {
        case (.maxNamespaces(let kind), .number(let number)):
            let written = kernel.writeMaxNamespaces(task, kind, number)
            record(step, events: [event(action, name, written) { _ in .done }])
        case (.threadsMax, .number(let number)):
            guard Kernel.isModelled(maxThreads: number) else {
                throw unknownOthers(
                    "\(number) threads",
                    "kernel.threads-max can be 1, where every fork is refused",
                    step
                )
            }
            record(step, events: [event(action, name, kernel.writeThreadsMax(task, number)) { _ in .done }])
        case (.pidMax, .number(let number)):
            guard kernel.isModelled(pidMax: number, by: task) else {
                throw unknownOthers(
                    "a kernel.pid_max of \(number) for the machine",
                    "it can be \(PidsLimit.largest)",
                    step
                )
            }
            record(step, events: [event(action, name, kernel.writePidMax(task, number)) { _ in .done }])
        case (.threadsMax, .room(let room)):
            kernel.limitThreads(room: room)
            record(step, events: [PredictedEvent(task: nil, call: action.call, outcomes: [.done], decision: nil)])
        case (.pidMax, .room(let room)):
            kernel.limitPids(room: room)
            record(step, events: [PredictedEvent(task: nil, call: action.call, outcomes: [.done], decision: nil)])
        case (.unprivilegedUsernsClone, .number(let number)):
            let written = kernel.writeUnprivilegedUsernsClone(task, number)
            record(step, events: [event(action, name, written) { _ in .done }])
        case (.maxNamespaces, .room), (.unprivilegedUsernsClone, .room):
            preconditionFailure("the program was checked for such rooms")
        }
    }

    private func unknownOthers(_ what: String, _ remedy: String, _ step: Int) -> Failure {
        Failure(
            .unavailable,
            "\(what): that is not modelled: how many the machine has beside a scenario's is not known",
            at: locate(step),
            remedy: "\(remedy), or a room such as +8"
        )
    }

    /// A number of a PID namespace that would be above a `pid_max` which the machine's other processes decide.
    func requireKnownNumbers(_ step: Int) throws(Failure) {
        guard kernel.hasLostCount else { return }
        throw Failure(
            .unavailable,
            "pids beyond 300 of a PID namespace below a machine's kernel.pid_max are not modelled: that is not known",
            at: locate(step)
        )
    }

    func requireKnownCounts(_ task: TaskID, _ flags: CloneFlags, _ step: Int) throws(Failure) {
        let open = kernel.namespacesNotModelled(task, flags)
        guard !open.isEmpty else { return }
        throw Failure(
            .unavailable,
            "\(open) where namespaces of this kind that are gone may count still is not modelled yet",
            at: locate(step),
            remedy:
                "a work queue of the kernel gives their counts back; those of UTS, mount and cgroup namespaces are back at once"
        )
    }

    /// What happens at once is not looked at where the machine's limits may refuse it.
    func requireNoMachineLimit(_ step: Int) throws(Failure) {
        guard kernel.hasMachineLimit else { return }
        throw Failure(
            .unavailable,
            "a race below kernel.threads-max or kernel.pid_max is not modelled yet",
            at: locate(step)
        )
    }
}
