import Foundation
import SCIPExport
import Testing

@testable import KernelIndex

/// The export in SCIP's format, read back by a decoder of its own.
@Suite struct SCIPTests {
    private static let files = [
        "include/ops.h": "struct ops { int (*can)(int a); };\nextern struct ops pids;\n#define TWICE(x) ((x) + (x))\n",
        "kernel/core.c": """
        #include "include/ops.h"
        static int local;
        int call(int a)
        {
            local = TWICE(a);
            return pids.can(local) + undefined_here(local);
        }
        """,
        "kernel/pids.c": """
        #include "include/ops.h"
        static int can(int a) { return a; }
        struct ops pids = { .can = can };
        """,
    ]

    /// A field of a message: a number, or bytes.
    private enum Value {
        case number(Int)
        case bytes([UInt8])
    }

    private struct Message {
        var fields: [(field: Int, value: Value)] = []

        init(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            func varint() throws -> Int {
                var value: UInt64 = 0
                var shift: UInt64 = 0
                while true {
                    let first = rest.popFirst()
                    let byte = try #require(first)
                    value |= UInt64(byte & 0x7F) << shift
                    if byte < 0x80 { return Int(truncatingIfNeeded: value) }
                    shift += 7
                    try #require(shift < 64)
                }
            }
            while !rest.isEmpty {
                let tag = try varint()
                switch tag & 7 {
                case 0: fields.append((tag >> 3, .number(try varint())))
                case 2:
                    let length = try varint()
                    try #require(length <= rest.count)
                    fields.append((tag >> 3, .bytes(Array(rest.prefix(length)))))
                    rest = rest.dropFirst(length)
                default: Issue.record("a wire type that SCIP does not have: \(tag & 7)")
                }
            }
        }

        func messages(_ field: Int) throws -> [Message] {
            try fields.filter { $0.field == field }.map { entry in
                guard case .bytes(let bytes) = entry.value else { throw DamagedFact() }
                return try Message(bytes)
            }
        }

        func text(_ field: Int) -> String? {
            for entry in fields where entry.field == field {
                if case .bytes(let bytes) = entry.value { return String(decoding: bytes, as: UTF8.self) }
            }
            return nil
        }

        func number(_ field: Int) -> Int {
            for entry in fields where entry.field == field { if case .number(let value) = entry.value { return value } }
            return 0
        }

        /// Numbers in a row: single bytes, as long as they are small.
        func packed(_ field: Int) -> [Int] {
            for entry in fields where entry.field == field {
                if case .bytes(let bytes) = entry.value { return bytes.map(Int.init) }
            }
            return []
        }
    }

    private func exported(_ sources: IndexedSources, mostAtOnce: Int) throws -> (Message, SCIPExport.Summary) {
        var bytes: [UInt8] = []
        let summary = try SCIPExport(sources.store, mostAtOnce: mostAtOnce) { bytes += $0 }.run()
        return (try Message(bytes), summary)
    }

    @Test func documentsHaveNamesWithTheirRolesAndRanges() throws {
        let sources = try IndexedSources(Self.files)
        let (index, summary) = try exported(sources, mostAtOnce: 2_000_000)
        let metadata = try #require(try index.messages(1).first)
        #expect(metadata.text(3) == "file://\(sources.tree.path)")
        let documents = try index.messages(2)
        #expect(documents.compactMap { $0.text(1) }.sorted() == Self.files.keys.sorted())
        #expect(summary.documents == 3 && summary.filesChanged.isEmpty)
        let core = try #require(documents.first { $0.text(1) == "kernel/core.c" })
        let occurrences = try core.messages(2).map { ($0.text(2) ?? "", $0.packed(1), $0.number(3)) }
        let prefix = "kernaut . linux 6.1.192 "
        func has(_ symbol: String, _ range: [Int], _ roles: Int) -> Bool {
            occurrences.contains { $0.0 == prefix + symbol && $0.1 == range && $0.2 == roles }
        }
        #expect(has("call().", [2, 4, 8], 1))
        #expect(has("`kernel/core.c`/local.", [1, 11, 16], 1))
        #expect(has("`kernel/core.c`/local.", [4, 4, 9], 4))
        #expect(has("ops#can.", [5, 16, 19], 8))
        #expect(has("TWICE!", [4, 12, 17], 0))
    }

    @Test func aFunctionThatIsStoredInAMemberImplementsIt() throws {
        let (index, summary) = try exported(try IndexedSources(Self.files), mostAtOnce: 2_000_000)
        let pids = try #require(try index.messages(2).first { $0.text(1) == "kernel/pids.c" })
        let can = try #require(try pids.messages(3).first { $0.text(6) == "can" })
        #expect(can.text(1) == "kernaut . linux 6.1.192 `kernel/pids.c`/can().")
        let relationship = try #require(try can.messages(4).first)
        #expect(relationship.text(1) == "kernaut . linux 6.1.192 ops#can." && relationship.number(3) == 1)
        #expect(summary.symbols > 0)
    }

    @Test func everySymbolThatIsUsedIsDescribed() throws {
        let (index, summary) = try exported(try IndexedSources(Self.files), mostAtOnce: 2_000_000)
        let documents = try index.messages(2)
        let described = try documents.flatMap { try $0.messages(3) } + index.messages(3)
        let known = Set(described.compactMap { $0.text(1) })
        for document in documents {
            for occurrence in try document.messages(2) { #expect(known.contains(try #require(occurrence.text(2)))) }
        }
        #expect(try index.messages(3).count == summary.externalSymbols)
    }

    @Test func inSeveralPassesTheExportIsTheSame() throws {
        let sources = try IndexedSources(Self.files)
        var first: [UInt8] = []
        var second: [UInt8] = []
        _ = try SCIPExport(sources.store) { first += $0 }.run()
        _ = try SCIPExport(sources.store, mostAtOnce: 1) { second += $0 }.run()
        #expect(first == second)
    }

    @Test func aFileThatHasChangedIsNamed() throws {
        let sources = try IndexedSources(Self.files)
        try "".write(to: sources.tree.appending(path: "kernel/pids.c"), atomically: true, encoding: .utf8)
        let (_, summary) = try exported(sources, mostAtOnce: 2_000_000)
        #expect(summary.filesChanged == ["kernel/pids.c"])
    }
}
