public import Failure
import Foundation
public import Scenario
import Subprocess
import SystemPackage

/// The running kernel of this machine, reached through `kernaut-probe`, a process of its own: whatever a program does there
/// cannot touch kernaut, and a kill of either leaves nothing behind.
public struct HostProbe: KernelObserver {
    /// The most processes that the probe lets a program have at a time.
    public static let mostProcesses = 4096
    /// The same.
    public var mostProcesses: Int { HostProbe.mostProcesses }
    /// Others live there, too.
    public var ownsMachine: Bool { false }
    /// `this host`
    public let place = "this host"
    /// Probes run beside each other, since each waits for the kernel most of the time.
    public let lanes: Int
    /// The longest output of one start of the probe, in bytes.
    private static let outputLimit = 512 * 1024 * 1024

    /// The probe's exit code where something is missing: `EX_UNAVAILABLE`.
    static let unavailable: Int32 = 69

    private let executable: FilePath
    let timeoutSeconds: Int

    /// A probe whose runs may take so many seconds each.
    ///
    /// - Throws: `unavailable` when no `kernaut-probe` stands beside the running executable.
    public init(timeoutSeconds: Int = 30, lanes: Int = 1) throws(Failure) {
        try self.init(executable: HostProbe.besideThisExecutable(), timeoutSeconds: timeoutSeconds, lanes: lanes)
    }

    /// A probe at a path.
    public init(executable: String, timeoutSeconds: Int = 30, lanes: Int = 1) throws(Failure) {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw Failure(
                .unavailable,
                "kernaut-probe is not there",
                at: executable,
                remedy: "build it with 'swift build --product kernaut-probe'"
            )
        }
        self.executable = FilePath(executable)
        self.timeoutSeconds = timeoutSeconds
        self.lanes = lanes
    }

    /// What this machine is for a program that asks for a hierarchy.
    public func platform(
        for hierarchy: Platform.Hierarchy?
    ) async throws(Failure) -> (platform: Platform?, missing: String?) {
        let (platform, missing) = try await platform()
        guard let found = platform, let hierarchy, found.hierarchy != hierarchy else { return (platform, missing) }
        return (
            platform,
            "the program asks for pids on cgroup \(hierarchy.rawValue), and here it is on \(found.hierarchy.rawValue)"
        )
    }

    /// What this machine is as far as traces depend on it, and why programs cannot run here; the platform is nil where no
    /// hierarchy carries `pids`.
    public func platform() async throws(Failure) -> (platform: Platform?, missing: String?) {
        let (output, complaint, status) = try await start(["platform"], input: "")
        var reader = RunReader()
        do {
            for line in output.split(separator: "\n") where line.hasPrefix("platform ") { try reader.read(line) }
        } catch {
            throw Failure(.internalFault, "the probe's answer: \(error)", at: executable.string)
        }
        if status == 0, let platform = reader.record.platform { return (platform, nil) }
        guard status == HostProbe.unavailable else {
            throw Failure(.internalFault, "the probe ended with status \(status): \(complaint)", at: executable.string)
        }
        return (reader.record.platform, HostProbe.reason(complaint))
    }

    /// Runs programs one after the other in one start of the probe, and returns a record for each. A program that was not
    /// reached has a record without an ending.
    public func observe(_ programs: [Program], lane: Int = 0) async throws(Failure) -> [RunRecord] {
        let (output, _, _) = try await start(
            ["run", "--timeout", "\(timeoutSeconds)"],
            input: programs.map(\.text).joined()
        )
        var records: [RunRecord] = []
        var reader = RunReader()
        var isCut = false
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            do {
                try reader.read(line)
            } catch {
                // A run that was ended from outside leaves half a line; anything else must be well-formed.
                isCut = true
            }
            guard let ending = reader.record.ending else { continue }
            var record = reader.record
            if isCut && ending == .completed {
                record.ending = .fault(reason: "the probe's output has a line that cannot be read")
            }
            records.append(record)
            reader = RunReader()
            isCut = false
        }
        while records.count < programs.count {
            records.append(reader.record)
            reader = RunReader()
        }
        return records
    }

    /// What stands at some paths of this machine. Needs no privilege.
    public func look(at paths: [String]) async throws(Failure) -> FileSightings {
        let (output, complaint, status) = try await start(["look"] + paths, input: "")
        guard status == 0 else {
            throw Failure(.internalFault, "the probe ended with status \(status): \(complaint)", at: executable.string)
        }
        do {
            return try FileSightings(text: output)
        } catch {
            throw Failure(.internalFault, "the probe's answer: \(error)", at: executable.string)
        }
    }

    /// How long a process in new namespaces takes to start on this machine, or why that cannot be measured.
    public func starts() async throws(Failure) -> (times: StartTimes?, missing: String?) {
        let (output, complaint, status) = try await start(["starts"], input: "")
        if status == HostProbe.unavailable { return (nil, HostProbe.reason(complaint)) }
        guard status == 0 else {
            throw Failure(.internalFault, "the probe ended with status \(status): \(complaint)", at: executable.string)
        }
        do {
            return (try StartTimes(text: output), nil)
        } catch {
            throw Failure(.internalFault, "the probe's answer: \(error)", at: executable.string)
        }
    }

    /// A complaint of the probe without the probe's name.
    static func reason(_ complaint: String) -> String {
        let prefix = "kernaut-probe: "
        return complaint.hasPrefix(prefix) ? String(complaint.dropFirst(prefix.count)) : complaint
    }

    func start(
        _ arguments: [String],
        input: String
    ) async throws(Failure) -> (output: String, complaint: String, status: Int32) {
        do {
            let result = try await Subprocess.run(
                .path(executable),
                arguments: Arguments(arguments),
                input: .fileDescriptor(try HostProbe.file(holding: input), closeAfterSpawningProcess: true),
                output: .string(limit: HostProbe.outputLimit),
                error: .string(limit: 1024 * 1024)
            )
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): Int32(code)
                case .signaled(let signal): 128 + Int32(signal)
                }
            let complaint = (result.standardError).split(separator: "\n").first.map(String.init) ?? ""
            return (result.standardOutput, complaint, status)
        } catch {
            throw Failure(.internalFault, "the probe cannot be run: \(error)", at: executable.string)
        }
    }

    /// A file without a name that holds a text, open at its beginning. The probe may end before it has read everything:
    /// a pipe would then kill this process by SIGPIPE.
    private static func file(holding text: String) throws -> FileDescriptor {
        let directory = FileManager.default.temporaryDirectory
        let path = FilePath(directory.appending(path: "kernaut-programs-\(UUID().uuidString)").path)
        let file = try FileDescriptor.open(
            path,
            .readWrite,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            try FileManager.default.removeItem(atPath: path.string)
            try file.writeAll(text.utf8)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// The `kernaut-probe` that was built together with the running executable.
    public static func besideThisExecutable() throws(Failure) -> String {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw Failure(.unavailable, "cannot tell where this executable is", at: "/proc/self/exe")
        }
        return FilePath(own).removingLastComponent().appending("kernaut-probe").string
    }
}
