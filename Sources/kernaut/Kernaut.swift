import ArgumentParser
import Failure
import Glibc

/// The command line. Commands parse arguments and wire the parts together; nothing else happens here.
@main
struct Kernaut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernaut",
        abstract:
            "Navigates the Linux kernel's source, simulates its fork path, and verifies both on a running kernel.",
        discussion: """
            Exit codes: 0 yes, 1 a negative answer (no such path, a divergence), 64 wrong usage, 65 bad input, \
            69 a capability or a package is missing, 70 a fault of kernaut, 75 a verification took too long.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(name: "Kernels and their index", subcommands: [KernelCommand.self, IndexCommand.self]),
            CommandGroup(
                name: "Browse",
                subcommands: [
                    FindCommand.self, ShowCommand.self, RefsCommand.self, CallersCommand.self, CalleesCommand.self,
                    PathCommand.self, StructCommand.self, OpsCommand.self, ControllersCommand.self,
                    SyscallCommand.self, ErrnoCommand.self, DiffCommand.self, ConfigCommand.self,
                ]
            ),
            CommandGroup(name: "For other programs", subcommands: [LanguageServerCommand.self, ExportCommand.self]),
            CommandGroup(
                name: "Simulate and verify",
                subcommands: [
                    SimulateCommand.self, VerifyCommand.self, CalibrateCommand.self, ModelCommand.self,
                    ClaimsCommand.self,
                ]
            ),
            CommandGroup(name: "All of it", subcommands: [DemoCommand.self]),
        ]
    )

    static func main() async {
        do {
            if let question = PlainQuestion(CommandLine.arguments.dropFirst()) { try question.run() }
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Ends the process: with the one line that a failure is, or as ArgumentParser does for help and version.
    private static func end(with error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            printError(failure.line)
            Glibc.exit(failure.status.rawValue)
        case is CancellationError:
            printError("interrupted")
            Glibc.exit(ExitStatus.unavailable.rawValue)
        default:
            let code = exitCode(for: error)
            if code == .success || error is ExitCode { exit(withError: error) }
            if code == .validationFailure {
                printError("\(message(for: error)); see 'kernaut help'")
                Glibc.exit(ExitStatus.usage.rawValue)
            }
            printError("a fault of kernaut: \(message(for: error))")
            Glibc.exit(ExitStatus.internalFault.rawValue)
        }
    }

    private static func printError(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        StandardError.write("kernaut: \(line)\n")
    }
}
