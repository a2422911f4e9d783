import CLinux
import Glibc
import KernelABI
import Scenario

/// Files of processes in `/proc`.
extension Conductor {
    /// A process reads a file of its own or of another one.
    mutating func readProcess(
        _ task: TaskName,
        _ target: TaskName,
        _ file: ProcessFile,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard let number = stage.living(task) else { return [] }
        stage.setText(number, "\(try path(of: target, file, for: task))\0")
        let part = file == .cgroup ? cgroup.hierarchy.kind.filePart : KERNAUT_WHOLE_FILE
        let result = try lossless { () throws(PuppetStage.Lost) in
            try stage.call(number, KERNAUT_READ_FILE, UInt64(part.rawValue))
        }
        switch result {
        case .success: break
        // The puppet's own answers, not the kernel's.
        case .failure(.E2BIG), .failure(.ENODATA): throw fault("\(task) cannot tell what \(file.rawValue) says")
        case .failure(let errno): return [Event(task: task, call: call, outcome: .failed(errno))]
        }
        var text = stage.text(number)
        if file == .cgroup, try isInOwnCgroupNamespace(number) { text = fromProgramsRoot(text) }
        return [Event(task: task, call: call, outcome: .text(text))]
    }

    /// A process writes the clock offsets of its own children or of another one's.
    func writeTimensOffsets(
        _ task: TaskName,
        _ target: TaskName,
        _ text: String,
        _ call: String
    ) throws(Stop) -> [Event] {
        guard stage.living(task) != nil else { return [] }
        return try write(task, text, to: try path(of: target, .timensOffsets, for: task), call)
    }

    private func path(of target: TaskName, _ file: ProcessFile, for task: TaskName) throws(Stop) -> String {
        guard let number = stage.unreapedNumber(target) else { return "/proc/\(Conductor.nobody)/\(file.rawValue)" }
        let isThread = stage.puppets[number].leader != nil
        if target == task, !isThread { return "/proc/self/\(file.rawValue)" }
        let folder = try lossless { () throws(PuppetStage.Lost) in try stage.procFolder(of: number) }
        // In its process's `task` a thread has not all files; /proc finds it by its own number, too.
        let place = isThread ? "/proc/\(folder.split(separator: "/").last ?? "")" : folder
        return "\(place)/\(file.rawValue)"
    }

    // MARK: - Paths of cgroups

    /// A process is in the cgroup namespace that the harness is in.
    private func isInOwnCgroupNamespace(_ number: Int) throws(Stop) -> Bool {
        let folder = try lossless { () throws(PuppetStage.Lost) in try stage.procFolder(of: number) }
        return try required { () throws(SystemError) in
            try SystemFile.link("\(folder)/ns/cgroup") == SystemFile.link("/proc/self/ns/cgroup")
        }
    }

    /// A path as the program has it: what is above its root differs from one machine to the next.
    private func fromProgramsRoot(_ path: String) -> String {
        guard let root = pathOfRoot, path.hasPrefix(root) else { return path }
        return World.rootSeenFromOutside + path.dropFirst(root.utf8.count)
    }

    /// Notes what the harness's cgroup namespace shows for the program's root, by one of the world's first processes, which has
    /// just been put into its cgroup.
    mutating func notePathOfRoot(_ task: TaskSetup, _ pid: pid_t) throws(Stop) {
        let content = try required { () throws(SystemError) in
            try SystemFile.read("\(try ProcessFolder.path(ofPid: pid))/cgroup")
        }
        let below = task.cgroup == .root ? "" : task.cgroup.description
        let path = PidsHierarchy.path(of: cgroup.hierarchy.kind, inMemberships: content)
        guard path.hasSuffix(below) else { throw fault("\(task.name) is in \(path), not in \(task.cgroup)") }
        pathOfRoot = String(path.dropLast(below.utf8.count))
    }
}

extension Program {
    /// Some step reads which cgroup a process is in.
    var readsCgroups: Bool {
        steps.contains { if case .readProcess(_, _, .cgroup) = $0.action { true } else { false } }
    }
}

extension Platform.Hierarchy {
    /// Where `/proc/PID/cgroup` tells of it.
    fileprivate var filePart: kernaut_file_part {
        switch self {
        case .v1: KERNAUT_PATH_OF_PIDS
        case .v2: KERNAUT_PATH_OF_UNIFIED
        }
    }
}
