import Foundation
import KernelIndexer
import KernelTree
import Testing

/// The scope `fork` of the real kernel, when it is in the cache.
@Suite(
    .enabled(if: RealScope.mayRun, "kernel 6.1 is not in the cache; 'kernaut kernel fetch 6.1' gets it"),
    .serialized
)
struct RealScopeTests {
    @Test func factsAreTheSameWithAndWithoutThePrefixAndWithAnyNumberOfWorkers() async throws {
        let scope = try await RealScope.shared.value
        let facts = FactDump.withoutPrefix(scope.facts)
        #expect(scope.summary.failed == [])
        #expect(scope.summary.prefixProblems == [])
        #expect(facts.count > 200_000)
        // Most units must be on the prefix, or the comparison shows nothing.
        #expect(scope.summary.onPrefix * 10 >= scope.summary.parsed.count * 8)
        let plain = try scope.index("plain.sqlite") { $0.usesPrefix = false }.facts
        #expect(facts.subtracting(plain).sorted().prefix(20) == [])
        #expect(plain.subtracting(facts).sorted().prefix(20) == [])
        let alone = try scope.index("alone.sqlite") { $0.jobs = 1 }.facts
        #expect(alone == scope.facts)
    }

    @Test func theArticlesFactsAreThere() async throws {
        let facts = try await RealScope.shared.value.facts
        func has(_ fact: String) -> Bool { facts.contains { $0.hasPrefix(fact) } }
        #expect(has("call 'f:copy_process@kernel/fork.c' 'f:cgroup_can_fork'"))
        #expect(has("dispatch 'f:cgroup_can_fork' 'd:cgroup_subsys.can_fork' 'ss->can_fork'"))
        #expect(
            has(
                "registration 'd:cgroup_subsys.can_fork' 'f:pids_can_fork@kernel/cgroup/pids.c' "
                    + "'v:pids_cgrp_subsys' 'initializer'"
            )
        )
        #expect(has("syscall_definition 'clone3' 'f:__do_sys_clone3@kernel/fork.c' 0 2 "))
        #expect(has("syscall_entry 56 'common' 'clone' 'sys_clone' "))
        // Embedded at offset 0, six names of 65 bytes.
        #expect(
            has(
                "field 'd:uts_namespace.name' 's:uts_namespace' 0 0 'struct new_utsname' 0 3120 0 's:new_utsname' 0 NULL"
            )
        )
    }

    @Test func nothingIsParsedTwice() async throws {
        let scope = try await RealScope.shared.value
        let again = try scope.index("shared.sqlite") { _ in }
        #expect(again.summary.parsed == [])
        #expect(again.summary.reused == scope.summary.parsed.count)
        #expect(again.facts == scope.facts)
    }
}

/// The prepared kernel of the cache, indexed beside it.
final class RealScope: Sendable {
    private let kernel: PreparedKernel
    private let folder: URL
    /// How the index `shared.sqlite` was made, and what is in it.
    let summary: IndexSummary
    let facts: Set<String>

    static let shared = Task { try await RealScope() }

    static var mayRun: Bool {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        guard let home = try? KernautHome.current() else { return false }
        return KernelRecord.find("6.1", home: home) != nil
    }

    private init() async throws {
        kernel = try await PreparedKernel.prepare(.reference("6.1"), scope: .named("fork"), home: .current())
        // One place for all runs: the next one writes over it.
        folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-real-scope")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        (summary, facts) = try RealScope.index(kernel, folder, "shared.sqlite") { _ in }
    }

    func index(
        _ name: String,
        _ change: (inout IndexRequest) -> Void
    ) throws -> (summary: IndexSummary, facts: Set<String>) {
        try RealScope.index(kernel, folder, name, change)
    }

    private static func index(
        _ kernel: PreparedKernel,
        _ folder: URL,
        _ name: String,
        _ change: (inout IndexRequest) -> Void
    ) throws -> (summary: IndexSummary, facts: Set<String>) {
        var request = IndexRequest(
            sourceRoot: kernel.tree.sourceRoot,
            buildRoot: kernel.tree.buildRoot,
            commands: kernel.commands,
            kernelVersion: kernel.tree.version,
            database: folder.appending(path: name).path,
            jobs: 2,
            worker: TestTree.worker
        )
        change(&request)
        let summary = try Indexer.run(request)
        return (summary, try FactDump.facts(of: request.database))
    }
}
