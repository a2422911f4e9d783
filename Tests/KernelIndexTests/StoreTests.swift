import Failure
import Foundation
import Report
import Testing

@testable import KernelIndex

@Suite struct StoreTests {
    @Test func anotherSchemaIsRefusedWithTheCommandThatRebuilds() throws {
        let index = try HandmadeIndex(meta: [.schemaVersion: "0"])
        let failure = #expect(throws: Failure.self) { try index.open() }
        #expect(failure?.status == .badInput)
        #expect(failure?.line.contains("kernaut index --kernel 6.1") == true)
    }

    @Test func missingIndexIsUnavailable() {
        let failure = #expect(throws: Failure.self) { try IndexStore.open("/nonexistent/index.sqlite") }
        #expect(failure?.status == .unavailable)
    }

    @Test(arguments: [0, 12, 100_000])
    func whatIsNoDatabaseIsRefused(bytes: Int) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString).sqlite")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(repeating: UInt8(ascii: "x"), count: bytes).write(to: file)
        let failure = #expect(throws: Failure.self) { try IndexStore.open(file.path) }
        #expect(failure?.status == .badInput)
    }

    @Test func aFolderIsRefused() {
        #expect(throws: Failure.self) { try IndexStore.open(FileManager.default.temporaryDirectory.path) }
    }

    @Test func indexThatLacksItsVersionIsRefused() throws {
        let index = try HandmadeIndex(meta: [.kernelVersion: String?.none])
        #expect(throws: Failure.self) { try index.open() }
    }

    @Test func factThatNamesAMissingSymbolIsAFailure() throws {
        let index = try HandmadeIndex()
        let function = try index.function("caller")
        try index.call(function, 4711)
        let store = try index.open()
        let failure = #expect(throws: Failure.self) { try store.callees(of: store.functions(named: "caller")[0]) }
        #expect(failure?.status == .badInput)
    }

    @Test func absurdNumbersAreFailuresRatherThanTraps() throws {
        for value in [Int64.min, -1, Int64.max] {
            let index = try HandmadeIndex()
            let record = try index.record("r")
            try index.field("f", of: record, at: 0)
            try index.execute("UPDATE field SET offset_bits = ?", [value])
            let store = try index.open()
            #expect(throws: Failure.self) { try store.layouts(named: "r") }
        }
    }

    /// Every query of the store, as far as its answer and the text and JSON made of it; only failures may come out.
    private func askEverything(_ path: String) {
        guard let store = try? failing({ try IndexStore.open(path) }) else { return }
        let questions: [() throws -> Void] = [
            { _ = FindingReport(try store.find("fork"), query: "fork", about: store.about).json },
            {
                for symbol in try store.knownSymbols(named: "cgroup_subsys.can_fork") {
                    _ = try store.references(to: symbol)
                    _ = try store.definitions(of: symbol)
                }
            },
            {
                for direction in [CallDirection.callers, .callees] {
                    for function in try store.knownFunctions(named: "copy_process") {
                        let tree = try store.callTree(of: function, direction: direction, depth: 9)
                        let report = CallTreeReport(
                            [tree],
                            name: "copy_process",
                            direction: direction,
                            depth: 9,
                            about: store.about
                        )
                        _ = report.text(.plain)
                        _ = report.json
                    }
                }
            },
            {
                for scope in [PathScope.shortest, .all(slack: 2, limit: 5)] {
                    let answer = try store.paths(from: "clone", to: "pids_can_fork", scope: scope)
                    let report = PathReport(answer, from: "clone", to: "pids_can_fork", about: store.about)
                    _ = [report.text(.plain), report.json, report.dot, report.mermaid]
                }
            },
            {
                let layouts = try store.layouts(named: "cgroup_subsys")
                let report = StructReport(layouts, name: "cgroup_subsys", about: store.about)
                _ = [report.text(.plain), report.json]
            },
            { _ = try store.memberChain(from: "cgroup_subsys", to: "cgroup_subsys") },
            { _ = OpsReport(try store.ops(named: "cgroup_subsys"), name: "", about: store.about).text(.plain) },
            { _ = try store.registrations(ofObject: "pids_cgrp_subsys") },
            { _ = SystemCallReport(try store.systemCalls(), about: store.about).text(.plain) },
            { _ = try store.sourceText(of: "fork.c") },
            { _ = try store.knownFunctions(named: "copy_procesx") },
        ]
        for question in questions { _ = try? failing(question) }
    }

    /// Passes a result on; an error that is no `Failure` is recorded as an issue.
    private func failing<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let failure as Failure {
            #expect(!failure.line.contains("\n"))
            throw failure
        } catch {
            Issue.record("no Failure: \(error)")
            throw error
        }
    }

    @Test func damagedDatabaseNeverEndsTheProcess() throws {
        let whole = try HandmadeIndex.forkPath()
        let content = try Data(contentsOf: URL(filePath: whole.path))
        let copy = whole.tree.appending(path: "damaged.sqlite")
        // Most of a small database is zeros that nobody reads; damage goes where there is something to damage.
        let filled = content.indices.filter { content[$0] != 0 }
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            var damaged = content
            if seed % 4 == 0 {
                damaged = damaged.prefix(Int.random(in: 0..<content.count, using: &random))
            } else {
                for _ in 0..<Int.random(in: 1...40, using: &random) {
                    let place = Int.random(in: 0..<filled.count, using: &random)
                    damaged[filled[place]] = UInt8.random(in: 0...255, using: &random)
                }
            }
            try damaged.write(to: copy)
            askEverything(copy.path)
        }
    }
}

/// Numbers that a seed fixes (SplitMix64), so that a failing damage can be made again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
