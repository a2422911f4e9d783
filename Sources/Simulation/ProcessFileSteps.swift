import Failure
import KernelABI
import KernelModel
import Scenario

/// Files of processes in `/proc`.
extension Run {
    mutating func readProcess(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ target: TaskName,
        _ file: ProcessFile
    ) -> PredictedEvent {
        let target = names.task(named: target)
        switch file {
        case .cgroup:
            return event(action, name, kernel.readCgroup(task, of: target)) { .text(shown($0, to: task)) }
        case .timensOffsets:
            return event(action, name, kernel.readTimensOffsets(task, of: target)) { .text($0) }
        }
    }

    /// A path as the probe tells it: what is above the program's root differs from one machine to the next.
    private func shown(_ path: String, to reader: TaskID) -> String {
        let root = "/\(Run.rootName)"
        guard kernel.seesWholeHierarchy(reader), path.hasPrefix(root) else { return path }
        return World.rootSeenFromOutside + path.dropFirst(root.utf8.count)
    }

    mutating func writeTimensOffsets(
        _ action: Action,
        _ name: TaskName,
        _ task: TaskID,
        _ target: TaskName,
        _ text: String,
        _ step: Int
    ) throws(Failure) -> PredictedEvent {
        let bytes = Array(text.utf8)
        if let what = kernel.timensOffsetsNotModelled(bytes) {
            throw Failure(
                .unavailable,
                "timens_offsets with \(what) is not modelled",
                at: locate(step),
                remedy: "offsets of 0 to 3611686018 seconds keep every clock in its range, and -1000000001 puts it out"
            )
        }
        let target = names.task(named: target)
        return event(action, name, kernel.writeTimensOffsets(task, of: target, bytes)) { _ in .done }
    }
}
