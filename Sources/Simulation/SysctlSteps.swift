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
        _ number: UInt32,
        _ step: Int
    ) throws(Failure) {
        var task: TaskID?
        if let name {
            task = living(name)
            guard let task else { return record(step, events: []) }
            try requireMoving(task, step)
        }
        switch setting {
        case .maxNamespaces(let kind):
            let written = kernel.writeMaxNamespaces(task, kind, number)
            record(step, events: [event(action, name, written) { _ in .done }])
        case .threadsMax:
            guard Kernel.isModelled(maxThreads: number) else {
                throw Failure(
                    .unavailable,
                    "\(number) threads are not modelled: how many the machine has beside a scenario's is not known",
                    at: locate(step),
                    remedy: "kernel.threads-max can be 1, where every fork is refused, or \(PidsLimit.largest)"
                )
            }
            record(step, events: [event(action, name, kernel.writeThreadsMax(task, number)) { _ in .done }])
        }
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

    /// What happens at once is not looked at where `kernel.threads-max` refuses everybody.
    func requireNoThreadLimit(_ step: Int) throws(Failure) {
        guard kernel.hasThreadLimit else { return }
        throw Failure(.unavailable, "a race below kernel.threads-max is not modelled yet", at: locate(step))
    }
}
