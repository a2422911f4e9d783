import Foundation

@testable import KernelTree

/// The real kernel, where it is in the cache.
enum KernelSource {
    static let home = try? KernautHome.current()
    static let record = home.flatMap { KernelRecord.find("6.1", home: $0) }
    static let isThere = record != nil || inCI

    /// The text of the repository's own reference.
    static func reference() throws -> String {
        let path = try KernautHome.current().kernelRefs() + "/linux-6.1.yaml"
        return String(decoding: CacheFiles.read(path) ?? [], as: UTF8.self)
    }

    static let canAskApt =
        inCI || (Program.isInstalled("apt-get") && Path.exists("/usr/share/keyrings/debian-archive-keyring.gpg"))
}
