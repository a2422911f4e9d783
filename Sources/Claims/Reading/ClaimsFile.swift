import Failure
import Foundation
import StrictYAML

/// The statements as `kernel-refs/claims.yaml` has them.
public struct ClaimsFile: Hashable, Sendable {
    /// What the file is called in messages.
    public let path: String
    /// The statements, in the order of the file.
    public let claims: [Claim]

    /// Reads a file.
    ///
    /// - Throws: `Failure` with status `badInput`, at `file:line`, for whatever is no file of statements.
    public init(path: String) throws {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw Failure(.badInput, "the file cannot be read", at: path)
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Failure(.badInput, "the file is not UTF-8", at: path)
        }
        try self.init(text: text, path: path)
    }

    /// Reads a text; `path` is what it is called in messages.
    ///
    /// - Throws: as ``init(path:)`` does.
    public init(text: String, path: String) throws {
        let top = try StrictMapping.parse(text, file: path, keys: ["claims"])
        var known: Set<String> = []
        self.path = path
        claims = try top.mappings("claims", keys: ["id", "statement", "parts"]).map { entry in
            let id = try entry.text("id")
            guard known.insert(id).inserted else { throw entry.failure("the id '\(id)' stands twice", at: "id") }
            return Claim(
                id: id,
                statement: ClaimsFile.folded(try entry.text("statement")),
                parts: try entry.mappings("parts", keys: PartReader.keys).map(PartReader.read)
            )
        }
    }

    /// A text of several lines as one.
    static func folded(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
