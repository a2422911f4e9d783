import Foundation
import Testing

@testable import KernelTree

@Suite(.enabled(if: KernelSource.isThere, "kernel 6.1 is not in the cache; 'kernaut kernel fetch 6.1' gets it"))
struct RealKernelTests {
    private let home: KernautHome
    private let reference: KernelRef
    private let source: String

    init() throws {
        home = try KernautHome.current()
        reference = try KernelRef.named("6.1", home: home)
        source = try #require(KernelSource.record).sourcePath(home: home)
    }

    @Test func everyFileThatTheArticleMeansIsThere() {
        for file in reference.articleFiles { #expect(Path.exists(source + "/" + file.file), "\(file.file)") }
    }

    @Test func everyFileOfTheForkScopeIsThere() {
        let files = SourcePatterns.files(reference.scopes["fork"] ?? [], in: source)
        for file in files { #expect(Path.exists(source + "/" + file), "\(file)") }
    }

    /// `ops cgroup_subsys.can_fork` can list every registration only when every one has been indexed.
    @Test func everyDefinitionOfACgroupSubsystemIsInTheForkScope() async throws {
        let pattern = "^struct cgroup_subsys [a-z_]*_cgrp_subsys = "
        let search = ["grep", "-rlE", "--include=*.c", pattern]
        let folders = ["kernel", "mm", "block", "net", "security", "fs", "drivers", "ipc"].map { source + "/" + $0 }
        let found = try await Program.run(search + folders).output.split(separator: "\n").map(String.init)
        #expect(found.count >= 15)

        let scope = Set(SourcePatterns.files(reference.scopes["fork"] ?? [], in: source).map { source + "/" + $0 })
        for file in found where !scope.contains(file) {
            // Some files are no units of their own: another one includes them.
            let include = "^# *include \"\(Path.name(file))\""
            let includers = try await Program.run(["grep", "-rlE", include, Path.parent(file)]).output
            let includer = includers.split(separator: "\n").first { scope.contains(String($0)) }
            #expect(includer != nil, "\(file)")
        }
    }

    @Test func theForkScopeIsCapturedAsKbuildCompilesIt() async throws {
        let prepared = try await PreparedKernel.prepare(.reference("6.1"), scope: .named("fork"), home: home)
        #expect(prepared.problems.isEmpty)
        #expect(prepared.notBuilt == ["kernel/cgroup/debug.c"])
        let fork = try #require(prepared.commands.first { $0.file == source + "/kernel/fork.c" })
        #expect(fork.directory == prepared.tree.buildRoot)
        #expect(fork.arguments.contains("-D__KERNEL__"))
        #expect(fork.arguments.contains("-DKBUILD_BASENAME=\"fork\""))
        #expect(fork.arguments.suffix(4) == ["-c", "-o", "kernel/fork.o", source + "/kernel/fork.c"])
        #expect(Path.exists(prepared.tree.buildRoot + "/include/generated/asm-offsets.h"))

        // Nothing of a build is in the source tree.
        for name in [".config", "include/generated", "include/config", "arch/x86/include/generated"] {
            #expect(!Path.exists(source + "/" + name), "\(name)")
        }
        let again = try await PreparedKernel.prepare(.reference("6.1"), scope: .named("fork"), home: home)
        #expect(again.isFromCache)
        #expect(again.commands == prepared.commands)
    }

    /// The recorded command is one that the compiler takes.
    @Test func aCapturedCommandCompiles() async throws {
        let prepared = try await PreparedKernel.prepare(.reference("6.1"), scope: .named("fork"), home: home)
        let command = try #require(prepared.commands.first { $0.file.hasSuffix("/kernel/utsname.c") })
        let kept = command.arguments.filter { !$0.hasPrefix("-Wp,-MMD") }
        let output = try #require(kept.firstIndex(of: "-o"))
        let arguments = kept[..<output] + kept[(output + 2)...] + ["-fsyntax-only"]
        let outcome = try await Program.run(Array(arguments), in: command.directory)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
