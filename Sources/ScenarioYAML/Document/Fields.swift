import Failure
import Yams

/// A mapping of the document with its keys as text.
struct Fields {
    let path: String
    /// What the mapping describes, for messages: `task bomb`.
    let what: String
    /// The line that it starts at.
    let line: Int
    let entries: [(key: String, line: Int, value: Value)]

    /// The fields of a node; null is the empty mapping.
    init(_ node: Node, what: String, path: String) throws(Failure) {
        self.path = path
        self.what = what
        line = node.mark?.line ?? 1
        if let scalar = node.scalar, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
            entries = []
            return
        }
        guard let mapping = node.mapping else {
            throw Failure(
                .badInput,
                "\(what) is a mapping (key: value), not \(Value(node, path: path).kind)",
                at: "\(path):\(line)"
            )
        }
        var entries: [(key: String, line: Int, value: Value)] = []
        for (key, value) in mapping {
            guard let scalar = key.scalar else {
                throw Failure(.badInput, "a key in \(what) is no text", at: "\(path):\(key.mark?.line ?? line)")
            }
            entries.append((scalar.string, key.mark?.line ?? line, Value(value, path: path)))
        }
        self.entries = entries
    }

    /// Refuses keys that the form does not have, and a form's required key that is missing.
    func require(_ form: Grammar.Form) throws(Failure) {
        for entry in entries where !form.keys.contains(entry.key) {
            let nearest = NearestName.of(entry.key, among: form.keys)
            throw Failure(
                .badInput,
                "\(what) has no key '\(entry.key)'",
                at: "\(path):\(entry.line)",
                remedy: nearest.map { "did you mean '\($0)'?" } ?? "its keys are \(form.keys.joined(separator: ", "))"
            )
        }
        for key in form.required where self[key] == nil {
            throw Failure(.badInput, "\(what) lacks the key '\(key)'", at: "\(path):\(line)")
        }
    }

    subscript(key: String) -> Value? { entries.first { $0.key == key }?.value }

    /// The value of a key that the form requires, so that it is there.
    func required(_ key: String) -> Value {
        guard let value = self[key] else { preconditionFailure("\(key) is required by the form") }
        return value
    }

    func failure(_ what: String, remedy: String? = nil) -> Failure {
        Failure(.badInput, what, at: "\(path):\(line)", remedy: remedy)
    }
}
