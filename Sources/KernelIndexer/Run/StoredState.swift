import Foundation
import KernelIndex

/// What an existing index says of its units and files, as far as a run builds on it.
struct StoredState {
    var units: [StoredUnit]
    /// Files by number: path and digest.
    var files: [Int64: (path: String, digest: [UInt8])]
    /// The text of each prefix, by its name in the index.
    var prefixTexts: [String: String]

    /// Reads the state; nil when there is no index that this run could update.
    static func read(_ database: String, for request: IndexRequest, _ paths: TreePaths) -> StoredState? {
        nil
    }
}
