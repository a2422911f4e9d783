import Foundation
import Glibc
import KernelIndexer
import Testing

/// A run that makes an index from nothing and is killed: the next one goes on where it was.
struct ResumptionTests {
    private static let count = 12
    private static let units = (0..<count).map { "u\($0).c" }
    /// Units whose own header asks for what that of all others defines: they have a prefix of their folder's, and come last.
    private static let lateUnits = (0..<5).map { "net/own/\($0).c" }

    private static func tree(hasLateUnits: Bool = false) throws -> TestTree {
        var files = [
            "include/h.h":
                "#ifndef H\n#define H\nstruct s { int x; };\n#ifndef pr_fmt\n#define pr_fmt(f) f\n#endif\n#endif\n"
        ]
        for unit in hasLateUnits ? lateUnits : [] {
            let number = unit.filter(\.isNumber)
            files[unit] = "#include \"own.h\"\nint own\(number)(struct s *s) { return s->x; }\n"
            files["net/own/own.h"] =
                "#ifndef OWN\n#define OWN\n#ifdef pr_fmt\n#undef pr_fmt\n#endif\n#define pr_fmt(f) \"own\" f\n#include <h.h>\n#endif\n"
        }
        for number in 0..<count {
            files["u\(number).c"] = """
                #include <h.h>
                static int helper(struct s *s) { return s->x + \(number); }
                int u\(number)(struct s *s) { return helper(s); }

                """
        }
        return try TestTree(files)
    }

    private static func spool(_ tree: TestTree) -> URL {
        URL(filePath: tree.database).deletingLastPathComponent().appending(path: ".index.sqlite.facts")
    }

    /// Kills a first run once `written` units are written.
    private static func killed(_ tree: TestTree, afterUnits written: Int, of units: [String] = units) async {
        let path = tree.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, written = written as Int, units = units as [String]] in
            let tree = TestTree(adopting: path, units: units)
            _ = try Indexer.run(tree.request()) { progress in
                if progress.done == written { kill(getpid(), SIGKILL) }
            }
        }
        while !WorkerFinder.workers(in: tree.path).isEmpty { usleep(10_000) }
    }

    @Test(arguments: [1, 5, 12])
    func whatIsDoneIsNotDoneAgain(written: Int) async throws {
        let tree = try Self.tree()
        await Self.killed(tree, afterUnits: written)
        #expect(!FileManager.default.fileExists(atPath: tree.database))
        let summary = try tree.index()
        #expect(summary.kept >= written)
        #expect(summary.parsed.count == Self.count)
        #expect(try tree.facts() == (try tree.freshFacts()))
        #expect(tree.neighbours == [".index.sqlite.lock", "index.sqlite", "tree"])
    }

    @Test(arguments: [5, 13, 17])
    func unitsOnAPrefixThatWasChosenLateAreDoneAgain(written: Int) async throws {
        let tree = try Self.tree(hasLateUnits: true)
        await Self.killed(tree, afterUnits: written, of: Self.units + Self.lateUnits)
        let summary = try tree.index()
        #expect(summary.kept >= min(written, Self.count) && summary.kept <= Self.count)
        #expect(summary.onPrefix == Self.count + Self.lateUnits.count)
        #expect(try tree.facts() == (try tree.freshFacts()))
        #expect(FactDump.withoutPrefix(try tree.facts()) == (try tree.freshFacts { $0.usesPrefix = false }))
    }

    @Test(arguments: ["u3.c", "include/h.h"])
    func whatHasChangedSinceIsDoneAgain(file: String) async throws {
        let tree = try Self.tree()
        await Self.killed(tree, afterUnits: 11)
        try tree.write("struct s { int y, x; };\nint another(struct s *s);\n", to: file)
        let summary = try tree.index()
        #expect(summary.kept < Self.count)
        #expect(summary.failed.isEmpty)
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aRecordThatWasCutShortOrDamagedIsNoRecord() async throws {
        let tree = try Self.tree()
        await Self.killed(tree, afterUnits: 12)
        let spool = Self.spool(tree)
        var bytes = try Data(contentsOf: spool)
        bytes[bytes.count / 2] ^= 0xff
        try bytes.dropLast(7).write(to: spool)
        let summary = try tree.index()
        #expect(summary.kept < Self.count)
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func whoeverWantsEverythingParsedAgainGetsThat() async throws {
        let tree = try Self.tree()
        await Self.killed(tree, afterUnits: 6)
        #expect(try tree.index { $0.isFresh = true }.kept == 0)
    }

    /// At whatever moment a run is killed, what is there afterwards is the old index, or the new one, or none, and the
    /// next run completes it.
    @Test func aRunMayBeKilledAtAnyMoment() async throws {
        let tree = try Self.tree()
        for round in 0..<6 {
            if round >= 3 { try tree.write("int changed\(round);\n", to: "u\(round).c") }
            let before = FileManager.default.fileExists(atPath: tree.database) ? try tree.facts() : nil
            let path = tree.path
            let delay = UInt32.random(in: 1_000...300_000)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as UInt32] in
                let tree = TestTree(adopting: path, units: (0..<12).map { "u\($0).c" })
                Thread.detachNewThread {
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                _ = try Indexer.run(tree.request())
                while true { pause() }
            }
            while !WorkerFinder.workers(in: tree.path).isEmpty { usleep(10_000) }
            if FileManager.default.fileExists(atPath: tree.database) {
                let after = try tree.facts()
                let fresh = try tree.freshFacts()
                #expect(after == before || after == fresh, "killed after \(delay) µs")
            } else {
                #expect(before == nil)
            }
            if round >= 2 {
                try tree.index()
                #expect(try tree.facts() == (try tree.freshFacts()))
            }
        }
    }
}
