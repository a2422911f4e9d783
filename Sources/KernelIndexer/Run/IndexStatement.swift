import ContentDigest
import Foundation
import KernelABI
import KernelIndex

/// What an index says about itself, and the table of system calls that the tree lists.
struct IndexStatement {
    private let request: IndexRequest
    private let plan: IndexPlan
    private let commandsDigest: String

    /// Under which key an index states ``IndexRequest/commandsDigest``.
    static let commandsKey = "commands_digest"

    init(_ request: IndexRequest, _ plan: IndexPlan, commandsDigest: String) {
        self.request = request
        self.plan = plan
        self.commandsDigest = commandsDigest
    }

    /// Whether an index says the same already, the time left out.
    func isStated(in snapshot: IndexSnapshot) -> Bool {
        guard statements.allSatisfy({ snapshot.meta[$0.key] == $0.value }) else { return false }
        let stored = snapshot.files.values.first { $0.path == IndexStatement.table }
        return stored?.digest == tableContent.map { ContentDigest(of: Array($0)).bytes }
    }

    /// Writes it.
    func write(_ writer: IndexWriter) throws {
        for (key, value) in statements.sorted(by: { $0.key < $1.key }) { try writer.set(key, to: value) }
        try writer.set(MetaKey.indexedAt.rawValue, to: String(Int(Date().timeIntervalSince1970)))
        // A tree without the table is no kernel's, or of another architecture: it has no entries.
        let content = tableContent
        let entries = content.map { SystemCallTable.entries(in: String(decoding: $0, as: UTF8.self)) } ?? []
        try writer.setSystemCallEntries(
            entries,
            file: content.map { (IndexStatement.table, ContentDigest(of: Array($0)).bytes) }
        )
    }

    private var statements: [String: String] {
        var statements = request.labels
        statements[MetaKey.schemaVersion.rawValue] = String(Schema.version)
        statements[MetaKey.kernelVersion.rawValue] = request.kernelVersion.description
        statements[MetaKey.sourceRoot.rawValue] = plan.paths.sourceRoot
        statements[MetaKey.buildRoot.rawValue] = plan.paths.buildRoot
        statements[IndexStatement.commandsKey] = commandsDigest
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let prefixes = try? encoder.encode(plan.prefixes)
        statements[IndexUpdate.prefixesKey] = prefixes.map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        return statements
    }

    private static let table = "arch/x86/entry/syscalls/syscall_64.tbl"

    private var tableContent: Data? {
        try? Data(contentsOf: URL(filePath: "\(plan.paths.sourceRoot)/\(IndexStatement.table)"))
    }
}
