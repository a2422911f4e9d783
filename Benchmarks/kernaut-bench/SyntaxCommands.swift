import Failure
import Foundation

/// The compile commands of a scope, as calls of the compiler that only look at the source.
struct SyntaxCommands {
    private struct Command: Decodable {
        var directory: String
        var file: String
        var arguments: [String]
    }

    /// Of each command, its file, its words and where it runs.
    let all: [(file: String, arguments: [String], directory: String)]

    /// Some commands, evenly over the tree, which all are in the order of.
    static func sample<Command>(_ size: Int, of all: [Command]) -> [Command] {
        let count = min(size, all.count)
        return (0..<count).map { all[$0 * all.count / count] }
    }

    /// Writes a list of files that `kernaut index --files` takes.
    static func write(_ files: [String], to list: String) throws {
        try files.joined(separator: "\n").write(toFile: list, atomically: false, encoding: .utf8)
    }

    init(_ products: Products, scope: String) throws {
        let listing = [products.kernaut, "kernel", "commands", products.kernel, "--scope", scope]
        guard let bytes = try? MeasuredProcess.output(of: listing) else {
            throw Failure(.unavailable, "the compile commands are not there", remedy: "run 'make kernel' first")
        }
        all = try JSONDecoder().decode([Command].self, from: bytes).map { command in
            var arguments: [String] = []
            var words = command.arguments[...]
            while let word = words.popFirst() {
                if word == "-o" {
                    words.removeFirst()
                } else if word != "-c", !word.hasPrefix("-Wp,-M") {
                    arguments.append(word)
                }
            }
            return (command.file, arguments + ["-fsyntax-only"], command.directory)
        }
    }
}
