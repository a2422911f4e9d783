import ContentDigest
import Foundation
import GRDB
import IndexFacts

@testable import KernelIndex

/// An index that a test fills fact by fact, for what small C sources cannot show: other schemas, damage, odd tables.
final class HandmadeIndex {
    /// The folder of the source tree that the index speaks of.
    let tree: URL
    /// The database.
    let path: String

    private let queue: DatabaseQueue
    private var files: [String: Int64] = [:]
    private var symbols: Int64 = 0

    init(meta: [MetaKey: String?] = [:]) throws {
        tree = FileManager.default.temporaryDirectory.appending(path: "kernaut-index-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
        path = tree.appending(path: "index.sqlite").path
        queue = try DatabaseQueue(path: path)
        let standard: [MetaKey: String?] = [
            .schemaVersion: String(Schema.version), .kernelVersion: "6.1.192", .kernelName: "6.1", .scope: "fork",
            .sourceRoot: tree.path,
        ]
        try queue.write { database in
            try database.execute(sql: Schema.statements)
            for (key, value) in standard.merging(meta, uniquingKeysWith: { $1 }) {
                guard let value else { continue }
                try database.execute(sql: "INSERT INTO meta VALUES (?, ?)", arguments: [key.rawValue, value])
            }
        }
    }

    deinit { try? FileManager.default.removeItem(at: tree) }

    /// Opens what has been filled so far.
    func open() throws -> IndexStore {
        try queue.write { try NameParts.add(symbolsFrom: 0, to: $0) }
        return try IndexStore.open(path)
    }

    /// Writes a file of the tree and enters it with its digest.
    func source(_ file: String, _ text: String) throws {
        let url = tree.appending(path: file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        let digest = Data(ContentDigest(of: Array(text.utf8)).bytes)
        try execute("UPDATE file SET digest = ? WHERE id = ?", [digest, try self.file(file)])
    }

    @discardableResult
    func symbol(
        _ name: String,
        _ kind: SymbolKind,
        in file: String?,
        lines: ClosedRange<Int> = 1...1,
        isStatic: Bool = false
    ) throws -> Int64 {
        symbols += 1
        try execute("INSERT INTO text VALUES (?, ?)", [symbols, "\(kind):\n#\(symbols)"])
        try execute(
            "INSERT INTO symbol_row VALUES (?, ?, ?, ?, ?, NULL)",
            [symbols, name, SymbolFact.Kind(rawValue: kind.rawValue)!.number, isStatic, symbols]
        )
        if let file {
            try execute(
                "INSERT INTO definition VALUES (?, ?, ?, 1, ?, 1, 1)",
                [symbols, try self.file(file), lines.lowerBound, lines.upperBound]
            )
        }
        return symbols
    }

    @discardableResult
    func function(
        _ name: String,
        in file: String? = "a.c",
        lines: ClosedRange<Int> = 1...1,
        isStatic: Bool = false
    ) throws -> Int64 {
        try symbol(name, .function, in: file, lines: lines, isStatic: isStatic)
    }

    func call(_ caller: Int64, _ callee: Int64, in file: String = "a.c", line: Int = 1) throws {
        try execute("INSERT INTO call VALUES (?, ?, ?, ?, 5, 1)", [caller, callee, try self.file(file), line])
    }

    func record(_ name: String, sizeBits: Int = 64, in file: String = "a.h") throws -> Int64 {
        let record = try symbol(name, .record, in: file)
        try execute("INSERT INTO record VALUES (?, ?, 64, 0, 1)", [record, sizeBits])
        return record
    }

    @discardableResult
    func field(
        _ name: String,
        of record: Int64,
        at position: Int,
        offsetBits: Int = 0,
        sizeBits: Int = 64,
        target: Int64? = nil,
        pointers: Int = 0
    ) throws -> Int64 {
        let field = try symbol(name, .field, in: "a.h")
        try execute(
            "INSERT INTO field VALUES (?, ?, ?, 0, 'T', ?, ?, 0, ?, ?, NULL, 1)",
            [field, record, position, offsetBits, sizeBits, target, pointers]
        )
        return field
    }

    func dispatch(_ caller: Int64, _ field: Int64, _ receiver: String, line: Int = 1) throws {
        try execute(
            "INSERT INTO dispatch VALUES (?, ?, ?, 0, 0, 0, ?, ?, 5, 1)",
            [caller, field, receiver, try file("a.c"), line]
        )
    }

    func register(_ field: Int64, _ function: Int64, object: Int64?, line: Int = 1) throws {
        try execute(
            "INSERT INTO registration VALUES (?, ?, ?, 'initializer', 0, 0, 0, ?, ?, 5, 1)",
            [field, function, object, try file("a.c"), line]
        )
    }

    func refer(to symbol: Int64, role: String, within: Int64?, line: Int) throws {
        let uses = try queue.read {
            try Data.fetchOne($0, sql: "SELECT uses FROM reference WHERE symbol = ?", arguments: [symbol]) ?? Data()
        }
        var writer = UseList.Writer()
        for use in try UseList.decoded(Array(uses)) {
            writer.append(
                file: use.file,
                line: use.line,
                column: use.column,
                role: use.role.number,
                within: use.within
            )
        }
        let role = ReferenceRole(rawValue: role)!.number
        writer.append(file: try file("a.c"), line: line, column: 5, role: role, within: within)
        try execute("INSERT OR REPLACE INTO reference VALUES (?, 1, ?)", [symbol, Data(writer.bytes)])
    }

    func define(systemCall name: String, body: Int64, arguments: Int = 0, line: Int = 1) throws {
        try execute(
            "INSERT INTO syscall_definition VALUES (?, ?, 0, ?, ?, ?, 1)",
            [name, body, arguments, try file("a.c"), line]
        )
    }

    func enter(systemCall name: String, number: Int, entry: String, abi: String = "common") throws {
        let file = try file("t.tbl")
        try execute("INSERT INTO syscall_entry VALUES (?, ?, ?, ?, 1, ?)", [number, abi, name, entry, file])
    }

    /// Runs any statement.
    func execute(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?] = []) throws {
        try queue.write { try $0.execute(sql: sql, arguments: StatementArguments(arguments)) }
    }

    private func file(_ path: String) throws -> Int64 {
        if let known = files[path] { return known }
        let identifier = Int64(files.count + 1)
        try execute("INSERT INTO file VALUES (?, ?, x'00', NULL)", [identifier, path])
        files[path] = identifier
        return identifier
    }
}

extension HandmadeIndex {
    /// The way from `clone` to the pids controller, in names: a system call, direct calls, one call through a field
    /// that two controllers have registered, and a structure.
    static func forkPath() throws -> HandmadeIndex {
        let index = try HandmadeIndex()
        let body = try index.function("__do_sys_clone", in: "fork.c", lines: 2897...2920, isStatic: true)
        let wrapper = try index.function("__se_sys_clone", in: "fork.c", lines: 2897...2897, isStatic: true)
        let kernelClone = try index.function("kernel_clone", in: "fork.c", lines: 2636...2700)
        let copyProcess = try index.function("copy_process", in: "fork.c", lines: 1992...2560, isStatic: true)
        let canFork = try index.function("cgroup_can_fork", in: "cgroup.c", lines: 6588...6615)
        let pids = try index.function("pids_can_fork", in: "pids.c", lines: 238...257, isStatic: true)
        let cpuset = try index.function("cpuset_can_fork", in: "cpuset.c", lines: 3164...3190, isStatic: true)
        let subsystem = try index.record("cgroup_subsys", sizeBits: 256)
        try index.field("name", of: subsystem, at: 0)
        let field = try index.field("can_fork", of: subsystem, at: 1, offsetBits: 128)
        let pidsObject = try index.symbol("pids_cgrp_subsys", .variable, in: "pids.c")
        let cpusetObject = try index.symbol("cpuset_cgrp_subsys", .variable, in: "cpuset.c")
        try index.call(wrapper, body, line: 2897)
        try index.call(body, kernelClone, line: 2915)
        try index.call(kernelClone, copyProcess, line: 2673)
        try index.call(copyProcess, canFork, line: 2467)
        try index.dispatch(canFork, field, "ss->can_fork", line: 6598)
        try index.register(field, pids, object: pidsObject, line: 381)
        try index.register(field, cpuset, object: cpusetObject, line: 269)
        try index.refer(to: field, role: "read", within: canFork, line: 6598)
        try index.define(systemCall: "clone", body: body, arguments: 5, line: 2897)
        try index.enter(systemCall: "clone", number: 56, entry: "sys_clone")
        try index.enter(systemCall: "read", number: 0, entry: "sys_read")
        return index
    }
}
