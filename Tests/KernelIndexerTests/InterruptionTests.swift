import Foundation
import Glibc
import KernelIndexer
import Testing

struct InterruptionTests {
    private static func tree() throws -> TestTree {
        var files = ["include/h.h": "#ifndef H\n#define H\nstruct s { int x; };\n#endif\n"]
        for number in 0..<12 {
            files["u\(number).c"] = "#include <h.h>\nint u\(number)(struct s *s) { return s->x; }\n"
        }
        return try TestTree(files)
    }

    /// What a run that was killed leaves: a database that is not complete, and a precompiled prefix.
    @Test func whatAKilledRunLeftIsRemovedAndTheIndexStays() throws {
        let tree = try Self.tree()
        try tree.index()
        let before = try tree.facts()
        let folder = URL(filePath: tree.database).deletingLastPathComponent()
        let unfinished = folder.appending(path: ".index.sqlite.unfinished")
        try Data("half a database".utf8).write(to: unfinished)
        let scratch = folder.appending(path: ".index.sqlite.scratch")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        try Data("half a prefix".utf8).write(to: scratch.appending(path: "prefix-0.pch"))
        #expect(try tree.facts() == before)
        #expect(try tree.index().reused == 12)
        #expect(tree.neighbours == [".index.sqlite.lock", "index.sqlite", "tree"])
    }

    @Test(arguments: [0, 1, 6, 12])
    func aRunThatIsKilledLeavesTheLastGoodIndex(afterUnits count: Int) async throws {
        let tree = try Self.tree()
        try tree.index()
        let before = try tree.facts()
        for number in 0..<12 { try tree.write("int changed\(number);\n", to: "u\(number).c") }
        let path = tree.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, count = count as Int] in
            let tree = TestTree(adopting: path, units: (0..<12).map { "u\($0).c" })
            _ = try Indexer.run(tree.request()) { progress in
                if progress.done == count { kill(getpid(), SIGKILL) }
            }
        }
        #expect(try tree.facts() == before)
        // Its workers died with it.
        while !WorkerFinder.workers(in: tree.path).isEmpty { usleep(10_000) }
        let summary = try tree.index()
        #expect(summary.parsed.count == 12)
        #expect(try tree.facts() == (try tree.freshFacts()))
        #expect(tree.neighbours == [".index.sqlite.lock", "index.sqlite", "tree"])
    }
}
