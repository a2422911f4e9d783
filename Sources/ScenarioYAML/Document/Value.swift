import Failure
import Yams

/// A node of the document and what may be asked of it.
struct Value {
    let node: Node
    let path: String
    let line: Int

    init(_ node: Node, path: String) {
        self.node = node
        self.path = path
        line = node.mark?.line ?? 1
    }

    /// What the node is, as a phrase for "not …".
    var kind: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string.prefix(40))'"
        case .alias: "an alias"
        }
    }

    func failure(_ what: String, remedy: String? = nil) -> Failure {
        Failure(.badInput, what, at: "\(path):\(line)", remedy: remedy)
    }

    /// A text, quoted or plain. Control characters have no place in a scenario.
    func text(_ what: String) throws(Failure) -> String {
        guard let scalar = node.scalar else { throw failure("\(what) is a text, not \(kind)") }
        guard scalar.string.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw failure("\(what) has a control character", remedy: "write it on one line without them")
        }
        return scalar.string
    }

    /// A text of several lines.
    func prose(_ what: String) throws(Failure) -> String {
        guard let scalar = node.scalar else { throw failure("\(what) is a text, not \(kind)") }
        return scalar.string
    }

    /// A whole number, in plain decimal digits.
    func number<Number: FixedWidthInteger>(_ what: String, in range: ClosedRange<Number>) throws(Failure) -> Number {
        let expected = "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let scalar = node.scalar, scalar.style == .plain,
            scalar.string.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Number(scalar.string), range.contains(number)
        else { throw failure("\(expected), not \(kind)") }
        return number
    }

    /// A plain word, such as `max`.
    func isWord(_ word: String) -> Bool {
        guard let scalar = node.scalar else { return false }
        return scalar.string == word
    }

    /// The elements of a list.
    func list(_ what: String) throws(Failure) -> [Value] {
        guard let sequence = node.sequence else { throw failure("\(what) is a list, not \(kind)") }
        return sequence.map { Value($0, path: path) }
    }

    func fields(_ what: String) throws(Failure) -> Fields { try Fields(node, what: what, path: path) }
}
