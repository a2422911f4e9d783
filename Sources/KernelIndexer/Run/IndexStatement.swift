import Foundation
import KernelABI
import KernelIndex

/// What an index says about itself, and the table of system calls that the tree lists.
struct IndexStatement {
    let request: IndexRequest
    let paths: TreePaths

    init(_ request: IndexRequest, _ paths: TreePaths) {
        self.request = request
        self.paths = paths
    }

    func write(_ writer: IndexWriter) throws {
        for (key, value) in request.labels.sorted(by: { $0.key < $1.key }) { try writer.set(key, to: value) }
        try set(writer, .schemaVersion, String(Schema.version))
        try set(writer, .kernelVersion, request.kernelVersion.description)
        try set(writer, .sourceRoot, paths.sourceRoot)
        if let buildRoot = paths.buildRoot { try set(writer, .buildRoot, buildRoot) }
        try set(writer, .indexedAt, String(Int(Date().timeIntervalSince1970)))
        try writeSystemCalls(writer)
    }

    private func set(_ writer: IndexWriter, _ key: MetaKey, _ value: String) throws {
        try writer.set(key.rawValue, to: value)
    }

    /// The table of x86-64; a tree without one, which is no kernel's or another architecture's, has no entries.
    private func writeSystemCalls(_ writer: IndexWriter) throws {
        let name = "arch/x86/entry/syscalls/syscall_64.tbl"
        guard let content = try? Data(contentsOf: URL(filePath: "\(paths.sourceRoot)/\(name)")) else {
            try writer.setSystemCallEntries([], file: nil)
            return
        }
        let entries = SystemCallTable.entries(in: String(decoding: content, as: UTF8.self))
        try writer.setSystemCallEntries(entries, file: (name, Digest.of(content)))
    }
}
