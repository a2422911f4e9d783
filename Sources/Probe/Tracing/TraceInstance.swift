import Glibc
import KernelABI

/// An instance of the tracing files: a folder with buffers and switches of its own, named after the process that owns it.
///
/// It is also the mark by which a later start finds what a killed one left switched on outside of it: kprobe events,
/// whose group has the same name, and the tracer function_graph, which older kernels have in the top folder only.
struct TraceInstance {
    let folder: TraceFolder
    let owner: GuardName

    /// Makes the instance; nobody else may be tracing.
    init(in folder: TraceFolder) throws(SystemError) {
        self.folder = folder
        owner = GuardName(pid: getpid(), startTime: ProcessFacts.startTime(of: getpid()) ?? 0)
        guard mkdir(folder.file(path), 0o750) == 0 || errno == EEXIST else {
            throw SystemFile.lastError("mkdir \(folder.file(path))")
        }
    }

    /// The folder, below the tracing files.
    var path: String { "instances/\(owner)" }

    /// The group of its kprobe events, a word of C: `kernaut_312_4711`.
    static func group(of owner: GuardName) -> String { "kernaut_\(owner.pid)_\(owner.startTime)" }

    var group: String { TraceInstance.group(of: owner) }

    /// Removes the instance and its kprobe events.
    func remove() { TraceInstance.remove(owner, in: folder) }

    private static func remove(_ owner: GuardName, in folder: TraceFolder) {
        // The instance goes first: what it has switched on cannot be removed.
        try? folder.put("0", into: "instances/\(owner)/events/enable")
        rmdir(folder.file("instances/\(owner)"))
        let group = group(of: owner)
        for line in ((try? folder.read("kprobe_events")) ?? "").split(separator: "\n") {
            // r16:kernaut_312_4711/k0 pids_can_fork retval=$retval:s64
            guard let colon = line.firstIndex(of: ":"),
                let name = line[line.index(after: colon)...].split(separator: " ").first,
                name.hasPrefix("\(group)/")
            else { continue }
            try? folder.append("-:\(name)\n", to: "kprobe_events")
        }
    }

    /// Removes the instances, and what they mark, of owners that are dead. Returns their paths.
    static func sweep(_ folder: TraceFolder) -> [String] {
        var removed: [String] = []
        for name in SystemFile.directories(in: folder.file("instances")) {
            guard let owner = GuardName(name), !owner.isOwnerAlive else { continue }
            if folder.tracer == FunctionGraphTracing.tracer { FunctionGraphTracing.switchOff(folder) }
            remove(owner, in: folder)
            removed.append(folder.file("instances/\(name)"))
        }
        return removed
    }
}
