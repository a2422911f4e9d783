import Foundation
import Scenario
import Testing

/// `kernaut-probe`, started for real.
final class ProbeProcess {
    /// Programs run only as root where a hierarchy carries `pids`; where CI is set, a machine that cannot run them fails
    /// instead of skipping.
    static let canRun = ProcessInfo.processInfo.environment["CI"] != nil || (try? run(["platform"]))?.status == 0

    /// What a finished start of the probe gave.
    struct Result {
        let output: String
        let complaint: String
        let status: Int32

        /// The record of the only program.
        func record() throws -> RunRecord {
            var reader = RunReader()
            for line in output.split(separator: "\n") { try reader.read(line) }
            return reader.record
        }
    }

    private static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "kernaut-probe")

    private let process = Process()
    private let output = Pipe()
    private let complaint = Pipe()

    /// The pid of the supervisor.
    var pid: pid_t { process.processIdentifier }

    /// Starts the probe and hands it its whole input.
    init(_ arguments: [String], input text: String = "") throws {
        process.executableURL = ProbeProcess.executable
        process.arguments = arguments
        // A file, since a probe may end without reading: a pipe would then kill the tests by SIGPIPE.
        let input = FileManager.default.temporaryDirectory.appending(path: "kernaut-input-\(UUID().uuidString)")
        try Data(text.utf8).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        process.standardError = complaint
        try process.run()
    }

    /// Runs the probe to its end.
    static func run(_ arguments: [String], input: String = "") throws -> Result {
        let probe = try ProbeProcess(arguments, input: input)
        let output = try probe.output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try probe.complaint.fileHandleForReading.readToEnd() ?? Data()
        probe.process.waitUntilExit()
        return Result(
            output: String(decoding: output, as: UTF8.self),
            complaint: String(decoding: complaint, as: UTF8.self),
            status: probe.process.terminationStatus
        )
    }

    /// The record of a program, given as its lines without the first and the last.
    static func record(_ lines: String) throws -> RunRecord {
        try run(["run"], input: "program \"test\"\n\(lines)\nend\n").record()
    }

    /// Reads so many bytes of the output, or up to its end.
    func read(atLeast count: Int) throws {
        var seen = 0
        while seen < count {
            guard let data = try output.fileHandleForReading.read(upToCount: min(4096, count - seen)), !data.isEmpty
            else { return }
            seen += data.count
        }
    }

    /// SIGKILL to the supervisor, at once.
    func killNow() {
        kill(pid, SIGKILL)
        process.waitUntilExit()
    }

    /// Stops reading the output, and waits for the probe to end.
    func stopReading() throws -> Int32 {
        try output.fileHandleForReading.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    func waitUntilExit() { process.waitUntilExit() }
}

/// What `/sys/fs/cgroup` shows of the guards of one probe. Directories come and go meanwhile, as other tests run.
enum Guards {
    /// The directories of the guards that a supervisor made.
    static func of(_ pid: pid_t) -> [String] {
        directories(below: "/sys/fs/cgroup").filter { $0.contains("/kernaut-\(pid)-") && !$0.hasSuffix("/world") }
    }

    /// The processes in a directory and all below it.
    static func processes(in path: String) -> [pid_t] {
        directories(below: path).flatMap { directory in
            let text = (try? String(contentsOfFile: "\(directory)/cgroup.procs", encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { pid_t($0) }
        }
    }

    private static func directories(below path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let below = names.map { "\(path)/\($0)" }.filter { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return attributes?[.type] as? FileAttributeType == .typeDirectory
        }
        return [path] + below.flatMap(directories)
    }
}

extension RunRecord {
    /// The outcomes of all events, as text, moment by moment.
    var outcomes: [[String]] { trace.observations.map { $0.events.map(\.outcome.description) } }

    /// The counters of a cgroup in the last observation.
    func last(_ path: String) throws -> CgroupCounters {
        let path = try #require(CgroupPath(path))
        return try #require(trace.observations.last?.snapshot.cgroups.first { $0.path == path })
    }
}
