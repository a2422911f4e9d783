import Failure

/// A source file with all of its mutants in it, each asleep until it is named.
struct MutatedSource {
    /// A mutant's number, and the bytes that it replaces.
    fileprivate struct Edit {
        let number: Int
        let form: Mutant.Form
        let range: Range<Int>
    }

    /// The rewritten source.
    let text: String

    /// Rewrites a source.
    ///
    /// Mutants may replace the same text, or one a part of what the other replaces.
    ///
    /// - Parameter mutants: those of this file, by their numbers.
    /// - Throws: `Failure` (65) where a text is not there exactly once, or two mutants overlap in another way.
    init(_ source: String, file: String, mutants: [(number: Int, mutant: Mutant)]) throws(Failure) {
        let bytes = Array(source.utf8)
        var edits: [Edit] = []
        for (number, mutant) in mutants {
            let places = mutant.find.places(in: bytes)
            guard places.count == 1 else {
                throw Failure(
                    .badInput,
                    "what the mutant \(mutant.name) replaces stands there \(places.count) times",
                    at: file,
                    remedy: "correct its 'find' in mutants.yaml: it has to stand there once"
                )
            }
            edits.append(Edit(number: number, form: mutant.form, range: places[0]))
        }
        // The outer ones first.
        edits.sort {
            ($0.range.lowerBound, -$0.range.upperBound, $0.number) < (
                $1.range.lowerBound, -$1.range.upperBound, $1.number
            )
        }
        for (left, right) in zip(edits, edits.dropFirst())
        where left.range.upperBound > right.range.lowerBound && left.range.upperBound < right.range.upperBound {
            throw Failure(
                .badInput,
                "two mutants overlap and neither holds the other",
                at: file,
                remedy: "see \(mutants.filter { [left.number, right.number].contains($0.number) }.map(\.mutant.name))"
            )
        }
        var rest = edits[...]
        text = MutatedSource.written(bytes, bytes.indices, &rest)
    }

    /// The text of a range, with the edits in it.
    private static func written(_ bytes: [UInt8], _ range: Range<Int>, _ edits: inout ArraySlice<Edit>) -> String {
        var text = ""
        var position = range.lowerBound
        while let first = edits.first, first.range.upperBound <= range.upperBound {
            text += String(decoding: bytes[position..<first.range.lowerBound], as: UTF8.self)
            var same: [Edit] = []
            while let next = edits.first, next.range == first.range, next.isStatement == first.isStatement {
                same.append(next)
                edits.removeFirst()
            }
            let inner = written(bytes, first.range, &edits)
            text += first.isStatement ? statements(same, inner) : expression(same, inner)
            position = first.range.upperBound
        }
        return text + String(decoding: bytes[position..<range.upperBound], as: UTF8.self)
    }

    private static func expression(_ edits: [Edit], _ original: String) -> String {
        let choices = edits.map { "ActiveMutant.number == \($0.number) ? (\($0.replacement)) : " }.joined()
        return "(\(choices)(\(original)))"
    }

    private static func statements(_ edits: [Edit], _ original: String) -> String {
        let choices = edits.map { "if ActiveMutant.number == \($0.number) {\n\($0.replacement)\n} else " }.joined()
        return "\(choices){\n\(original)\n}"
    }
}

extension MutatedSource.Edit {
    fileprivate var isStatement: Bool {
        switch form {
        case .expression: false
        case .statements: true
        }
    }

    fileprivate var replacement: String {
        switch form {
        case .expression(let text), .statements(let text): text
        }
    }
}
