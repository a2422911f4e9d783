import Foundation

/// The answer to a question about the source, ready to be shown.
///
/// ``text(_:)`` is for people and may change; ``document`` is for programs, and its keys stay. Keys are spelled like the
/// wire type's properties; a key whose value is not known is absent. Lines and columns count from 1.
public protocol QueryReport {
    /// The wire type.
    associatedtype Document: Encodable

    /// What `--json` prints.
    var document: Document { get }

    /// What a terminal shows: lines without a newline at the end.
    func text(_ style: TextStyle) -> String
}

extension QueryReport {
    /// ``document`` as one JSON text with sorted keys.
    public var json: String { jsonText(of: document) }
}

/// A wire type as one JSON text with sorted keys, the form of every `--json`.
public func jsonText(of document: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(document) else {
        // Wire types hold texts, numbers, truth values and lists of them, all of which JSON can say.
        preconditionFailure("a wire type cannot be written as JSON")
    }
    return String(decoding: data, as: UTF8.self)
}
