import Failure
import Foundation
public import KernelABI

/// What is in the cache of one fetched kernel; `kernel.json` in its folder.
public struct KernelRecord: Hashable, Sendable, Codable {
    /// Raised when the meaning of a member changes; a record of another format counts as none.
    static let currentFormat = 1

    let format: Int
    /// `6.1`.
    public let name: String
    /// The release that the source's Makefile names: `6.1.192`.
    public let release: String
    /// Debian's version, the same of source, configuration and image: `6.1.192-2`.
    public let packageVersion: String
    /// The name of the image's release, as `uname -r` prints it: `6.1.0-56-cloud-amd64`.
    public let imageRelease: String
    /// What was fetched, each file with the digest that the archive's signed index gave for it.
    public let packages: [PackageFile]

    init(release: KernelVersion, packageVersion: String, imageRelease: String, name: String, packages: [PackageFile]) {
        format = KernelRecord.currentFormat
        self.name = name
        self.release = release.description
        self.packageVersion = packageVersion
        self.imageRelease = imageRelease
        self.packages = packages
    }

    /// The release as a version.
    public var version: KernelVersion { KernelVersion(release) ?? KernelVersion(0, 0) }

    /// The top of the source tree.
    public func sourcePath(home: KernautHome) -> String { parts(home).source }

    /// The configuration, as the package has it.
    public func configurationPath(home: KernautHome) -> String { parts(home).configuration }

    /// The kernel image.
    public func imagePath(home: KernautHome) -> String { parts(home).image }

    private func parts(_ home: KernautHome) -> KernelParts {
        KernelParts(folder: home.kernel(name), packageVersion: packageVersion)
    }

    /// The record of a kernel; nil when it has not been fetched, or not completely.
    public static func find(_ name: String, home: KernautHome) -> KernelRecord? {
        let folder = home.kernel(name)
        guard let bytes = CacheFiles.read(Path.join(folder, fileName)),
            let record = try? JSONDecoder().decode(KernelRecord.self, from: Data(bytes)),
            record.format == currentFormat, record.name == name, KernelVersion(record.release) != nil
        else { return nil }
        return record.parts(home).areThere ? record : nil
    }

    static let fileName = "kernel.json"

    func write(home: KernautHome) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes: Data
        do {
            bytes = try encoder.encode(self)
        } catch {
            preconditionFailure("texts and numbers can always be encoded: \(error)")
        }
        try CacheFiles.write([UInt8](bytes), to: Path.join(home.kernel(name), KernelRecord.fileName))
    }
}

/// Where the parts of one fetched version are.
struct KernelParts {
    /// `kernels/6.1/6.1.192-2`.
    let folder: String

    init(folder: String, packageVersion: String) {
        // A Debian version may hold a colon and a tilde; both are fine in a file name, a slash never occurs.
        self.folder = Path.join(folder, packageVersion)
    }

    /// The source tree.
    var source: String { Path.join(folder, "source") }
    /// The configuration, as the package has it.
    var configuration: String { Path.join(folder, "config") }
    /// The kernel image.
    var image: String { Path.join(folder, "vmlinuz") }
    /// The image's release, a line.
    var imageRelease: String { Path.join(folder, "image-release") }

    var areThere: Bool { [Path.join(source, "Makefile"), configuration, image, imageRelease].allSatisfy(Path.exists) }
}
