import Failure
import Foundation
import Glibc
import KernelIndexer
import Testing

/// Disks that are full, and disks that cannot be written. To mount one takes root.
@Suite(.enabled(if: getuid() == 0))
struct DiskTests {
    /// A small file system in memory, for as long as this lives.
    private final class SmallDisk {
        let path: String

        init(_ options: String) throws {
            path = FileManager.default.temporaryDirectory.appending(path: "kernaut-disk-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try SmallDisk.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path])
        }

        deinit {
            try? SmallDisk.run(["umount", "--lazy", path])
            try? FileManager.default.removeItem(atPath: path)
        }

        var database: String { "\(path)/index.sqlite" }

        func remount(_ options: String) throws { try SmallDisk.run(["mount", "-o", "remount,\(options)", path]) }

        private static func run(_ command: [String]) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = command
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    private static func tree() throws -> TestTree {
        var files: [String: String] = [:]
        for number in 0..<8 {
            let functions = (0..<200).map { "int f\(number)_\($0)(int x) { return x + \($0); }\n" }
            files["u\(number).c"] = functions.joined()
        }
        return try TestTree(files)
    }

    @Test(arguments: [16, 64, 128, 256])
    func aFullDiskIsOneLineAndTheEarlierIndexStays(kibibytes: Int) throws {
        let tree = try Self.tree()
        let disk = try SmallDisk("size=\(kibibytes)k")
        let failure = #expect(throws: Failure.self) { try tree.index { $0.database = disk.database } }
        #expect(failure?.status == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: disk.database))
        try disk.remount("size=16m")
        try tree.index { $0.database = disk.database }
        let facts = try FactDump.facts(of: disk.database)
        #expect(facts == (try tree.freshFacts()))
        // Full again, for an update.
        let size = try #require(FileManager.default.attributesOfItem(atPath: disk.database)[.size] as? Int)
        try disk.remount("size=\(size / 1024 + 8)k")
        try tree.write(String(repeating: "int more(int x) { return x; }\n", count: 1), to: "u1.c")
        let second = #expect(throws: Failure.self) { try tree.index { $0.database = disk.database } }
        #expect(second?.status == .unavailable)
        #expect(try FactDump.facts(of: disk.database) == facts)
        try disk.remount("size=16m")
        try tree.index { $0.database = disk.database }
        #expect(try FactDump.facts(of: disk.database) == (try tree.freshFacts()))
    }

    @Test func whereNothingCanBeWrittenTheIndexIsReadAllTheSame() throws {
        let tree = try Self.tree()
        let disk = try SmallDisk("size=16m")
        try tree.index { $0.database = disk.database }
        let facts = try FactDump.facts(of: disk.database)
        try disk.remount("ro,size=16m")
        try tree.write("int changed;\n", to: "u1.c")
        let failure = #expect(throws: Failure.self) { try tree.index { $0.database = disk.database } }
        #expect(failure?.status == .unavailable)
        #expect(try FactDump.facts(of: disk.database) == facts)
    }
}
