import Testing

@testable import KernelTree

@Suite struct CapturedCommandsTests {
    private func sample(watching path: String) -> CapturedCommands {
        CapturedCommands(
            commands: [
                CompileCommand(directory: "/b", file: "/s/a.c", arguments: ["cc", "-DN=\"x y\"", "", "a.c"]),
                CompileCommand(directory: "/b", file: "/s/b.c", arguments: ["cc", "b.c"]),
            ],
            notBuilt: ["kernel/cgroup/debug.c"],
            problems: [],
            compiler: "clang version 19",
            watched: FileStamp(of: path).map { [path: $0] } ?? [:]
        )
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let commands = sample(watching: try folder.write("a", to: "Makefile"))
        #expect(CapturedCommands(encoded: commands.encoded) == commands)
    }

    @Test func noPrefixOfAFileIsTakenForTheWhole() throws {
        let folder = try TemporaryFolder()
        let bytes = sample(watching: try folder.write("a", to: "Makefile")).encoded
        for length in 0..<bytes.count {
            #expect(CapturedCommands(encoded: Array(bytes.prefix(length))) == nil)
        }
        #expect(CapturedCommands(encoded: bytes + [48, 0]) == nil)
    }

    @Test func commandsAreOutOfDateWhenAMakefileChanged() throws {
        let folder = try TemporaryFolder()
        let commands = sample(watching: try folder.write("obj-y += a.o\n", to: "Makefile"))
        #expect(commands.isCurrent)
        try folder.write("obj-y += a.o b.o\n", to: "Makefile")
        #expect(!commands.isCurrent)
    }
}
