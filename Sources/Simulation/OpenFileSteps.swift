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
