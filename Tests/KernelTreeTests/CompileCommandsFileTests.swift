import Failure
import Foundation
import KernelABI
import Testing

@testable import KernelTree

@Suite struct CompileCommandsFileTests {
    private func parse(_ text: String) throws -> [CompileCommand] {
        try CompileCommandsFile.parse(Data(text.utf8), path: "cc.json")
    }

    @Test func bothFormsGiveTheSameCommand() throws {
        let command = #"[{"directory": "/b", "file": "../s/a.c", "command": "cc -DN='\"x y\"' -c ../s/a.c"}]"#
        let arguments =
            #"[{"directory": "/b", "file": "/s/a.c", "arguments": ["cc", "-DN=\"x y\"", "-c", "../s/a.c"]}]"#
        let expected = CompileCommand(
            directory: "/b",
            file: "/s/a.c",
            arguments: ["cc", "-DN=\"x y\"", "-c", "../s/a.c"]
        )
        #expect(try parse(command) == [expected])
        #expect(try parse(arguments) == [expected])
    }

    @Test(arguments: [
        ("", "not JSON"), ("{", "not JSON"), ("null", "the whole"), ("{}", "the whole"), ("[]", "no command"),
        ("[1]", "entry 1"),
        (#"[{"directory": "/b", "file": "a.c", "command": "cc a.c"}"#, "not JSON"),
        (#"[{"directory": "/b", "file": "a.c"}]"#, "entry 1: it has neither"),
        (#"[{"file": "a.c", "command": "cc a.c"}]"#, "entry 1: 'directory' is missing"),
        (#"[{"directory": "b", "file": "a.c", "command": "cc a.c"}]"#, "absolute"),
        (#"[{"directory": "/b", "file": "", "command": "cc a.c"}]"#, "'file' is empty"),
        (#"[{"directory": "/b", "file": "a.c", "command": "cc 'a.c"}]"#, "not closed"),
        (#"[{"directory": "/b", "file": "a.c", "command": ""}]"#, "nothing to compile"),
        (#"[{"directory": "/b", "file": "a.c", "arguments": "cc a.c"}]"#, "entry 1, 'arguments'"),
        (#"[{"directory": "/b", "file": 7, "command": "cc a.c"}]"#, "entry 1, 'file'"),
        (String(repeating: "[", count: 100_000), "not JSON"),
    ])
    func whatIsNoListOfCommandsIsRefusedInOneLine(_ text: String, _ expected: String) {
        let failure = #expect(throws: Failure.self) { try parse(text) }
        #expect(failure?.status == .badInput)
        #expect(failure?.line.hasPrefix("cc.json: ") == true)
        #expect(failure?.line.contains(expected) == true, "\(failure?.line ?? "no failure")")
    }

    @Test func theScopePicksItsFilesAndNamesThoseWithoutACommand() throws {
        let folder = try TemporaryFolder()
        for name in ["kernel/fork.c", "kernel/cgroup/pids.c", "kernel/cgroup/debug.c", "mm/memory.c"] {
            try folder.write("", to: name)
        }
        let commands = ["mm/memory.c", "kernel/cgroup/pids.c", "kernel/fork.c"].map {
            CompileCommand(directory: "/b", file: "\(folder.path)/\($0)", arguments: ["cc", $0])
        }
        let selected = SelectedCommands(
            of: commands,
            patterns: ["kernel/fork.c", "kernel/cgroup/*.c", "kernel/gone.c"],
            source: folder.path
        )
        #expect(selected.commands.map { $0.arguments[1] } == ["kernel/cgroup/pids.c", "kernel/fork.c"])
        #expect(selected.notBuilt == ["kernel/cgroup/debug.c", "kernel/gone.c"])
    }

    @Test func aTreeWithItsOwnCommandsIsUsedAsItIs() async throws {
        let folder = try TemporaryFolder()
        try folder.write("VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION = -rc1\n", to: "tree/Makefile")
        try folder.write(
            #"[{"directory": "/build", "file": "\#(folder.path)/tree/kernel/fork.c", "command": "cc -c x"}]"#,
            to: "tree/compile_commands.json"
        )
        try folder.write(try KernelSource.reference(), to: "kernel-refs/linux-6.1.yaml")
        let home = KernautHome(cache: folder.path + "/cache", share: folder.path)
        let tree = folder.path + "/tree"

        let prepared = try await PreparedKernel.prepare(.tree(tree, config: nil), scope: .named("fork"), home: home)
        #expect(prepared.tree.version == KernelVersion(6, 12, 3))
        #expect(prepared.tree.buildRoot == "/build")
        #expect(prepared.commands.map(\.file) == [tree + "/kernel/fork.c"])
        #expect(prepared.notBuilt.contains("kernel/exit.c"))

        let failure = await #expect(throws: Failure.self) {
            _ = try await PreparedKernel.prepare(.tree(tree, config: "/c"), scope: .all, home: home)
        }
        #expect(failure?.status == .usage)
    }
}
