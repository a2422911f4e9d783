import Foundation
import Testing

/// What a user gets for wrong usage and bad input: one line and the documented code.
struct ExitCodeTests {
    @Test(arguments: [["no-such-command"], ["path", "clone"], ["callers", "x", "--depth", "0"], ["simulate"]])
    func wrongUsageIsOneLineAndCode64(arguments: [String]) throws {
        let run = try KernautProcess.run(arguments)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1, "\(run.errors)")
    }

    @Test func helpIsAPositiveAnswer() throws {
        let run = try KernautProcess.run("--help")
        #expect(run.status == 0)
        for verb in ["path", "simulate", "verify", "demo"] { #expect(run.output.contains(verb)) }
    }

    @Test func aMissingIndexNamesTheCommandThatBuildsIt() throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "kernaut-home-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: home) }
        let run = try KernautProcess.run("callers", "kernel_clone", environment: ["KERNAUT_HOME": home])
        #expect(run.status == 69)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.contains("kernaut index"))
    }

    @Test(arguments: [
        "", "[]", "just text", "kernaut: 1\nname: [", "kernaut: 1\nname: x\nunknown: 1\n", "kernaut: 99\nname: x\n",
        "\u{0}\u{1}\u{2}", "kernaut: 1\nname: x\ncgroups:\n  /a/b: {pids.max: 3}\n",
        "kernaut: 1\nname: x\ncgroups:\n  /a: {pids.max: -1}\n",
        "kernaut: 1\nname: x\ncgroups:\n  /a: {pids.max: 99999999999}\n",
        "kernaut: 1\nname: x\ntasks:\n  t: {cgroup: /nowhere}\n",
        "kernaut: 1\nname: x\ntasks:\n  t: {}\nsteps:\n  - fork: {task: other}\n",
        "kernaut: 1\nname: x\ntasks:\n  t: {}\n  t: {}\n",
    ])
    func aBrokenScenarioIsOneLineAndCode65(text: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try KernautProcess.run("simulate", file.path)
        #expect(run.status == 65)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains(file.lastPathComponent))
    }

    @Test(arguments: ["", "claims: []", "claims:\n  - id: D1\n    parts: [\n", "\u{0}\u{1}", "claims: {a: *b}\n"])
    func aBrokenFileOfStatementsIsOneLineAndCode65(text: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try KernautProcess.run("claims", "--file", file.path)
        #expect(run.status == 65)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.contains(file.lastPathComponent))
    }

    @Test func aScenarioThatIsNotThereIsOneLineAndCode65() throws {
        let run = try KernautProcess.run("simulate", "/no/such/file.yaml")
        #expect(run.status == 65)
        #expect(run.errorLines.count == 1)
    }
}
