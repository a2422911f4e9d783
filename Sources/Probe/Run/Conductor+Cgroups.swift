import Glibc
import KernelABI
import Scenario

/// What the harness does to cgroups.
extension Conductor {
    mutating func makeCgroup(_ path: CgroupPath, _ call: String) throws(Stop) -> [Event] {
        let refused = try required { () throws(SystemError) in try cgroup.makeDirectory(of: path) }
        if refused == nil {
            do { try files.add(path, of: cgroup) } catch { throw fault(error.description) }
        }
        return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
    }

    mutating func removeCgroup(_ path: CgroupPath, _ call: String) throws(Stop) -> [Event] {
        guard rmdir(cgroup.directory(of: path)) == 0 else {
            return [Event(task: nil, call: call, outcome: .failed(SystemFile.lastErrno()))]
        }
        files.remove(path)
        return [Event(task: nil, call: call, outcome: .done)]
    }

    /// Reads a cgroup's file as the harness.
    func read(_ path: CgroupPath, _ file: String, _ call: String) throws(Stop) -> [Event] {
        let path = "\(cgroup.directory(of: path))/\(file)"
        guard SystemFile.exists(path) else { return [Event(task: nil, call: call, outcome: .failed(.ENOENT))] }
        let text = try required { () throws(SystemError) in try SystemFile.read(path) }
        return [Event(task: nil, call: call, outcome: .text(text))]
    }

    /// Writes a cgroup's file as the harness.
    func write(_ text: String, to path: CgroupPath, _ file: String, _ call: String) throws(Stop) -> [Event] {
        let path = "\(cgroup.directory(of: path))/\(file)"
        guard SystemFile.exists(path) else { return [Event(task: nil, call: call, outcome: .failed(.ENOENT))] }
        let refused = try required { () throws(SystemError) in try SystemFile.write(text, to: path) }
        return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
    }
}
