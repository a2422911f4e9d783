import Foundation
import Subprocess
import Testing

@testable import KernelTree

/// kernaut-cc as Kbuild calls it, with a real compiler behind it.
@Suite struct RecorderTests {
    /// A folder in which the recorder runs, with an empty object for its answers.
    private struct Workshop {
        let folder: TemporaryFolder
        let environment: Environment

        init() async throws {
            folder = try TemporaryFolder()
            let clang = try Toolchain.newest(needsTypeInformation: false).clang
            let object = folder.path + "/empty.o"
            let made = try await Program.run([clang, "-x", "c", "-c", "/dev/null", "-o", object])
            try #require(made.status == 0, "\(made.errors)")
            environment = .inherit.updating(["KERNAUT_CC_COMPILER": clang, "KERNAUT_CC_OBJECT": object])
            try folder.write("", to: "include/linux/kconfig.h")
        }

        func compile(_ arguments: [String]) async throws -> Program.Outcome {
            let recorder = try KernautHome.program("kernaut-cc")
            return try await Program.run([recorder] + arguments, environment: environment, in: folder.path)
        }

        /// What Kbuild passes for an object of the kernel.
        func kernelArguments(_ object: String, _ source: String) -> [String] {
            let dependency = CompilationRecord.path(ofObject: object).dropLast("kernaut".count) + "d"
            return [
                "-Wp,-MMD,\(dependency)", "-include", "./include/linux/kconfig.h", "-DNAME=\"a b\"", "-c", "-o", object,
                source,
            ]
        }

        func command(_ object: String) -> CompileCommand? {
            CacheFiles.read(folder.path + "/" + CompilationRecord.path(ofObject: object))
                .flatMap(CompilationRecord.command)
        }

        func symbols(_ object: String) async throws -> String {
            try await Program.run(["nm", folder.path + "/" + object]).output
        }
    }

    @Test func aUnitIsRecordedAndAnsweredWithAnEmptyObject() async throws {
        let workshop = try await Workshop()
        try workshop.folder.write("int copied(void) { return 1; }\n", to: "kernel/fork.c")
        let arguments = workshop.kernelArguments("kernel/fork.o", "kernel/fork.c")

        let outcome = try await workshop.compile(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let command = try #require(workshop.command("kernel/fork.o"))
        #expect(command.directory == workshop.folder.path)
        #expect(command.file == workshop.folder.path + "/kernel/fork.c")
        #expect(Array(command.arguments.dropFirst()) == arguments)
        #expect(command.arguments[0].hasSuffix("/bin/clang"))
        #expect(try await !workshop.symbols("kernel/fork.o").contains("copied"))
        let dependencies = CacheFiles.read(workshop.folder.path + "/kernel/.fork.o.d") ?? []
        #expect(String(decoding: dependencies, as: UTF8.self) == "kernel/fork.o: kernel/fork.c\n")
    }

    @Test func aUnitThatDoesNotCompileIsRecordedAllTheSame() async throws {
        let workshop = try await Workshop()
        try workshop.folder.write("this is not C\n", to: "lib/a.c")
        #expect(try await workshop.compile(workshop.kernelArguments("lib/a.o", "lib/a.c")).status == 0)
        #expect(workshop.command("lib/a.o") != nil)
    }

    @Test func whatTheKernelLinksIntoItsHeadersIsCompiled() async throws {
        let workshop = try await Workshop()
        let object = "arch/x86/entry/vdso/vgetcpu.o"
        let source = try workshop.folder.write("int real(void) { return 1; }\n", to: "arch/x86/entry/vdso/vgetcpu.c")
        let outcome = try await workshop.compile(workshop.kernelArguments(object, source))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await workshop.symbols(object).contains("real"))
        #expect(workshop.command(object) != nil)
    }

    @Test func programsOfTheBuildAreCompiled() async throws {
        let workshop = try await Workshop()
        try workshop.folder.write("int real(void) { return 1; }\n", to: "usr/gen.c")
        let outcome = try await workshop.compile(["-Wp,-MMD,usr/.gen.o.d", "-c", "-o", "usr/gen.o", "usr/gen.c"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await workshop.symbols("usr/gen.o").contains("real"))
        #expect(workshop.command("usr/gen.o") == nil)
    }

    @Test func probesAndPreprocessingReachTheCompiler() async throws {
        let workshop = try await Workshop()
        try workshop.folder.write("VALUE\n", to: "a.c")
        let preprocessed = try await workshop.compile(["-E", "-P", "-DVALUE=42", "a.c"])
        #expect(preprocessed.output == "42\n")
        let refused = try await workshop.compile([
            "-Werror", "-fno-such-option", "-c", "-x", "c", "/dev/null", "-o", "t",
        ])
        #expect(refused.status != 0)
        #expect(try await workshop.compile(["--version"]).output.contains("clang"))
    }

    @Test func anObjectThatOnlyTriesTheCompilerIsNoUnit() async throws {
        let workshop = try await Workshop()
        try workshop.folder.write("int tried;\n", to: "lib/test.c")
        let arguments = [
            "-Wp,-MMD,lib/.test.log.d", "-include", "./include/linux/kconfig.h", "-c", "lib/test.c", "-o",
            "lib/test.log.o",
        ]
        #expect(try await workshop.compile(arguments).status == 0)
        #expect(workshop.command("lib/test.log.o") == nil)
    }

    @Test func aRecordThatWasCutIsNone() async throws {
        #expect(CompilationRecord.command(from: []) == nil)
        #expect(CompilationRecord.command(from: Array("/b\0a.o\0a.c\0cc\0-c\0a.".utf8)) == nil)
        #expect(CompilationRecord.command(from: Array("/b\0a.o\0a.c\0cc\0-c\0\0a.c\0".utf8))?.arguments.count == 4)
    }
}
