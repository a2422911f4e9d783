import Failure
import Foundation

/// One run of clangd's background index over files, from its start until it says that the index is complete.
///
/// It is asked as an editor asks, over the Language Server Protocol 3.17. What makes it begin is that a document is
/// opened: an empty one, beside the files.
struct ClangdIndexing {
    /// From start to the end of the background index, in seconds.
    let wall_s: Double
    /// User and system time, in seconds.
    let cpu_s: Double
    /// The largest resident set, in MiB.
    let peak_mib: Double
    /// The folder with what it has stored: one file for each that was read.
    let shards: URL

    private static let program = "/usr/lib/llvm-19/bin/clangd"

    /// - Throws: ``Failure`` `unavailable` where clangd is missing.
    static func requireProgram() throws {
        guard access(program, X_OK) == 0 else {
            throw Failure(.unavailable, "clangd 19 is missing", remedy: "install Debian's clangd-19")
        }
    }

    /// How many of some files it has stored an index of.
    func indexed(_ files: [String]) throws -> Int {
        // `fork.c.0123456789ABCDEF.idx`, of which the digits are a digest of the path.
        let stored = try FileManager.default.contentsOfDirectory(atPath: shards.path)
        let counts = Dictionary(grouping: stored) { String($0.dropLast(".0123456789ABCDEF.idx".count)) }
        let names = Dictionary(grouping: Set(files)) { URL(filePath: $0).lastPathComponent }
        return names.reduce(0) { $0 + min($1.value.count, counts[$1.key]?.count ?? 0) }
    }

    /// - Parameters:
    ///   - commands: how each file is compiled.
    ///   - folder: is made anew; the index is stored in it.
    ///   - jobs: how many files are read at once.
    static func run(
        _ commands: [(file: String, arguments: [String], directory: String)],
        in folder: URL,
        jobs: Int
    ) throws -> ClangdIndexing {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let entries = commands.map { command -> [String: Any] in
            ["directory": command.directory, "file": command.file, "arguments": command.arguments]
        }
        try JSONSerialization.data(withJSONObject: entries).write(to: folder.appending(path: "compile_commands.json"))
        let session = try Session(program, folder, jobs)
        defer { session.end() }
        let start = ContinuousClock.now
        let document = folder.appending(path: "empty.c").absoluteString
        try session.send([
            "id": 0, "method": "initialize",
            "params": ["processId": getpid(), "capabilities": ["window": ["workDoneProgress": true]]],
        ])
        try session.send(["method": "initialized", "params": [String: Any]()])
        try session.send([
            "method": "textDocument/didOpen",
            "params": ["textDocument": ["uri": document, "languageId": "c", "version": 1, "text": ""]],
        ])
        while true {
            let message = try session.receive()
            session.raisePriority()
            if message["method"] as? String == "window/workDoneProgress/create", let id = message["id"] {
                try session.send(["id": id, "result": NSNull()])
            }
            guard let parameters = message["params"] as? [String: Any],
                parameters["token"] as? String == "backgroundIndexProgress",
                let value = parameters["value"] as? [String: Any], value["kind"] as? String == "end"
            else { continue }
            break
        }
        let wall = ContinuousClock.now - start
        return ClangdIndexing(
            wall_s: MeasuredProcess.seconds(wall),
            cpu_s: try session.cpu_s(),
            peak_mib: try session.peak_mib(),
            shards: folder.appending(path: ".cache/clangd/index")
        )
    }

    /// clangd as a process, and messages to and from it.
    private final class Session {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var bytes = Data()

        init(_ program: String, _ folder: URL, _ jobs: Int) throws {
            process.executableURL = URL(filePath: program)
            process.arguments = [
                "--background-index", "--background-index-priority=normal", "-j=\(jobs)", "--log=error",
                "--compile-commands-dir=\(folder.path)",
            ]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        func send(_ message: [String: Any]) throws {
            var message = message
            message["jsonrpc"] = "2.0"
            let content = try JSONSerialization.data(withJSONObject: message)
            try input.fileHandleForWriting.write(
                contentsOf: Data("Content-Length: \(content.count)\r\n\r\n".utf8) + content
            )
        }

        func receive() throws -> [String: Any] {
            let end = Data("\r\n\r\n".utf8)
            while true {
                if let head = bytes.range(of: end),
                    let length = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
                        .split(separator: "\r\n").first(where: { $0.hasPrefix("Content-Length:") })
                        .flatMap({ Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }),
                    bytes.endIndex - head.upperBound >= length
                {
                    let content = bytes[head.upperBound..<head.upperBound + length]
                    bytes = Data(bytes[(head.upperBound + length)...])
                    guard let message = try JSONSerialization.jsonObject(with: content) as? [String: Any] else {
                        throw Failure(.unavailable, "clangd sent what is no message")
                    }
                    return message
                }
                let more = output.fileHandleForReading.availableData
                guard !more.isEmpty else { throw Failure(.unavailable, "clangd ended before its index was complete") }
                bytes.append(more)
            }
        }

        /// clangd gives the threads that index the policy SCHED_IDLE, whatever it is told: beside anything else that
        /// runs, they would wait.
        func raisePriority() {
            let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/task")
            for task in tasks ?? [] {
                var parameters = sched_param()
                if let task = pid_t(task) { _ = sched_setscheduler(task, SCHED_OTHER, &parameters) }
            }
        }

        func cpu_s() throws -> Double {
            let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
            let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
            return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }

        func peak_mib() throws -> Double {
            let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return (line?.split(separator: " ").dropFirst().first).flatMap { Double($0) }.map { $0 / 1024 } ?? 0
        }

        func end() {
            try? send(["id": 1, "method": "shutdown"])
            try? send(["method": "exit"])
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }
}
