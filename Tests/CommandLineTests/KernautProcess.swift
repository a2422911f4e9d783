import Foundation
import Testing

/// The built `kernaut`, run as a whole process.
struct KernautProcess {
    let status: Int32
    let output: String
    let errors: String

    /// The folder that holds the executables, which is also the test bundle's.
    static let products: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        return (bundle ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
    }()

    /// Runs `kernaut` with these arguments. Output goes through files, so that no pipe can fill up.
    static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> KernautProcess {
        try run(arguments, environment: environment)
    }

    /// The same, with the arguments in an array.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> KernautProcess {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "out")
        let errors = folder.appending(path: "err")
        for file in [output, errors] { try Data().write(to: file) }

        let process = Process()
        process.executableURL = products.appending(path: "kernaut")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return KernautProcess(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }

    /// What was printed, as JSON.
    func json() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    /// The lines on stderr.
    var errorLines: [Substring] { errors.split(separator: "\n") }
}
