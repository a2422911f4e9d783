import Foundation
import Testing

@testable import KernelTree

@Suite struct PackageTests {
    private func file(of text: String, in folder: TemporaryFolder) async throws -> (PackageFile, String) {
        let path = try folder.write(text, to: "p_1_all.deb")
        let sum = try await Program.run(["sha256sum", path]).output.prefix(64)
        let file = PackageFile(
            package: "p",
            version: "1",
            file: "p_1_all.deb",
            size: text.utf8.count,
            sha256: String(sum)
        )
        return (file, path)
    }

    @Test func oneWrongByteIsNoticed() async throws {
        let folder = try TemporaryFolder()
        let (file, path) = try await file(of: String(repeating: "kernel ", count: 10_000), in: folder)
        #expect(try await file.state(of: path) == .verified)

        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 31_337)
        try handle.write(contentsOf: Data("X".utf8))
        try handle.close()
        #expect(try await file.state(of: path) == .damaged)
    }

    @Test func aFileTellsHowMuchOfItIsThere() async throws {
        let folder = try TemporaryFolder()
        let (file, path) = try await file(of: "0123456789", in: folder)
        try folder.write("01234", to: "p_1_all.deb")
        #expect(try await file.state(of: path) == .partial(bytes: 5))
        try folder.write("0123456789+", to: "p_1_all.deb")
        #expect(try await file.state(of: path) == .damaged)
        try FileManager.default.removeItem(atPath: path)
        #expect(try await file.state(of: path) == .missing)
    }

    @Test func aLineOfAptNamesAddressSizeAndDigest() throws {
        let digest = String(repeating: "a1", count: 32)
        let line = "'http://m.example/pool/p_1%3a2_all.deb' p_1%3a2_all.deb 42 SHA256:\(digest)"
        let download = try #require(PackageDownload(printed: line, package: "p", version: "1:2"))
        #expect(download.address == "http://m.example/pool/p_1%3a2_all.deb")
        #expect(download.file.file == "p_1%3a2_all.deb")
        #expect(download.file.size == 42)
        #expect(download.file.sha256 == digest)
    }

    @Test(arguments: [
        "", "E: nothing", "'http://m.example/p' p_1_all.deb 42 MD5Sum:d41d8cd98f00b204e9800998ecf8427e",
        "'http://m.example/p' p_1_all.deb 42 SHA256:short", "'http://m.example/p' ../p_1_all.deb 42 SHA256:00",
        "'http://m.example/p' q_1_all.deb 42 SHA256:" + String(repeating: "0", count: 64),
    ])
    func aLineWithoutAStrongDigestIsNoDownload(_ line: String) {
        #expect(PackageDownload(printed: line, package: "p", version: "1") == nil)
    }

    @Test func theImageIsTheOneOfTheSourcesVersion() {
        let depends = "linux-base, linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2), kmod (>= 1)"
        #expect(
            PackageChoice.dependency(in: depends, version: "6.1.192-2") == "linux-image-6.1.0-56-cloud-amd64"
        )
        #expect(PackageChoice.dependency(in: depends, version: "6.1.192-1") == nil)
    }

    @Test func theReasonOfAFailureIsAptsFirstError() {
        let lines = ["Get:1 x", "E: Failed to fetch x", "E: Some index files failed to download."]
        #expect(Program.reason(lines) == "Failed to fetch x")
        #expect(Program.reason([String]()) == "it gave no reason")
    }
}
