import ContentDigest
import Foundation

/// The text of a file of the kernel, read from the tree at that moment.
public struct SourceText: Sendable {
    /// The lines, without their ends. Line numbers of the index count from 1.
    public let lines: [String]
    /// Whether the file is still the one that was indexed; nil when the index has no digest to compare with.
    public let isAsIndexed: Bool?

    /// The lines of a range, from 1; what lies outside of the file is left out.
    public func lines(_ first: Int, through last: Int) -> ArraySlice<String> {
        let start = max(1, first)
        let end = min(last, lines.count)
        return start <= end ? lines[(start - 1)..<end] : []
    }
}

extension IndexStore {
    /// The text of a file, or nil when it is not there any more.
    ///
    /// - Parameter path: as the index has it.
    public func sourceText(of path: String) throws -> SourceText? {
        guard let content = FileManager.default.contents(atPath: about.absolutePath(of: path)) else { return nil }
        let indexed = try read { reader in
            try reader.first("SELECT digest FROM file WHERE path = ?", [path]) { try $0.bytes(0) }
        }
        return SourceText(
            lines: content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            },
            isAsIndexed: indexed.map { $0 == ContentDigest(of: content.bytes).bytes }
        )
    }
}
