import ArgumentParser
import KernelIndex
import Report

/// `kernaut syscall [NAME]`
struct SyscallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syscall",
        abstract: "Show a system call's number, entry and definition; all of them without a name.",
        discussion: """
            JSON: kernel, systemCalls [name, number, abi, entry, definition, function, file, line, arguments, isCompat].
            """
    )

    @Argument(help: "The name that user space or the SYSCALL_DEFINE uses: uname, newuname.", completion: .functionName)
    var name: String?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        let calls = try store.systemCalls(named: name)
        if calls.isEmpty { throw store.nothingFound(name.map { "a system call \($0)" } ?? "any system call") }
        output.show(SystemCallReport(calls, about: store.about), from: store)
    }
}
