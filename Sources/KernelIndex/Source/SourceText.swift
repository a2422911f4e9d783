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
        try sourceBytes(of: path).map { content in
            SourceText(
                lines: content.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                    String(decoding: $0, as: UTF8.self)
                },
                isAsIndexed: content.isAsIndexed
            )
        }
    }
}
