import Foundation
import Testing

/// The questions of the article, put to the index of the real kernel source through the command line.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct RealKernelQueryTests {
    private func path(_ from: String, _ to: String) throws -> [[String: Any]] {
        let run = try KernautProcess.run("path", from, to, "--kernel", Machine.kernel, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let paths = try #require(try run.json()["paths"] as? [[String: Any]])
        return try #require(paths.first?["edges"] as? [[String: Any]])
    }

    private func chain(_ edges: [[String: Any]]) -> [String] {
        edges.compactMap { $0["to"] as? String }
    }

    @Test func controllersComeInTheOrderInWhichThisMachineListsThem() throws {
        let run = try KernautProcess.run("controllers", "--live", "--kernel", Machine.kernel, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let document = try run.json()
        let controllers = try #require(document["controllers"] as? [[String: Any]])
        let here = try String(contentsOfFile: "/proc/cgroups", encoding: .utf8).split(separator: "\n").dropFirst()
            .compactMap { $0.split(separator: "\t").first.map(String.init) }
        let names = controllers.compactMap { $0["legacyName"] as? String }
        #expect(names.contains("pids") && names.contains("blkio"))
        #expect(names.filter(here.contains) == here.filter(names.contains))
        let callbacks = try #require(document["callbacks"] as? [[String: Any]])
        let canFork = try #require(callbacks.first { $0["name"] as? String == "can_fork" })
        #expect((canFork["controllers"] as? [String])?.last == "pids")
    }

    @Test(arguments: ["clone", "clone3", "fork", "vfork"])
    func everyWayToMakeAProcessAsksThePidsController(call: String) throws {
        let edges = try path(call, "pids_can_fork")
        #expect(chain(edges) == ["kernel_clone", "copy_process", "cgroup_can_fork", "pids_can_fork"])
        for edge in edges {
            #expect((edge["file"] as? String)?.isEmpty == false)
            #expect((edge["line"] as? Int ?? 0) > 0)
        }
        #expect(edges.dropLast().allSatisfy { $0["evidence"] as? String == "direct" })
        let last = try #require(edges.last)
        #expect(last["evidence"] as? String == "ops")
        let dispatch = try #require(last["dispatch"] as? [String: Any])
        #expect(dispatch["field"] as? String == "cgroup_subsys.can_fork")
        #expect(dispatch["file"] as? String == "kernel/cgroup/cgroup.c")
        #expect((dispatch["receiver"] as? String)?.contains("can_fork") == true)
        let registration = try #require(last["registration"] as? [String: Any])
        #expect(registration["object"] as? String == "pids_cgrp_subsys")
        #expect(registration["file"] as? String == "kernel/cgroup/pids.c")
    }

    @Test func theChargeIsTriedBelowTheCallback() throws {
        #expect(try chain(path("clone3", "pids_try_charge")).suffix(2) == ["pids_can_fork", "pids_try_charge"])
    }

    @Test func unshareCopiesTheUtsNamespace() throws {
        let functions = try chain(path("unshare", "copy_utsname"))
        #expect(functions.contains("ksys_unshare"))
        #expect(functions.suffix(2) == ["create_new_namespaces", "copy_utsname"])
    }

    @Test func setnsInstallsThroughTheNamespacesOperations() throws {
        let last = try #require(try path("setns", "utsns_install").last)
        #expect(last["evidence"] as? String == "ops")
        #expect((last["dispatch"] as? [String: Any])?["field"] as? String == "proc_ns_operations.install")
        #expect((last["registration"] as? [String: Any])?["object"] as? String == "utsns_operations")
    }

    @Test func gethostnameCallsUtsnameAtOnce() throws {
        let edges = try path("gethostname", "utsname")
        #expect(chain(edges) == ["utsname"])
        #expect(edges.first?["evidence"] as? String == "direct")
    }

    @Test func noSuchFunctionIsOneLineAndANegativeAnswer() throws {
        let run = try KernautProcess.run("path", "clone", "no_such_function", "--kernel", Machine.kernel)
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1)
    }

    /// `pids_can_fork` itself may wake somebody who forks, as an index of everything knows.
    @Test func noPathIsOneLineAndANegativeAnswer() throws {
        let run = try KernautProcess.run("path", "pids_charge", "copy_process", "--kernel", Machine.kernel)
        #expect(run.status == 1)
        #expect(run.errorLines.count == 1)
    }

    /// The registrations of `can_fork` that stand in the tree's own text, found without libclang.
    @Test func everyRegistrationOfCanForkInTheSourceIsListed() throws {
        let run = try KernautProcess.run("ops", "cgroup_subsys.can_fork", "--kernel", Machine.kernel, "--json")
        #expect(run.status == 0)
        let fields = try #require(try run.json()["fields"] as? [[String: Any]])
        let field = try #require(fields.first)
        let registrations = try #require(field["registrations"] as? [[String: Any]])
        let listed = Set(registrations.compactMap { $0["function"] as? String })
        #expect(listed.isSuperset(of: ["pids_can_fork", "cpuset_can_fork"]))
        let dispatches = try #require(field["dispatches"] as? [[String: Any]])
        #expect(dispatches.contains { $0["function"] as? String == "cgroup_can_fork" })
    }

    @Test func utsNamespaceEmbedsItsName() throws {
        let run = try KernautProcess.run("struct", "uts_namespace", "--kernel", Machine.kernel, "--json")
        let records = try #require(try run.json()["records"] as? [[String: Any]])
        let members = try #require(records.first?["members"] as? [[String: Any]])
        let name = try #require(members.first { $0["name"] as? String == "name" })
        #expect(name["target"] as? String == "new_utsname")
        #expect(name["embedded"] as? Bool == true)
        #expect(name["pointers"] as? Int == 0)
        #expect(name["sizeBytes"] as? Int == 6 * 65)
        #expect(name["offsetBytes"] as? Int != nil)
    }

    @Test(arguments: ["find", "show", "refs", "callers", "callees", "syscall", "struct", "ops", "errno"])
    func anUnknownNameIsOneLineAndANegativeAnswer(command: String) throws {
        let run = try KernautProcess.run(command, "no_such_name_anywhere", "--kernel", Machine.kernel)
        #expect(run.status == 1)
        #expect(run.errorLines.count == 1)
    }

    @Test func aQueryDoesNotMapLibclang() throws {
        let process = Process()
        process.executableURL = KernautProcess.products.appending(path: "kernaut")
        process.environment = ["LD_TRACE_LOADED_OBJECTS": "1"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let libraries = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(libraries.contains("libc.so"))
        #expect(!libraries.contains("libclang"))
    }
}
