import ArgumentParser
import Failure
import KernelABI
import KernelIndexer
import KernelTree
import Report

/// `kernaut index`
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Index a kernel's source with libclang.",
        discussion: """
            A kernel that is not in the cache is fetched first. Files that did not change are not parsed again, and an \
            interrupted run leaves the last good index. Exits with 1 where a file has errors; it is named, and the rest \
            is indexed.
            JSON: kernel, package, scope, index, units [parsed, reused, removed, on_prefix, failed [path, reason], \
            not_built], facts, seconds.
            """
    )

    @Option(help: ArgumentHelp("A kernel of kernel-refs/ (default: 6.1).", valueName: "version"))
    var kernel: String?

    @Option(help: ArgumentHelp("Any other source tree; its compile_commands.json is used as it is.", valueName: "dir"))
    var tree: String?

    @Option(help: ArgumentHelp("With --tree: the configuration to look at it in.", valueName: "file"))
    var config: String?

    @Option(help: "fork: the fork path, namespaces and control groups. all: everything that the configuration builds.")
    var scope = "fork"

    @Option(
        help: ArgumentHelp(
            "Index only the files of the scope that stand in this list, one path a line; goes with --output.",
            valueName: "list"
        )
    )
    var files: String?

    @Option(help: "How many workers run at once (default: one per processor).")
    var jobs: Int?

    @Option(help: ArgumentHelp("Where to write the index, instead of the cache.", valueName: "file"))
    var output: String?

    @Flag(help: "Parse everything again.")
    var fresh = false

    @Flag(help: "Do not share parsed headers between files. The facts are the same; it takes longer.")
    var noPrefix = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func validate() throws {
        if kernel != nil, tree != nil { throw ValidationError("--kernel and --tree exclude each other") }
        if config != nil, tree == nil { throw ValidationError("--config goes with --tree") }
        if files != nil, output == nil { throw ValidationError("--files goes with --output") }
        if let jobs { try require("--jobs", jobs, in: 1...512) }
    }

    func run() async throws {
        let progress = ProgressLines()
        let indexing = KernelIndexing(
            selection: tree.map { .tree($0, config: config) } ?? .reference(kernel ?? "6.1"),
            scope: scope == "all" ? .all : .named(scope),
            home: try KernautHome.current(),
            jobs: jobs,
            isFresh: fresh,
            usesPrefix: !noPrefix
        )
        var prepared = try await indexing.prepare(progress)
        if let files { try prepared.keep(onlyFilesIn: files) }
        let database = try output ?? indexing.database(of: prepared)
        let summary = try indexing.index(prepared, to: database, progress)
        let report = IndexingReport(prepared, summary, scope: indexing.scope.name, database: database)
        print(json ? report.json : report.text(OutputOptions.style))
        if !summary.failed.isEmpty { throw ExitCode(ExitStatus.negative.rawValue) }
    }
}
