import Foundation
import Testing

@testable import KernelTree

@Suite struct SupervisorTests {
    @Test func theStatusOfTheCommandIsHandedOn() async throws {
        let log = try await Program.runSupervised(["sh", "-c", "echo out; echo err >&2; exit 7"])
        #expect(log.status == 7)
        #expect(Set(log.lines) == ["out", "err"])
    }

    @Test func aSignalIsHandedOnAsShellsDo() async throws {
        #expect(try await Program.runSupervised(["sh", "-c", "kill -SEGV $$"]).status == 128 + SIGSEGV)
    }

    @Test func aCommandThatDoesNotExistIsToldByItsStatus() async throws {
        #expect(try await Program.runSupervised(["/nonexistent/program"]).status == 127)
    }

    @Test(.enabled(if: geteuid() == 0, "only root's threads can be less nice than their process"))
    func theCommandIsAsNiceAsItsOwnerWhateverTheThreadIs() throws {
        let process = Process()
        process.executableURL = URL(filePath: try KernautHome.program("kernaut-cc"))
        process.arguments = ["--supervise", "nice"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        let thread = Thread {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
            try? process.run()
        }
        thread.start()
        let shown = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        withExtendedLifetime(input) { process.waitUntilExit() }
        #expect(shown == "\(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid())))\n")
    }

    /// The shell's stdin ends at once, as kernaut's end of it does when kernaut is killed.
    @Test func nothingIsLeftWhenItsOwnerIsGone() async throws {
        let supervisor = try KernautHome.program("kernaut-cc")
        let folder = try TemporaryFolder()
        let script = "sleep 1000 & echo $! > child; echo $$ > leader; sleep 1000"
        let outcome = try await Program.run(
            [
                "sh", "-c", "( while ! [ -s leader ]; do sleep 0.05; done ) | \"$0\" --supervise sh -c \"$1\"",
                supervisor,
                script,
            ],
            in: folder.path
        )
        #expect(outcome.status == 128 + SIGTERM)
        for name in ["child", "leader"] {
            let text = String(decoding: CacheFiles.read(folder.path + "/" + name) ?? [], as: UTF8.self)
            let process = try #require(Int32(text.trimming(\.isNewline)))
            #expect(kill(process, 0) != 0)
        }
    }
}
