import Failure
import Foundation
import KernelIndexer
import Testing

struct FailureTests {
    private static func tree() throws -> TestTree {
        try TestTree([
            "a.c": "int a(void) { return 1; }\n",
            "b.c": "int b(void) { return 2; }\n",
            "c.c": "int c(void) { return 3; }\n",
        ])
    }

    @Test func aFileThatDoesNotCompileIsNamedAndTheRestIsIndexed() throws {
        let tree = try Self.tree()
        try tree.write("int b(void) { return missing; }\n", to: "b.c")
        let summary = try tree.index()
        #expect(summary.failed.map(\.path) == ["b.c"])
        #expect(summary.failed.first?.reason.contains("use of undeclared identifier 'missing'") == true)
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:c'") })
        // It is still named when nothing was parsed.
        let again = try tree.index()
        #expect(again.parsed == [] && again.failed == summary.failed)
    }

    @Test func aFileThatIsMissingIsNamed() throws {
        let tree = try Self.tree()
        tree.units["gone.c"] = []
        let summary = try tree.index()
        #expect(summary.failed.map(\.path) == ["gone.c"])
        #expect(summary.parsed.count == 4)
        try tree.write("int back;\n", to: "gone.c")
        #expect(try tree.index().failed == [])
        #expect(try tree.facts() == (try tree.freshFacts()))
    }

    @Test func aFileThatCrashesLibclangCostsItselfOnly() throws {
        let tree = try Self.tree()
        // Without its own limit, clang follows parentheses until its stack ends.
        let depth = 400_000
        let nested = String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
        try tree.write("int deep = \(nested);\n", to: "deep.c")
        tree.units["deep.c"] = ["-fbracket-depth=1000000"]
        let summary = try tree.index()
        #expect(summary.failed.map(\.path) == ["deep.c"])
        #expect(summary.failed.first?.reason.contains("did not survive it: it was ended by signal 11") == true)
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:c'") })
        #expect(summary.parsed.count == 4)
    }

    @Test func aFileThatHangsIsGivenUp() throws {
        let tree = try Self.tree()
        // Nobody ever writes to this pipe, so reading it takes forever.
        #expect(mkfifo("\(tree.path)/hang.h", 0o600) == 0)
        try tree.write("#include \"hang.h\"\nint hang;\n", to: "hang.c")
        tree.units["hang.c"] = []
        let summary = try tree.index { $0.unitTimeout = 2 }
        #expect(summary.failed.map(\.path) == ["hang.c"])
        #expect(summary.failed.first?.reason == "it took longer than 2 s")
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:c'") })
    }

    @Test func aWorkerThatIsKilledCostsItsUnitOnly() throws {
        let tree = try Self.tree()
        #expect(mkfifo("\(tree.path)/hang.h", 0o600) == 0)
        try tree.write("#include \"hang.h\"\nint hang;\n", to: "hang.c")
        tree.units["hang.c"] = []
        let path = tree.path
        let killer = Thread {
            while true {
                // It waits for the pipe, and nothing else makes it sleep there.
                if let worker = WorkerFinder.workers(in: path).first(where: WorkerFinder.isWaitingForPipe) {
                    kill(worker, SIGKILL)
                    return
                }
                usleep(10_000)
            }
        }
        killer.start()
        let summary = try tree.index { $0.jobs = 1 }
        #expect(summary.failed.map(\.path) == ["hang.c"])
        #expect(summary.failed.first?.reason.contains("it was ended by signal 9") == true)
        #expect(summary.parsed.count == 4)
    }

    /// What the first one does not survive on top of the prefix, the second one parses by itself.
    @Test func aUnitWhoseWorkerDiesOnTopOfAPrefixIsParsedByItself() throws {
        let tree = try TestTree(["include/shared.h": "#ifndef SHARED_H\n#define SHARED_H\n#define SHARED 1\n#endif\n"])
        for number in 0..<8 {
            try tree.write("#include <shared.h>\nint f\(number)(void) { return SHARED; }\n", to: "\(number).c")
            tree.units["\(number).c"] = []
        }
        #expect(mkfifo("\(tree.path)/late.h", 0o600) == 0)
        try tree.write("#include <shared.h>\n#include \"late.h\"\nint late(void) { return LATE; }\n", to: "late.c")
        tree.units["late.c"] = []
        let path = tree.path
        let killer = Thread {
            while true {
                usleep(10_000)
                guard let worker = WorkerFinder.workers(in: path).first(where: WorkerFinder.isWaitingForPipe) else {
                    continue
                }
                // Who opens anything else is done by now.
                usleep(50_000)
                guard WorkerFinder.isWaitingForPipe(worker) else { continue }
                try? Data("#define LATE SHARED\n".utf8).write(to: URL(filePath: "\(path)/late.h"), options: .atomic)
                kill(worker, SIGKILL)
                return
            }
        }
        killer.start()
        let summary = try tree.index { $0.jobs = 1 }
        #expect(summary.failed == [])
        #expect(summary.onPrefix == 8)
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:late'") })
    }

