import ArgumentParser
import KernelTree
import Report

/// `kernaut kernel commands`
struct KernelCommandsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commands",
        abstract: "Prints how a kernel's files are compiled, as a compile_commands.json.",
        discussion: "The commands are recorded without building the kernel; other tools, such as clangd, read them too."
    )

    @Argument(help: "The kernel, as 'kernaut kernel list' names it.")
    var version: String

    @Option(help: "fork, or all: everything that the configuration builds.")
    var scope = "fork"

    func run() async throws {
        let indexing = KernelIndexing(
            selection: .reference(version),
            scope: scope == "all" ? .all : .named(scope),
            home: try KernautHome.current()
        )
        let prepared = try await indexing.prepare(ProgressLines())
        print(jsonText(of: prepared.commands))
    }
}
