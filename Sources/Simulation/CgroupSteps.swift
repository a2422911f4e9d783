import KernelABI
import KernelModel
import Scenario

/// What the harness does to cgroups.
extension Run {
    /// The events of a step that makes, removes, reads or writes a cgroup's directory or file; none where the process that
    /// it moves does not live.
    mutating func cgroupEvents(_ action: Action) -> [PredictedEvent] {
        switch action {
        case .mkdir(let path):
            let made = kernel.mkdir(name(path), in: path.parent.flatMap(cgroup))
            if let id = made.value { enter(path, id) }
            return [event(action, nil, made) { _ in .done }]
        case .rmdir(let path):
            let removed = kernel.rmdir(name(path), in: path.parent.flatMap(cgroup))
            if removed.value != nil { leave(path) }
            return [event(action, nil, removed) { _ in .done }]
        case .write(let path, let file, let text):
            guard let cgroup = cgroup(path), let written = write(cgroup, file, Array(text.utf8)) else {
                return [refused(action, nil, kernel.noSuchFile())]
            }
            return [event(action, nil, written) { _ in .done }]
        case .read(let path, let file):
            guard let cgroup = cgroup(path), let text = CgroupFileText.text(file, of: cgroup, in: kernel) else {
                return [refused(action, nil, kernel.noSuchFile())]
            }
            return [PredictedEvent(task: nil, call: action.call, outcomes: [.text(text)], decision: nil)]
        case .attach(let name, let path):
            guard let task = living(name) else { return [] }
            guard let cgroup = cgroup(path) else { return [refused(action, nil, kernel.noSuchFile())] }
            return [event(action, nil, kernel.attach(task, to: cgroup)) { _ in .done }]
        default: preconditionFailure("no step about a cgroup")
        }
    }

    /// Nil where this kernel has no such file.
    private mutating func write(_ cgroup: CgroupID, _ file: String, _ text: [UInt8]) -> Transition<Void>? {
        guard let file = CgroupCoreFile(rawValue: file) else { return kernel.writePidsMax(cgroup, text) }
        return kernel.configuration.has(file) ? kernel.write(cgroup, file, text) : nil
    }

    private func name(_ path: CgroupPath) -> String {
        guard let name = path.components.last else { preconditionFailure("the program was checked for its root") }
        return String(name)
    }
}