    @Test func withoutAWorkerThereIsOneLine() throws {
        let tree = try Self.tree()
        do {
            try tree.index { $0.worker = "/nonexistent/worker" }
            Issue.record("a worker that does not exist was started")
        } catch let failure as Failure {
            #expect(failure.status == .internalFault)
            #expect(failure.place == "/nonexistent/worker")
        }
        #expect(tree.neighbours == [".index.sqlite.lock", "tree"])
    }

    @Test func whereNothingCanBeIndexedTheEarlierIndexStays() throws {
        let tree = try Self.tree()
        try tree.index()
        let before = try tree.facts()
        let failure = #expect(throws: Failure.self) {
            try tree.index {
                $0.worker = "/bin/false"
                $0.isFresh = true
            }
        }
        #expect(failure?.what.contains("none of 3 files could be indexed") == true)
        #expect(try tree.facts() == before)
    }

    @Test func withoutATreeOrCommandsThereIsOneLine() throws {
        let tree = try Self.tree()
        #expect(throws: Failure.self) { try tree.index { $0.sourceRoot = "/nonexistent" } }
        #expect(throws: Failure.self) { try tree.index { $0.commands = [] } }
    }

    @Test func twoRunsOfOneIndexDoNotMix() throws {
        let tree = try Self.tree()
        try tree.index()
        let lock = open("\(tree.database.replacing("index.sqlite", with: ".index.sqlite")).lock", O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        do {
            try tree.index()
            Issue.record("two runs had the index at once")
        } catch let failure as Failure {
            #expect(failure.status == .unavailable)
            #expect(failure.what == "another kernaut is writing this index")
        }
    }
}

extension FailureTests {
    /// What would fill the machine's memory costs itself only.
    @Test func aFileThatNeedsTooMuchMemoryCostsItselfOnly() throws {
        let tree = try TestTree(["a.c": "int a(void) { return 1; }\n"])
        // 2^25 uses of a macro's argument, some gigabytes of expressions.
        var text = "#define M0(x) x + x\n"
        for level in 1...24 { text += "#define M\(level)(x) M\(level - 1)(x) + M\(level - 1)(x)\n" }
        try tree.write(text + "int many(int y) { return M24(y); }\n", to: "many.c")
        tree.units["many.c"] = []
        let summary = try tree.index { $0.unitTimeout = 600 }
        #expect(summary.failed.map(\.path) == ["many.c"])
        #expect(summary.failed.first?.reason.contains("did not survive it") == true, "\(summary.failed)")
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:a'") })
    }

    @Test func headersThatIncludeEachOtherWithoutEndAreNamed() throws {
        let tree = try TestTree([
            "a.c": "int a(void) { return 1; }\n", "round.c": "#include \"one.h\"\nint round;\n",
            "one.h": "#include \"two.h\"\n", "two.h": "#include \"one.h\"\n",
        ])
        let summary = try tree.index()
        #expect(summary.failed.map(\.path) == ["round.c"])
        #expect(summary.failed.first?.reason.contains("nested too deeply") == true)
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:a'") })
    }

    /// Bytes that no kernel has.
    @Test func aFileOfFiftyMegabytesOfNothingIsNamedAndBounded() throws {
        let tree = try TestTree(["a.c": "int a(void) { return 1; }\n"])
        try tree.write(String(repeating: "}", count: 50 << 20), to: "big.c")
        tree.units["big.c"] = []
        let summary = try tree.index { $0.unitTimeout = 10 }
        #expect(summary.failed.map(\.path) == ["big.c"])
        #expect(try tree.facts().contains { $0.hasPrefix("definition 'f:a'") })
    }
}
