import Failure
import Foundation
import Subprocess
import SystemPackage

/// Runs other programs.
enum Program {
    /// What a program that has ended leaves behind.
    struct Outcome: Sendable {
        /// The exit status, or 128 and the number of the signal that ended it.
        let status: Int32
        /// What it printed on stdout.
        let output: String
        /// What it printed on stderr.
        let errors: String
    }

    /// What a long-running program leaves behind.
    struct Log: Sendable {
        /// The exit status, or 128 and the number of the signal that ended it.
        let status: Int32
        /// The last lines of stdout and stderr together, oldest first.
        let lines: [String]
    }

    /// Runs a program that ends soon, and keeps what it prints.
    ///
    /// - Throws: `Failure` (69) when there is no such program.
    static func run(
        _ command: [String],
        environment: Environment = Program.inherited,
        in folder: String? = nil
    ) async throws -> Outcome {
        precondition(!command.isEmpty)
        do {
            let result = try await Subprocess.run(
                executable(command[0]),
                arguments: Arguments(Array(command.dropFirst())),
                environment: environment,
                workingDirectory: folder.map { FilePath($0) },
                output: .string(limit: 256 << 20),
                error: .string(limit: 16 << 20)
            )
            return Outcome(
                status: status(result.terminationStatus),
                output: result.standardOutput,
                errors: result.standardError
            )
        } catch let error as SubprocessError {
            throw failure(command[0], error)
        }
    }

    /// Runs a program that takes its time. It and all its children end when this process ends, in whatever way: it runs
    /// below `kernaut-cc --supervise`.
    ///
    /// - Parameter onLine: called with each line that it prints.
    /// - Throws: `Failure` (69) when there is no such program.
    static func runSupervised(
        _ command: [String],
        environment: Environment = Program.inherited,
        in folder: String? = nil,
        onLine: @Sendable (String) -> Void = { _ in }
    ) async throws -> Log {
        precondition(!command.isEmpty)
        let supervisor = try KernautHome.program("kernaut-cc")
        do {
            let result = try await Subprocess.run(
                .path(FilePath(supervisor)),
                arguments: Arguments(["--supervise"] + command),
                environment: environment,
                workingDirectory: folder.map { FilePath($0) },
                input: .inputWriter,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                var lines: [String] = []
                for try await line in execution.standardOutput.strings() {
                    let line = String(line)
                    onLine(line)
                    lines.append(line)
                    if lines.count > 2 * keptLines { lines.removeFirst(keptLines) }
                }
                return lines
            }
            return Log(status: status(result.terminationStatus), lines: result.closureResult)
        } catch let error as SubprocessError {
            throw failure(command[0], error)
        }
    }

    /// Messages of programs are read, so they have to be in one language.
    static let inherited: Environment = .inherit.updating(["LC_ALL": "C", "LANGUAGE": nil])

    /// Whether a program is on PATH.
    static func isInstalled(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: Path.join(String($0), name))
        }
    }

    private static let keptLines = 500

    private static func executable(_ name: String) -> Executable {
        name.contains("/") ? .path(FilePath(name)) : .name(name)
    }

    private static func status(_ termination: TerminationStatus) -> Int32 {
        switch termination {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    private static func failure(_ name: String, _ error: SubprocessError) -> Failure {
        if error.code == .executableNotFound {
            return Failure(.unavailable, "the program \(name) is not installed", remedy: "install it and try again")
        }
        return Failure(.unavailable, "the program \(name) cannot be run: \(error)")
    }
}
