import ContentDigest
import Foundation

extension ContentDigest {
    /// Of several texts; where one ends and the next begins counts.
    init(of texts: [String]) { self.init(of: Array(texts.joined(separator: "\0").utf8)) }

    /// Of a file's content; nil when it cannot be read.
    init?(ofFile file: String) {
        guard let content = try? Data(contentsOf: URL(filePath: file), options: .mappedIfSafe) else { return nil }
        self.init(of: content.bytes)
    }
}
