import CLinux
import Glibc
import KernelABI
import Scenario

/// The files that a program's processes open by name. Each name has a descriptor that nothing else has, so that a process's
/// copy of it is the same number.
struct OpenedFiles {
    /// What else is open, and what programs take for closed, is below.
    private static let first = 200
    private var known: [FileName: UInt64] = [:]
    /// For a file that leads to a PID namespace: those that one's processes are in, by their place on the stage.
    fileprivate var spaces: [FileName: [Int]] = [:]
    /// Whose pidfd a file is, for the PID namespace that it leads to.
    fileprivate var pidfds: [FileName: TaskName] = [:]

    mutating func descriptor(of file: FileName) -> UInt64 {
        if let number = known[file] { return number }
        let number = UInt64(OpenedFiles.first + known.count)
        known[file] = number
        return number
    }
}

extension Conductor {
    /// A process opens a file and keeps it.
    mutating func open(
        _ task: TaskName,
        _ file: OpenedFile,
        _ name: FileName,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let descriptor = opened.descriptor(of: name)
        switch file {
        case .pidfd(let target):
            opened.spaces[name] = stage.unreaped(target)?.spaces
            opened.pidfds[name] = target
            return try simple(task, call, KERNAUT_OPEN_PIDFD, pidArgument(target, of: number), descriptor)
        case .root: stage.setText(number, "/\0")
        case .cgroup(let path): stage.setText(number, "\(cgroup.directory(of: path))\0")
        case .namespace(let target, let file):
            let puppet = stage.unreaped(target)
            if file.kind == .pid { opened.spaces[name] = file == .pid ? puppet?.spaces : puppet?.childSpaces }
            let folder = try puppet.map { puppet throws(Stop) in
                if let folder = puppet.folder { return folder }
                return try required { () throws(SystemError) in try ProcessFolder.path(ofPid: puppet.pid) }
            }
            stage.setText(number, "\(folder ?? "/proc/\(Conductor.nobody)")/ns/\(file.rawValue)\0")
        }
        return try simple(task, call, KERNAUT_OPEN_FILE, descriptor)
    }

    /// `setns` with what was opened.
    mutating func enter(
        _ task: TaskName,
        _ file: FileName,
        _ flags: CloneFlags,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        let events = try simple(task, call, KERNAUT_SETNS_FILE, opened.descriptor(of: file), flags.rawValue)
        let leadsToPIDs = opened.pidfds[file] == nil || flags.contains(.CLONE_NEWPID)
        if leadsToPIDs, let spaces = opened.spaces[file], events.first?.outcome == .done {
            stage.notePIDNamespace(of: number, spaces: spaces)
        }
        return events
    }
}
