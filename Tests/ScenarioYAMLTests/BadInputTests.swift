import Failure
import Foundation
import ScenarioYAML
import Testing

/// A scenario that is none, the line where that shows, and what the message says about it.
struct BadScenario: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let line: Int?
    let says: String

    init(_ name: String, line: Int?, says: String, _ text: String) {
        self.name = name
        self.line = line
        self.says = says
        self.text = text
    }

    var testDescription: String { name }

    /// A scenario with two tasks, of which only the steps differ. The first step is in line 10.
    static func steps(_ name: String, line: Int, says: String, _ steps: String) -> BadScenario {
        let world = """
            kernaut: 1
            name: x
            cgroups:
              /box: {pids.max: 3}
              /box/app:
            tasks:
              a: {cgroup: /box/app}
              b: {}
            steps:

            """
        return BadScenario(name, line: line, says: says, world + steps)
    }

    static let documents: [BadScenario] = [
        BadScenario("empty", line: nil, says: "empty", ""),
        BadScenario("comments alone", line: nil, says: "empty", "# nothing\n"),
        BadScenario("a list", line: 1, says: "mapping", "- kernaut: 1\n"),
        BadScenario("a text", line: 1, says: "mapping", "kernaut\n"),
        BadScenario("another format", line: 1, says: "kernaut: 1", "services: {}\n"),
        BadScenario("another version", line: 1, says: "version 1", "kernaut: 2\nname: x\nsteps: []\n"),
        BadScenario("no YAML", line: 3, says: "no YAML", "kernaut: 1\nname: [\n"),
        BadScenario("a tab", line: 3, says: "no YAML", "kernaut: 1\ncgroups:\n\t/box: {}\n"),
        BadScenario("two documents", line: 2, says: "document", "kernaut: 1\n---\nkernaut: 1\n"),
        BadScenario("an anchor", line: 2, says: "anchors", "kernaut: 1\nname: &n x\nsteps: []\n"),
        BadScenario("an alias", line: 3, says: "anchors", "kernaut: 1\nname: &n x\nabout: *n\nsteps: []\n"),
        BadScenario(
            "an alias bomb as a key",
            line: 2,
            says: "anchors",
            "a: &a [x, x]\nb: &b [*a, *a, *a]\n? [*b, *b, *b]\n: 1\n"
        ),
        BadScenario("nested lists", line: 1, says: "nested", String(repeating: "- ", count: 90_000)),
        BadScenario("nested brackets", line: 2, says: "nested", "a: 1\nb: " + String(repeating: "[", count: 90_000)),
        BadScenario("a NUL byte", line: nil, says: "UTF-8", "kernaut: 1\0\n"),
        BadScenario("too large", line: nil, says: "larger", String(repeating: "# x\n", count: 300_000)),
        BadScenario("no steps", line: 1, says: "'steps'", "kernaut: 1\nname: x\n"),
        BadScenario("an unknown key", line: 3, says: "did you mean 'steps'", "kernaut: 1\nname: x\nstpes: []\n"),
        BadScenario("a key twice", line: 2, says: "twice", "kernaut: 1\nname: x\nname: y\nsteps: []\n"),
        BadScenario("a name with a space", line: 2, says: "name is", "kernaut: 1\nname: a b\nsteps: []\n"),
        BadScenario("steps as a mapping", line: 3, says: "list", "kernaut: 1\nname: x\nsteps: {fork: {task: a}}\n"),
        BadScenario(
            "a cgroup without its parent",
            line: 4,
            says: "/box is not listed",
            "kernaut: 1\nname: x\ncgroups:\n  /box/app: {}\nsteps: []\n"
        ),
        BadScenario(
            "a cgroup that is no path",
            line: 4,
            says: "no path",
            "kernaut: 1\nname: x\ncgroups:\n  box: {}\nsteps: []\n"
        ),
        BadScenario(
            "a negative limit",
            line: 4,
            says: "'-3'",
            "kernaut: 1\nname: x\ncgroups:\n  /box: {pids.max: -3}\nsteps: []\n"
        ),
        BadScenario(
            "a limit above all pids",
            line: 5,
            says: "4194304",
            "kernaut: 1\nname: x\ncgroups:\n  /box:\n    pids.max: 4194305\nsteps: []\n"
        ),
        BadScenario(
            "a limit in quotes",
            line: 4,
            says: "whole number",
            "kernaut: 1\nname: x\ncgroups:\n  /box: {pids.max: \"3\"}\nsteps: []\n"
        ),
        BadScenario(
            "an unknown key of a cgroup",
            line: 4,
            says: "did you mean 'pids.max'",
            "kernaut: 1\nname: x\ncgroups:\n  /box: {pid.max: 3}\nsteps: []\n"
        ),
        BadScenario(
            "a task in an unknown cgroup",
            line: 6,
            says: "did you mean /box",
            "kernaut: 1\nname: x\ncgroups:\n  /box:\ntasks:\n  a: {cgroup: /bok}\nsteps: []\n"
        ),
        BadScenario(
            "a limit of processes below zero",
            line: 4,
            says: "nproc is",
            "kernaut: 1\nname: x\ntasks:\n  a: {nproc: -1}\nsteps: []\n"
        ),
    ]

    static let stepsOfTwoTasks: [BadScenario] = [
        .steps(
            "a room for a process to write",
            line: 10,
            says: "not for this step",
            "  - sysctl: {task: a, name: kernel.pid_max, value: +3}\n"
        ),
        .steps(
            "a room among namespaces",
            line: 10,
            says: "not for this step",
            "  - sysctl: {name: user.max_uts_namespaces, value: \"+3\"}\n"
        ),
        .steps("a step of two keys", line: 10, says: "one key", "  - {fork: {task: a, as: c}, exit: {task: a}}"),
        .steps("an unknown step", line: 10, says: "did you mean 'fork'", "  - frok: {task: a, as: c}"),
        .steps("a step that is a text", line: 10, says: "mapping", "  - fork"),
        .steps("a step without its task", line: 10, says: "'task'", "  - fork: {as: c}"),
        .steps("an unknown task", line: 10, says: "no process is called z", "  - fork: {task: z, as: c}"),
        .steps("an unknown file", line: 10, says: "no file is called 'x'", "  - close: {task: a, file: x}"),
        .steps(
            "a file's name twice",
            line: 11,
            says: "a file called x already",
            "  - open: {task: a, as: x}\n  - open: {task: b, as: x}"
        ),
        .steps("setns to two", line: 10, says: "either 'of'", "  - setns: {task: a, flags: CLONE_NEWUTS}"),
        .steps(
            "a file that is not read",
            line: 10,
            says: "cgroup, timens_offsets",
            "  - read-process: {task: a, file: stat}"
        ),
        .steps(
            "offsets of nobody",
            line: 10,
            says: "no process",
            "  - write-process: {task: a, of: z, timens_offsets: 1 2 3}"
        ),
        .steps(
            "offsets without end",
            line: 10,
            says: "256 bytes",
            "  - write-process: {task: a, timens_offsets: \(String(repeating: "1", count: 257))}"
        ),
        .steps("setns without flags", line: 10, says: "needs 'flags'", "  - setns: {task: a, of: b}"),
        .steps("a namespace of nobody", line: 10, says: "needs 'of'", "  - open: {task: a, namespace: uts, as: x}"),
        .steps("a task that comes later", line: 10, says: "c", "  - exit: {task: c}\n  - fork: {task: a, as: c}"),
        .steps("a name that is taken", line: 10, says: "already", "  - fork: {task: a, as: b}"),
        .steps("a step by a dead task", line: 11, says: "line 10", "  - exit: {task: a}\n  - fork: {task: a, as: c}"),
        .steps("a step by a killed task", line: 11, says: "line 10", "  - kill: {task: b}\n  - uname: {task: b}"),
        .steps("rounds in words", line: 10, says: "'six'", "  - bomb: {task: a, rounds: six}"),
        .steps("no rounds", line: 10, says: "1 to 1000", "  - bomb: {task: a, rounds: 0}"),
        .steps("negative rounds", line: 10, says: "1 to 1000", "  - bomb: {task: a, rounds: -1}"),
        .steps("a number of 30 digits", line: 10, says: "1 to 1000", "  - bomb: {task: a, rounds: 1\("0000000000")}"),
        .steps("a status above a byte", line: 10, says: "0 to 255", "  - exit: {task: a, status: 256}"),
        .steps("an unknown flag", line: 10, says: "mean CLONE_NEWUTS", "  - unshare: {task: a, flags: CLONE_NEWUT}"),
        .steps("an unknown error", line: 10, says: "EAGAIN", "  - fork: {task: a, as: c, expect: EAGIAN}"),
        .steps("an unknown cgroup", line: 10, says: "no cgroup /boxes", "  - attach: {task: a, cgroup: /boxes}"),
        .steps("two forms of limits", line: 10, says: "either", "  - setrlimit: {task: a, nproc: 3, soft: 2}"),
        .steps("half a limit", line: 10, says: "either", "  - setrlimit: {task: a, soft: 2}"),
        .steps("a host name of two lines", line: 10, says: "control", "  - sethostname: {task: a, name: \"a\\nb\"}"),
        .steps(
            "an expectation of an unknown cgroup",
            line: 14,
            says: "did you mean /box",
            "  - uname: {task: a}\nexpect:\n  living: 2\n  cgroups:\n    /bx: {pids.current: 1}"
        ),
        .steps(
            "a counter below zero",
            line: 13,
            says: "pids.current is",
            "  - uname: {task: a}\nexpect:\n  cgroups:\n    /box: {pids.current: -1}"
        ),
    ]
}

