import Foundation

/// The values of a kernel's configuration, out of its `.config`; read when the first is asked for.
final class ConfigValues {
    private let file: String
    private lazy var values: [String: String]? = ConfigValues.read(file)

    /// - Parameter folder: the build's folder, or the source's where there is no other.
    init(folder: String) { file = "\(folder)/.config" }

    /// Whether there is a configuration.
    var isKnown: Bool { values != nil }

    /// `y`, `m`, a number or a text; nil for what is not set.
    func value(of option: String) -> String? { values?[option] }

    /// The same for people: `n` for what is not set; nil where there is no configuration.
    func shown(_ option: String) -> String? { values.map { $0[option] ?? "n" } }

    private static func read(_ file: String) -> [String: String]? {
        guard let bytes = FileManager.default.contents(atPath: file) else { return nil }
        var values: [String: String] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "CONFIG_".utf8) {
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2 else { continue }
            var value = String(decoding: parts[1], as: UTF8.self)
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 {
                value = String(value.dropFirst().dropLast())
            }
            values[String(decoding: parts[0], as: UTF8.self)] = value
        }
        return values
    }
}
