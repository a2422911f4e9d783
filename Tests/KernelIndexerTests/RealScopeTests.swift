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
        let scope = try await RealScope()
        let shared = try scope.index("shared.sqlite") { $0.jobs = 2 }
        #expect(shared.summary.failed == [])
        #expect(shared.summary.prefixProblems == [])
        // Most units must be on the prefix, or the comparison shows nothing.
        #expect(shared.summary.onPrefix * 10 >= shared.summary.parsed.count * 8)
        let plain = try scope.index("plain.sqlite") { $0.usesPrefix = false }
        let alone = try scope.index("alone.sqlite") { $0.jobs = 1 }
        let facts = FactDump.withoutPrefix(shared.facts)
        #expect(facts.count > 200_000)
        #expect(facts.subtracting(plain.facts).sorted().prefix(20) == [])
        #expect(plain.facts.subtracting(facts).sorted().prefix(20) == [])
        #expect(alone.facts == shared.facts)
    }

    @Test func theArticlesFactsAreThere() async throws {
        let scope = try await RealScope()
        let (summary, facts) = try scope.index("facts.sqlite") { $0.jobs = 2 }
        let can = facts.filter { $0.hasPrefix("registration 'd:cgroup_subsys.can_fork' ") }
        #expect(
            can.contains { $0.contains("'f:pids_can_fork@kernel/cgroup/pids.c' 'v:pids_cgrp_subsys' 'initializer'") }
        )
        let dispatches = facts.filter {
            $0.hasPrefix("dispatch 'f:cgroup_can_fork' 'd:cgroup_subsys.can_fork' 'ss->can_fork'")
        }
        #expect(dispatches.count == 1)
        #expect(facts.contains { $0.hasPrefix("call 'f:copy_process@kernel/fork.c' 'f:cgroup_can_fork'") })
        #expect(facts.contains { $0.hasPrefix("syscall_definition 'clone3' 'f:__do_sys_clone3@kernel/fork.c' 0 2 ") })
        #expect(facts.contains { $0.hasPrefix("syscall_entry 56 'common' 'clone' 'sys_clone' ") })
        // Embedded at offset 0, six names of 65 bytes.
        #expect(
            facts.contains(
                "field 'd:uts_namespace.name' 's:uts_namespace' 0 0 'struct new_utsname' 0 3120 0 's:new_utsname' 0 NULL"
            )
        )
        #expect(summary.failed == [])
        let again = try scope.index("facts.sqlite") { $0.jobs = 2 }
        #expect(again.summary.parsed == [] && again.summary.reused == summary.parsed.count)
    }
}

/// The prepared kernel of the cache, indexed beside it.
final class RealScope {
    private let kernel: PreparedKernel
    private let folder: URL

    static var mayRun: Bool {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        guard let home = try? KernautHome.current() else { return false }
        return KernelRecord.find("6.1", home: home) != nil
    }

    init() async throws {
        kernel = try await PreparedKernel.prepare(.reference("6.1"), scope: .named("fork"), home: .current())
        folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func index(
        _ name: String,
        _ change: (inout IndexRequest) -> Void
    ) throws -> (summary: IndexSummary, facts: Set<String>) {
        var request = IndexRequest(
            sourceRoot: kernel.tree.sourceRoot,
            buildRoot: kernel.tree.buildRoot,
            commands: kernel.commands,
            kernelVersion: kernel.tree.version,
            database: folder.appending(path: name).path,
            worker: TestTree.worker
        )
        change(&request)
        let summary = try Indexer.run(request)
        return (summary, try FactDump.facts(of: request.database))
    }
}
