import Failure
import KernelABI
import KernelModel
import Scenario

/// The descriptors of a program's open files: each name has its own.
struct FileNumbers {
    private var known: [FileName: Int] = [:]

    mutating func number(of file: FileName) -> Int {
        if let number = known[file] { return number }
        known[file] = known.count
        return known.count - 1
    }
}

/// What processes open for `setns`, and which namespaces they are in.
extension Run {
    mutating func open(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ opened: OpenedFile,
        _ file: FileName,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        let descriptor = files.number(of: file)
        switch opened {
        case .cgroup(let path):
            guard let cgroup = cgroup(path) else { return refused(action, name, kernel.noSuchFile()) }
            return event(action, name, kernel.openDirectory(task, of: cgroup, as: descriptor)) { _ in .done }
        case .root: return event(action, name, kernel.openRoot(task, as: descriptor)) { _ in .done }
        case .pidfd(let target):
            guard let entered = unreaped(target, seenBy: task) else {
                return refused(action, name, kernel.noSuchProcess(.pidfdNoProcess))
            }
            if let refusal = kernel.refusalOfPidfd(of: entered) { return refused(action, name, refusal) }
            return event(action, name, kernel.openPidfd(task, of: entered, as: descriptor)) { _ in .done }
        case .namespace(let target, let file):
            let target = names.task(named: target)
            if let target, kernel.openNotModelled(task, of: target) {
                throw Failure(
                    .unavailable,
                    "whether \(name) may look at a process that has ended is not modelled yet",
                    at: locate(step),
                    remedy: "it changed its user when it lived, and stable releases differ"
                )
            }
            return event(action, name, kernel.openNamespace(task, of: target, file, as: descriptor)) { _ in .done }
        }
    }

    /// What a process hands to clone3 as the descriptor of a cgroup.
    mutating func directory(_ destination: CloneDestination?, of task: TaskID) -> CloneDirectory {
        switch destination {
        case nil: return .none
        case .cgroup(let path): return cgroup(path).map { .cgroup($0) } ?? .none
        case .file(let file):
            switch kernel.file(task, files.number(of: file)) {
            case nil: return .none
            case .cgroup(let cgroup): return .cgroup(cgroup)
            case .namespace, .pidfd, .other: return .other
            }
        }
    }

    mutating func namespace(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ file: NamespaceFile
    ) -> PredictedEvent {
        event(action, name, kernel.readNamespaceLink(task, file)) { id in
            .namespace(file.kind, namespaces.number(of: id, file.kind))
        }
    }
}
