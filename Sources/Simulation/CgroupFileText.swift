import KernelABI
import KernelModel
import Scenario

/// What the harness reads from a cgroup's file.
enum CgroupFileText {
    /// The files whose reading the model predicts.
    static let files =
        ["pids.current", "pids.max", "pids.events", "pids.events.local", "pids.peak"]
        + CgroupCoreFile.readable.map(\.rawValue)
    /// The files whose writing it predicts.
    static let written = ["pids.max"] + CgroupCoreFile.written.map(\.rawValue)

    /// The text of a cgroup's file; nil where this kernel has none.
    static func text(_ file: String, of cgroup: CgroupID, in kernel: Kernel) -> String? {
        guard let file = CgroupCoreFile(rawValue: file) else {
            return kernel.hasPidsFiles(cgroup) ? text(file, kernel.pidsFiles(of: cgroup)) : nil
        }
        return kernel.configuration.has(file) ? kernel.read(cgroup, file) : nil
    }

    /// The text of a file; nil where this kernel has none.
    private static func text(_ file: String, _ files: PidsFiles) -> String? {
        let text: String? =
            switch file {
            case "pids.current": "\(files.current)"
            case "pids.max": "\(files.max)"
            case "pids.events": "max \(files.eventsMax)"
            case "pids.events.local": files.eventsLocalMax.map { "max \($0)" }
            case "pids.peak": files.peak.map { "\($0)" }
            default: preconditionFailure("the program was checked for unknown files")
            }
        return text.map { $0 + "\n" }
    }
}
