import Foundation
import Testing

@testable import KernelTree

@Suite(.enabled(if: KernelSource.canAskApt, "there is no apt, or Debian's keyring is missing"))
struct ArchiveTests {
    private func withArchive(_ work: (AptArchive, KernelRef, TemporaryFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let reference = try KernelRef.parse(try KernelSource.reference(), file: "linux-6.1.yaml")
        let home = KernautHome(cache: folder.path, share: nil)
        try await work(try await AptArchive.open(for: reference, home: home), reference, folder)
    }

    @Test func theSourceListTrustsDebiansKeysAndNothingElse() async throws {
        try await withArchive { _, _, folder in
            let list = String(decoding: CacheFiles.read(folder.path + "/apt/6.1/sources.list") ?? [], as: UTF8.self)
            #expect(list.contains("signed-by=/usr/share/keyrings/debian-archive-keyring."))
            #expect(list.contains(" bookworm main\n"))
            #expect(!list.contains("trusted"))
        }
    }

    @Test func theArchiveHasSourceConfigurationAndImageInOneVersion() async throws {
        try await withArchive { archive, reference, folder in
            try await archive.update()
            let choice = try await PackageChoice.newest(for: reference, in: archive)
            #expect(choice.version.hasPrefix("6.1."))
            #expect(choice.image.hasPrefix("linux-image-6.1."))

            // The smallest of the packages, with one byte wrong, comes back right.
            let packages = [choice.configuration]
            let download = try #require(try await archive.downloads(of: packages, version: choice.version).first)
            #expect(download.file.size > 0)
            try folder.write(String(repeating: "x", count: download.file.size), to: download.file.file)
            let path = folder.path + "/" + download.file.file
            #expect(try await download.file.state(of: path) == .damaged)
            try await download.run(from: archive, into: folder.path) { _ in }
            #expect(try await download.file.state(of: path) == .verified)
        }
    }

    /// The digest in the signed index decides, not the one who serves the bytes.
    @Test func aStartOfOtherBytesIsNotContinued() async throws {
        try await withArchive { archive, reference, folder in
            try await archive.update()
            let choice = try await PackageChoice.newest(for: reference, in: archive)
            let packages = [choice.configuration]
            let download = try #require(try await archive.downloads(of: packages, version: choice.version).first)
            try folder.write(String(repeating: "x", count: download.file.size / 2), to: download.file.file)
            try await download.run(from: archive, into: folder.path) { _ in }
            #expect(try await download.file.state(of: folder.path + "/" + download.file.file) == .verified)
        }
    }
}
