import Failure
import KernelABI
import KernelModel
import Scenario

/// What the harness does to cgroups.
extension Run {
    /// The events of a step that makes, removes, reads or writes a cgroup's directory or file; none where the process that
    /// it moves does not live.
    mutating func cgroupEvents(_ action: Action, _ step: Int) throws(Failure) -> [PredictedEvent] {
        switch action {
        case .mkdir(let path):
            let made = mkdir(path)
            if let id = made.value { enter(path, id) }
            return [event(action, nil, made) { _ in .done }]
        case .rmdir(let path):
            let removed = kernel.rmdir(name(path), in: path.parent.flatMap(cgroup))
            if removed.value != nil { leave(path) }
            return [event(action, nil, removed) { _ in .done }]
        case .write(let path, let file, let text):
            guard let cgroup = cgroup(path), let written = try write(cgroup, file, Array(text.utf8), step) else {
                return [refused(action, nil, kernel.noSuchFile())]
            }
            return [event(action, nil, written) { _ in .done }]
        case .writeMembers(let name, let path, let file, let text):
            guard let task = living(name) else { return [] }
            guard let cgroup = cgroup(path),
                let written = try writeMembers(task, cgroup, file, Array(text.utf8), step)
            else { return [refused(action, name, kernel.noSuchFile())] }
            if written.refusal == nil { try requireMoving(task, step) }
            return [event(action, name, written) { _ in .done }]
        case .read(let path, let file):
            guard let cgroup = cgroup(path), let text = CgroupFileText.text(file, of: cgroup, in: kernel) else {
                return [refused(action, nil, kernel.noSuchFile())]
            }
            return [PredictedEvent(task: nil, call: action.call, outcomes: [.text(text)], decision: nil)]
        case .attach(let name, let path):
            guard let task = living(name) else { return [] }
            guard let cgroup = cgroup(path) else { return [refused(action, nil, kernel.noSuchFile())] }
            return [event(action, nil, kernel.attach(task, to: cgroup)) { _ in .done }]
        case .attachThread(let name, let path):
            guard let task = living(name) else { return [] }
            guard let cgroup = cgroup(path) else { return [refused(action, nil, kernel.noSuchFile())] }
            return [event(action, nil, kernel.attachThread(task, to: cgroup)) { _ in .done }]
        default: preconditionFailure("no step about a cgroup")
        }
    }

    /// The world's cgroups are domains of the unified hierarchy.
    var hasDomains: Bool { kernel.configuration.unified && program.world.cgroupType == .domain }

    /// Where the world's cgroups are threaded, so is every other one, and has `pids`: the harness sees to both.
    private mutating func mkdir(_ path: CgroupPath) -> Transition<CgroupID> {
        let parent = path.parent.flatMap(cgroup)
        let isThreaded = kernel.configuration.unified && !hasDomains
        if isThreaded, let parent { _ = kernel.write(parent, .subtreeControl, Array("+pids".utf8)) }
        let made = kernel.mkdir(name(path), in: parent)
        if isThreaded, let id = made.value { _ = kernel.write(id, .type, Array("threaded".utf8)) }
        return made
    }

    /// A write to a file that lists who is in a cgroup; nil where this kernel has no such file.
    ///
    /// - Parameter task: nil for the harness.
    private mutating func writeMembers(
        _ task: TaskID?,
        _ cgroup: CgroupID,
        _ file: CgroupMemberFile,
        _ text: [UInt8],
        _ step: Int
    ) throws(Failure) -> Transition<Void>? {
        switch file {
        case .procs: break
        case .threads: guard kernel.configuration.unified else { return nil }
        case .tasks: guard !kernel.configuration.unified else { return nil }
        }
        if kernel.membersNotModelled(task, text) {
            throw Failure(
                .unavailable,
                "which process has the pid that is written to \(file.rawValue) is not known here",
                at: locate(step),
                remedy: "attach moves a process; a task that writes 0 moves itself"
            )
        }
        return kernel.writeMembers(task, cgroup, isThreadList: file != .procs, text)
    }

    /// Nil where this kernel has no such file, or the cgroup has none.
    private mutating func write(
        _ cgroup: CgroupID,
        _ file: String,
        _ text: [UInt8],
        _ step: Int
    ) throws(Failure) -> Transition<Void>? {
        if let list = CgroupMemberFile(rawValue: file) { return try writeMembers(nil, cgroup, list, text, step) }
        guard let file = CgroupCoreFile(rawValue: file) else {
            return kernel.hasPidsFiles(cgroup) ? kernel.writePidsMax(cgroup, text) : nil
        }
        guard kernel.configuration.has(file) else { return nil }
        if file == .kill, let stuck = kernel.endThatWouldNotCome(in: cgroup, text) {
            throw endWouldNotCome(of: stuck, step)
        }
        if file == .kill, kernel.killIsUndecided(in: cgroup, text) {
            throw Failure(
                .unavailable,
                "what is left of processes that die at once, with a subreaper or a parent that ignores SIGCHLD about, is for the "
                    + "scheduler to decide",
                at: locate(step),
                remedy: "let them end one after the other"
            )
        }
        return kernel.write(cgroup, file, text)
    }

    private func name(_ path: CgroupPath) -> String {
        guard let name = path.components.last else { preconditionFailure("the program was checked for its root") }
        return String(name)
    }
}
