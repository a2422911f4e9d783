import Foundation
import Glibc

/// The values of a kernel's configuration, out of its `.config`; read when the first is asked for.
final class ConfigValues {
    private let file: String
    /// The file with a line feed before it, as it came: of some ten thousand lines a question looks at a few.
    private lazy var text: Data? = FileManager.default.contents(atPath: file).map { Data("\n".utf8) + $0 }
    private var known: [String: String?] = [:]

    /// - Parameter folder: the build's folder, or the source's where there is no other.
    init(folder: String) { file = "\(folder)/.config" }

    /// Whether there is a configuration.
    var isKnown: Bool { text != nil }

    /// `y`, `m`, a number or a text; nil for what is not set.
    func value(of option: String) -> String? {
        if let found = known[option] { return found }
        let found = text.flatMap { ConfigValues.value(of: option, in: $0) }
        known[option] = .some(found)
        return found
    }

    /// The same for people: `n` for what is not set; nil where there is no configuration.
    func shown(_ option: String) -> String? { isKnown ? value(of: option) ?? "n" : nil }

    /// The last line that sets an option holds.
    private static func value(of option: String, in text: Data) -> String? {
        guard let start = end(ofLast: Array("\n\(option)=".utf8), in: text) else { return nil }
        let line = text[start...].prefix { $0 != UInt8(ascii: "\n") }
        let value = String(decoding: line, as: UTF8.self)
        guard value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 else { return value }
        return String(value.dropFirst().dropLast())
    }

    /// Where the last occurrence of some bytes ends; nil where there is none.
    private static func end(ofLast wanted: [UInt8], in text: Data) -> Int? {
        text.withUnsafeBytes { bytes in
            var start = bytes.count - wanted.count
            while start >= 0 {
                if bytes[start] == wanted[0], memcmp(bytes.baseAddress! + start, wanted, wanted.count) == 0 {
                    return start + wanted.count
                }
                start -= 1
            }
            return nil
        }
    }
}
