import ContentDigest
import Foundation

/// The bytes of a file of the kernel, read from the tree at that moment.
public struct SourceBytes: Sendable {
    /// The content.
    public let bytes: [UInt8]
    /// Whether the file is still the one that was indexed; nil when the index has no digest to compare with.
    public let isAsIndexed: Bool?
}

extension IndexStore {
    /// The bytes of a file, or nil when it is not there any more. ``sourceText(of:)`` is the same in lines.
    ///
    /// - Parameter path: as the index has it.
    public func sourceBytes(of path: String) throws -> SourceBytes? {
        try read { try $0.sourceBytes(of: path, in: about) }
    }
}

extension FactReader {
    func sourceBytes(of path: String, in tree: IndexDescription) throws -> SourceBytes? {
        guard let content = FileManager.default.contents(atPath: tree.absolutePath(of: path)) else { return nil }
        let indexed = try first("SELECT digest FROM file WHERE path = ?", [path]) { try $0.bytes(0) }
        return SourceBytes(
            bytes: [UInt8](content),
            isAsIndexed: indexed.map { $0 == ContentDigest(of: content.bytes).bytes }
        )
    }
}
