import Failure
import Foundation

/// A command that was run to its end.
struct Command: Sendable {
    /// The exit code; 128 and the signal's number for a command that a signal ended.
    let status: Int32
    /// What it said on both streams.
    let output: String

    /// Runs a command. Its output goes through a file, so that no pipe can fill up.
    static func run(_ words: [String], environment: [String: String] = [:]) throws -> Command {
        let path = FileManager.default.temporaryDirectory.appending(path: "kernaut-mutation-\(UUID().uuidString)")
        try Data().write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let process = Process()
        process.executableURL = URL(filePath: words[0].contains("/") ? words[0] : "/usr/bin/env")
        process.arguments = words[0].contains("/") ? Array(words.dropFirst()) : words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let file = try FileHandle(forWritingTo: path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        do {
            try process.run()
        } catch {
            throw Failure(.unavailable, "cannot be run: \(error)", at: words[0])
        }
        process.waitUntilExit()
        try file.close()
        return Command(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try String(contentsOf: path, encoding: .utf8)
        )
    }
}
