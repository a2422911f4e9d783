public import Failure
import Yams

/// A mapping in a YAML file that has no keys but those that its reader knows.
///
/// Whatever is wrong with it is a `Failure` (65) with file and line.
public struct StrictMapping {
    /// The line on which it begins, from 1; nil for an empty mapping of no place.
    public var line: Int? { mark?.line }

    private let file: String
    private let mark: Mark?
    private let entries: [String: Node]

    /// Parses a text whose top level is a mapping.
    ///
    /// - Throws: `Failure` (65) with file and line.
    public static func parse(_ text: String, file: String, keys: Set<String>) throws -> StrictMapping {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw failure(of: error, file: file)
        }
        guard let node else { throw Failure(.badInput, "the file is empty", at: file) }
        return try StrictMapping(node, what: "the file", file: file, keys: keys)
    }

    private init(_ node: Node, what: String, file: String, keys: Set<String>?) throws {
        guard let mapping = node.mapping else {
            throw StrictMapping.failure("\(what) has to be a mapping", node, file)
        }
        var entries: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw StrictMapping.failure("a key has to be a word", key, file)
            }
            if let keys, !keys.contains(name) {
                let known = keys.sorted().joined(separator: ", ")
                throw StrictMapping.failure("unknown key '\(name)' in \(what)", key, file, remedy: "known are \(known)")
            }
            entries[name] = value
        }
        self.file = file
        self.mark = node.mark
        self.entries = entries
    }

    /// The keys that are there, sorted.
    public var keys: [String] { entries.keys.sorted() }

    /// Whether a key is there.
    public func has(_ key: String) -> Bool { entries[key] != nil }

    /// A text that is not empty. What YAML would take for a number is taken as it is spelled: `6.10` stays `6.10`.
    public func text(_ key: String) throws -> String { try text(of: required(key), "'\(key)'") }

    /// A list of texts that is not empty.
    public func texts(_ key: String) throws -> [String] {
        try items(key).map { try text(of: $0, "an item of '\(key)'") }
    }

    /// A list, not empty, of mappings with known keys.
    public func mappings(_ key: String, keys: Set<String>) throws -> [StrictMapping] {
        try items(key).map { try StrictMapping($0, what: "an item of '\(key)'", file: file, keys: keys) }
    }

    /// A number that is not negative.
    public func number(_ key: String) throws -> Double {
        let text = try text(key)
        guard let number = Double(text), number.isFinite, number >= 0 else {
            throw failure("'\(key)' has to be a number that is not negative", at: key)
        }
        return number
    }

    /// A count: a whole number that is not negative.
    public func count(_ key: String) throws -> Int {
        guard let count = Int(try text(key)), count >= 0 else {
            throw failure("'\(key)' has to be a whole number that is not negative", at: key)
        }
        return count
    }

    private func items(_ key: String) throws -> [Node] {
        let node = try required(key)
        guard let sequence = node.sequence, !sequence.isEmpty else {
            throw failure("'\(key)' has to be a list with at least one item", node)
        }
        return Array(sequence)
    }

    /// A mapping with known keys, or with any when `keys` is nil.
    public func mapping(_ key: String, keys: Set<String>?) throws -> StrictMapping {
        try StrictMapping(required(key), what: "'\(key)'", file: file, keys: keys)
    }

    /// A failure at the value of a key.
    public func failure(_ what: String, at key: String) -> Failure {
        entries[key].map { failure(what, $0) } ?? Failure(.badInput, what, at: place(mark))
    }

    private func required(_ key: String) throws -> Node {
        guard let node = entries[key] else {
            throw Failure(.badInput, "the key '\(key)' is missing", at: place(mark))
        }
        return node
    }

    private func text(of node: Node, _ what: String) throws -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw failure("\(what) has to be a text", node) }
        return text
    }

    private func place(_ mark: Mark?) -> String { mark.map { "\(file):\($0.line)" } ?? file }

    private func failure(_ what: String, _ node: Node) -> Failure { StrictMapping.failure(what, node, file) }

    private static func failure(_ what: String, _ node: Node, _ file: String, remedy: String? = nil) -> Failure {
        Failure(.badInput, what, at: node.mark.map { "\(file):\($0.line)" } ?? file, remedy: remedy)
    }

    private static func failure(of error: YamlError, file: String) -> Failure {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Failure(.badInput, "this is not YAML: \(problem)", at: "\(file):\(mark.line)")
        case .duplicatedKeysInMapping(let keys, let context):
            Failure(
                .badInput,
                "a key stands twice: \(keys.joined(separator: ", "))",
                at: "\(file):\(context.mark.line)"
            )
        default:
            Failure(.badInput, "this is not YAML: \(error)", at: file)
        }
    }
}
