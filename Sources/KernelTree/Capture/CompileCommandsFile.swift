import Failure
import Foundation

/// A `compile_commands.json` that another tool made.
enum CompileCommandsFile {
    private struct Entry: Decodable {
        let directory: String
        let file: String
        let command: String?
        let arguments: [String]?
    }

    /// Reads all commands. Paths become absolute; nothing else changes.
    ///
    /// - Throws: `Failure` (65) that names the file, and the entry where one is bad.
    static func read(_ path: String) throws -> [CompileCommand] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure(.badInput, "the file cannot be read", at: path)
        }
        return try parse(bytes, path: path)
    }

    static func parse(_ bytes: Data, path: String) throws -> [CompileCommand] {
        let entries: [Entry]
        do {
            entries = try JSONDecoder().decode([Entry].self, from: bytes)
        } catch let error as DecodingError {
            throw failure(of: error, path: path)
        }
        guard !entries.isEmpty else { throw Failure(.badInput, "it holds no command", at: path, remedy: remedy) }
        return try entries.enumerated().map { try command(of: $1, number: $0 + 1, path: path) }
    }

    private static func command(of entry: Entry, number: Int, path: String) throws -> CompileCommand {
        func bad(_ what: String) -> Failure {
            Failure(.badInput, "entry \(number): \(what)", at: path, remedy: remedy)
        }
        guard entry.directory.hasPrefix("/") else { throw bad("'directory' has to be an absolute path") }
        guard !entry.file.isEmpty else { throw bad("'file' is empty") }
        let arguments: [String]
        if let given = entry.arguments {
            arguments = given
        } else if let command = entry.command {
            guard let words = ShellWords.split(command) else { throw bad("a quote in 'command' is not closed") }
            arguments = words
        } else {
            throw bad("it has neither 'arguments' nor 'command'")
        }
        guard arguments.count > 1 else { throw bad("it has a compiler at most, and nothing to compile") }
        return CompileCommand(
            directory: Path.normal(entry.directory),
            file: Path.absolute(entry.file, in: entry.directory),
            arguments: arguments
        )
    }

    private static let remedy = "make it again, or remove it and let kernaut capture the commands"

    private static func failure(of error: DecodingError, path: String) -> Failure {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            Failure(.badInput, "\(place(context)): \(context.debugDescription)", at: path, remedy: remedy)
        case .keyNotFound(let key, let context):
            Failure(.badInput, "\(place(context)): '\(key.stringValue)' is missing", at: path, remedy: remedy)
        default:
            Failure(.badInput, "this is not JSON, or not all of it", at: path, remedy: remedy)
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let parts = context.codingPath.map { $0.intValue.map { "entry \($0 + 1)" } ?? "'\($0.stringValue)'" }
        return parts.isEmpty ? "the whole" : parts.joined(separator: ", ")
    }
}
