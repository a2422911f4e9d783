import Failure
import Foundation
import KernelABI
import Scenario
import ScenarioYAML
import Simulation
import Testing

/// The scenarios in `models/` and the schema beside them.
struct ModelFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "models")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    private static func file(_ name: String) throws -> ScenarioFile {
        try ScenarioFile(path: folder.appending(path: name).path)
    }

    @Test func theModelsThatTheReadmeNamesAreThere() {
        for name in ["fork-bomb", "nested-limits", "race", "rlimit-nproc", "uts-isolation"] {
            #expect(Self.names.contains("\(name).yaml"))
        }
    }

    @Test(arguments: names)
    func comesOutAsItSays(_ name: String) throws {
        let file = try Self.file(name)
        #expect(file.program.name + ".yaml" == name)
        #expect(file.about != nil)
        #expect(!file.expectations.isEmpty)
        // What is this large is the same everywhere, and takes its time in a debug build.
        let isLarge = ["million.yaml", "ceiling.yaml", "all-limits.yaml"].contains(name)
        let versions = [KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(6, 18), KernelVersion(7, 3)]
        for version in isLarge ? Array(versions.prefix(1)) : versions {
            for hierarchy in isLarge ? [Platform.Hierarchy.v1] : [.v1, .v2]
            where file.program.hierarchy ?? hierarchy == hierarchy {
                let platform = Platform(version: version, hierarchy: hierarchy)
                let evidence = try Simulator.predict(file.program, on: platform, detail: .rounds).evidence
                for expectation in file.expectations {
                    let finding = expectation.finding(in: evidence)
                    #expect(finding.result == .met, "\(finding.subject): \(finding.found)")
                }
            }
        }
    }

    @Test func aWrongExpectationIsFound() throws {
        let text = """
            kernaut: 1
            name: wrong
            cgroups: {/box: {pids.max: 1}}
            tasks: {a: {cgroup: /box}}
            steps:
              - fork: {task: a, as: b, expect: ok}
              - bomb: {task: a, rounds: 2, expect: {made: 0, refused: 3}}
            expect: {living: 2, cgroups: {/box: {pids.peak: 1, pids.events: 3}}}
            """
        let file = try ScenarioFile(text: text, path: "wrong.yaml")
        let old = Platform(version: KernelVersion(5, 10), hierarchy: .v1)
        let evidence = Evidence(try Simulator.predict(file.program, on: old).trace)
        let findings = file.expectations.map { $0.finding(in: evidence) }
        #expect(findings.map(\.result) == [.unmet, .unmet, .unmet, .absent, .met])
        #expect(findings[0].found == "EAGAIN")
        #expect(findings[1].found == "0 made, 2 refused")
    }

    @Test func everyStepIsReadAsItStands() throws {
        let text = """
            kernaut: 1
            name: all
            hierarchy: v1
            tasks: {a: {user: alice, nproc: unlimited}, b: }
            steps:
              - clone: {task: a, flags: [CLONE_NEWUTS, CLONE_NEWPID], as: c}
              - clone: {task: a, flags: CLONE_NEWUTS|CLONE_FS, as: d}
              - exit: {task: c, status: 7}
              - wait: {task: a}
              - wait: {task: a, for: c}
              - unshare: {task: b, flags: 0}
              - sethostname: {task: b, name: ""}
              - setrlimit: {task: b, soft: 3, hard: unlimited}
              - write: {cgroup: /, pids.max: 0x10}
              - bomb: {task: b, rounds: 1}
              - attach: {task: b.1, cgroup: /}
              - setns: {task: a, of: b, flags: CLONE_NEWUTS}
              - namespace: {task: a, kind: uts}
              - setdomainname: {task: a, name: x}
              - uname: {task: a, member: domainname, expect: x}
              - getppid: {task: a, expect: harness}
              - signal: {task: a, to: b, signal: 0}
              - setuid: {task: a, user: root}
              - read: {cgroup: /, file: pids.max, expect: max}
              - race: {tasks: [a, b], expect: {made: 3}}
              - kill: {task: b}
              - sysctl: {task: a, name: user.max_uts_namespaces, value: 3, expect: EACCES}
              - sysctl: {name: user.max_pid_namespaces, value: 0}
              - getpid: {task: a, expect: [17, 2]}
              - getpid: {task: a, expect: 2}
              - open: {task: a, of: b, namespace: pid_for_children, as: door}
              - open: {task: a, of: b, as: handle}
              - open: {task: a, as: root}
              - setns: {task: a, file: door}
              - setns: {task: a, file: handle, flags: CLONE_NEWUTS, expect: ESRCH}
              - close: {task: a, file: root}
              - namespace: {task: a, kind: pid_for_children, expect: 2}
            """
        let file = try ScenarioFile(text: text, path: "all.yaml")
        let a = try #require(TaskName("a"))
        let b = try #require(TaskName("b"))
        let c = try #require(TaskName("c"))
        let d = try #require(TaskName("d"))
        let door = try #require(FileName("door"))
        let handle = try #require(FileName("handle"))
        let root = try #require(FileName("root"))
        #expect(file.program.world.tasks[0] == TaskSetup(name: a, user: .named("alice"), nproc: .max))
        #expect(
            file.program.steps.map(\.action) == [
                .clone(a, flags: [.CLONE_NEWUTS, .CLONE_NEWPID], child: c),
                .clone(a, flags: [.CLONE_NEWUTS, .CLONE_FS], child: d), .exit(c, status: 7), .wait(a, child: nil),
                .wait(a, child: c), .unshare(b, flags: []), .sethostname(b, name: ""),
                .setrlimitNproc(b, soft: 3, hard: .max), .write(.root, file: "pids.max", text: "0x10"),
                .bomb(b, rounds: 1), .attach(b.child(1), to: .root),
                .setns(a, of: b, flags: .CLONE_NEWUTS), .namespace(a, .uts), .setdomainname(a, name: "x"),
                .uname(a, member: .domainname), .getppid(a), .signal(a, to: b, signal: .none), .setuid(a, .root),
                .read(.root, file: "pids.max"), .race([a, b]), .kill(b),
                .sysctl(a, .maxNamespaces(.uts), 3), .sysctl(nil, .maxNamespaces(.pid), 0), .getpid(a), .getpid(a),
                .open(a, .namespace(of: b, .pidForChildren), as: door), .open(a, .pidfd(of: b), as: handle),
                .open(a, .root, as: root), .setnsFile(a, door, flags: []),
                .setnsFile(a, handle, flags: .CLONE_NEWUTS), .close(a, root), .namespace(a, .pidForChildren),
            ]
        )
        #expect(file.program.hierarchy == .v1)
        #expect(
            file.expectations.suffix(9) == [
                .outcome(step: 14, .text("x")), .outcome(step: 15, .process(nil)), .outcome(step: 18, .text("max\n")),
                .forks(step: 19, made: 3, refused: nil), .outcome(step: 21, .failed(.EACCES)),
                .outcome(step: 23, .pids([17, 2])), .outcome(step: 24, .pids([2])),
                .outcome(step: 29, .failed(.ESRCH)), .outcome(step: 31, .namespace(2)),
            ]
        )
        #expect(file.place(ofStep: 0) == "all.yaml:6")
        #expect(file.place(ofStep: 20) == "all.yaml:26")
        #expect(file.place(ofStep: nil) == "all.yaml")
    }

    @Test func filesOfProcessesAreReadAndWritten() throws {
        let text = """
            kernaut: 1
            name: files
            tasks: {a: , b: }
            steps:
              - read-process: {task: a, file: cgroup, expect: world/box}
              - read-process: {task: a, of: b, file: timens_offsets, expect: "monotonic 1\\n"}
              - read-process: {task: a, of: b, file: cgroup, expect: ENOENT}
              - write-process: {task: a, timens_offsets: "1 2 3\\n7 4 5", expect: EPERM}
              - write-process:
                  task: a
                  of: b
                  timens_offsets: |
                    monotonic 1 0
                    boottime 2 0
            """
        let file = try ScenarioFile(text: text, path: "files.yaml")
        let a = try #require(TaskName("a"))
        let b = try #require(TaskName("b"))
        #expect(
            file.program.steps.map(\.action) == [
                .readProcess(a, of: a, .cgroup), .readProcess(a, of: b, .timensOffsets),
                .readProcess(a, of: b, .cgroup),
                .writeTimensOffsets(a, of: a, text: "1 2 3\n7 4 5"),
                .writeTimensOffsets(a, of: b, text: "monotonic 1 0\nboottime 2 0"),
            ]
        )
        #expect(
            file.expectations == [
                .outcome(step: 0, .text("world/box")), .outcome(step: 1, .text("monotonic 1\n")),
                .outcome(step: 2, .failed(.ENOENT)), .outcome(step: 3, .failed(.EPERM)),
            ]
        )
    }

    @Test func whatHappensConcurrentlyIsTakenInTheOrderOfTheFile() throws {
        let text = """
            kernaut: 1
            name: at-once
            tasks: {a: , b: }
            steps:
              - fork: {task: a, as: c}
              - concurrently:
                  - fork: {task: a, as: d, expect: ok}
                  - attach: {task: b, cgroup: /}
              - kill: {task: b}
            """
        let file = try ScenarioFile(text: text, path: "at-once.yaml")
        #expect(file.program.steps.count == 4)
        #expect(file.concurrent == [1..<3])
        #expect(file.expectations == [.outcome(step: 1, .success)])
        #expect(file.place(ofStep: 2) == "at-once.yaml:8")
    }

    @Test(arguments: [
        "concurrently: []", "concurrently: {fork: {task: a, as: b}}", "concurrently: [{fork: {task: a, as: b}}]",
        "concurrently: [{fork: {task: a, as: b}}, {concurrently: [{kill: {task: a}}, {kill: {task: b}}]}]",
        "concurrent: [{fork: {task: a, as: b}}, {kill: {task: a}}]",
    ])
    func whatIsNoListOfConcurrentStepsIsBadInput(_ step: String) {
        #expect(throws: Failure.self) {
            try ScenarioFile(text: "kernaut: 1\nname: x\ntasks: {a: }\nsteps:\n  - \(step)\n", path: "x.yaml")
        }
    }

    @Test func theSchemaHasTheParsersKeys() throws {
        let data = try Data(contentsOf: Self.folder.appending(path: "scenario.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
        func expect(_ object: [String: Any]?, _ form: Grammar.Form, _ what: String) throws {
            let object = try #require(object, "\(what)")
            let properties = try #require(object["properties"] as? [String: Any])
            #expect(Set(properties.keys) == Set(form.keys), "\(what)")
            #expect(Set(object["required"] as? [String] ?? []) == Set(form.required), "\(what)")
            #expect(object["additionalProperties"] as? Bool == false, "\(what)")
        }
        try expect(schema, Grammar.file, "file")
        try expect(definitions["cgroup"], Grammar.cgroup, "cgroup")
        try expect(definitions["task"], Grammar.task, "task")
        try expect(definitions["final"], Grammar.final, "final")
        try expect(definitions["counters"], Grammar.counters, "counters")
        try expect(definitions["forks"], Grammar.forks, "forks")
        let concurrent = Grammar.concurrently
        let group = try #require(definitions["concurrent_steps"])
        #expect(group["required"] as? [String] == [concurrent])
        #expect((group["properties"] as? [String: Any])?.keys.sorted() == [concurrent])
        let steps = try #require(definitions["step"]?["properties"] as? [String: [String: Any]])
        #expect(Set(steps.keys) == Set(Grammar.steps.keys))
        for (name, form) in Grammar.steps { try expect(steps[name], form, name) }
    }
}
