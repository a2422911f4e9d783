import ArgumentParser
import Failure
import Glibc
import LanguageServer

/// `kernaut lsp`
struct LanguageServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "Answer an editor's questions from the index: a language server on standard input and output.",
        discussion: """
            Definition, references, implementation (of a field: the functions that are stored in it), hover with layout \
            and errors, call hierarchy through tables of functions, symbols of a document and of the kernel. Places are \
            those of the indexed source; a document that was changed is followed before its first and behind its last \
            change, and names in it are looked up by name elsewhere.
            """
    )

    @OptionGroup var index: IndexOptions

    func run() throws {
        // A client that has gone is noticed by what writing says.
        signal(SIGPIPE, SIG_IGN)
        var isGone = false
        let server = LanguageServer(try index.open()) { bytes in
            if !isGone { isGone = !LanguageServerCommand.write(bytes) }
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !isGone {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            server.receive(buffer[..<count])
            if case .ended(let status) = server.state { throw ExitCode(status) }
        }
        // A client that goes without a word has left the server alone.
        throw ExitCode(ExitStatus.negative.rawValue)
    }

    private static func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