struct BadInputTests {
    @Test(arguments: BadScenario.documents + BadScenario.stepsOfTwoTasks)
    func isRefusedAtItsLine(_ bad: BadScenario) throws {
        let failure = #expect(throws: Failure.self) { try ScenarioFile(text: bad.text, path: "x.yaml") }
        #expect(failure?.status == .badInput)
        #expect(failure?.place == bad.line.map { "x.yaml:\($0)" } ?? "x.yaml")
        #expect(failure?.line.contains(bad.says) == true, "\(failure?.line ?? "")")
    }

    @Test(arguments: ["kernaut: 1\n", "program \"x\"\n", ""])
    func whatIsTooLargeIsRefusedAndNotReadToItsEnd(_ beginning: String) throws {
        let text = beginning + String(repeating: "# nothing\n", count: 120_000)
        let failure = #expect(throws: Failure.self) { try ScenarioFile(text: text, path: "x") }
        #expect(failure?.status == .badInput)
        #expect(failure?.line == "x: the file is larger than 1048576 bytes")
        // It has no end.
        let endless = #expect(throws: Failure.self) { try ScenarioFile(path: "/dev/zero") }
        #expect(endless?.line == "/dev/zero: the file is larger than 1048576 bytes")
    }

    @Test func whatIsNoTextFileIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let binary = folder.appending(path: "binary.yaml")
        try Data((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 37) }).write(to: binary)
        for path in [folder.path, binary.path, folder.appending(path: "absent").path] {
            let failure = #expect(throws: Failure.self) { try ScenarioFile(path: path) }
            #expect(failure?.status == .badInput)
            #expect(failure?.place == path)
        }
    }
}
