import Failure
import Foundation
import KernelABI

/// Gets a kernel of `kernel-refs/` into the cache.
///
/// Every step ends with a rename, so that a run that is killed leaves whole parts or none; the next run does what is
/// missing. `kernel.json` is written last.
public struct KernelFetch: Sendable {
    private let reference: KernelRef
    private let home: KernautHome
    private let progress: @Sendable (String) -> Void

    /// Prepares to fetch a kernel.
    ///
    /// - Parameter progress: called with one line for each stage.
    public init(_ reference: KernelRef, home: KernautHome, progress: @escaping @Sendable (String) -> Void) {
        self.reference = reference
        self.home = home
        self.progress = progress
    }

    /// Fetches what is not in the cache yet. When all is there, the archive is not asked.
    ///
    /// - Parameter update: ask the archive for a newer version even when one is there.
    /// - Throws: `Failure` (69) when the archive cannot be reached, a download stays damaged, or there is no room.
    public func run(update: Bool = false) async throws -> KernelRecord {
        let folder = home.kernel(reference.name)
        if !update, let record = KernelRecord.find(reference.name, home: home) { return record }

        let lock = try await FileLock.take(in: folder) {
            progress("waiting for another kernaut that fetches Linux \(reference.name)")
        }
        defer { withExtendedLifetime(lock) {} }
        if !update, let record = KernelRecord.find(reference.name, home: home) { return record }
        for name in CacheFiles.names(in: folder) where name.hasPrefix("unpacking-") {
            try CacheFiles.remove(Path.join(folder, name))
        }

        progress("asking the archive for Linux \(reference.name)")
        let archive = try await AptArchive.open(for: reference, home: home)
        try await archive.update()
        let choice = try await PackageChoice.newest(for: reference, in: archive)
        if let record = KernelRecord.find(reference.name, home: home), record.packageVersion == choice.version {
            return record
        }
        return try await fetch(choice, from: archive, into: folder)
    }

    private func fetch(_ choice: PackageChoice, from archive: AptArchive, into folder: String) async throws
        -> KernelRecord
    {
        let parts = KernelParts(folder: folder, packageVersion: choice.version)
        let downloads = Path.join(folder, "packages")
        try CacheFiles.makeFolder(parts.folder)

        let packages = [choice.configuration, choice.source, choice.image]
        let addresses = try await archive.downloads(of: packages, version: choice.version)
        let files = addresses.map(\.file)
        // Parts of packages of another version would only be in the way.
        for name in CacheFiles.names(in: downloads) where !files.contains(where: { $0.file == name }) {
            try CacheFiles.remove(Path.join(downloads, name))
        }
        let unpacking = KernelUnpacking(parts: parts, scratch: Path.join(folder, "unpacking-\(getpid())"))
        func download(_ number: Int) async throws -> String {
            try await addresses[number].run(from: archive, into: downloads, progress: progress)
            progress("unpacking \(packages[number])")
            return Path.join(downloads, files[number].file)
        }
        if !Path.exists(parts.configuration) {
            try await unpacking.configuration(from: download(0), named: reference.configurationFile)
        }
        if !Path.exists(parts.source) { try await unpacking.source(from: download(1)) }
        if !Path.exists(parts.imageRelease) { try await unpacking.image(from: download(2)) }

        let release = try TreeVersion.read(parts.source)
        guard choice.version.hasPrefix(release.description), release.release == reference.version else {
            throw Failure(
                .badInput,
                "the package \(choice.source) \(choice.version) has the source of Linux \(release)",
                at: reference.origin
            )
        }
        let record = KernelRecord(
            release: release,
            packageVersion: choice.version,
            imageRelease: CacheFiles.read(parts.imageRelease).map { String(decoding: $0, as: UTF8.self) } ?? "",
            name: reference.name,
            packages: files
        )
        try record.write(home: home)
        try tidy(folder, keeping: choice.version)
        try archive.forgetCaches()
        return record
    }

    /// The packages are not needed any more, and neither is an older version with its builds.
    private func tidy(_ folder: String, keeping version: String) throws {
        let kept: Set<String> = [version, "lock", KernelRecord.fileName]
        for name in CacheFiles.names(in: folder) where !kept.contains(name) {
            try CacheFiles.remove(Path.join(folder, name))
        }
    }
}
