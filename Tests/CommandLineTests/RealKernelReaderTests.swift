import Foundation
import Testing

/// What readers of kernel code ask, put to the index of the real kernel source through the command line.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct RealKernelReaderTests {
    private func ask(_ arguments: String...) throws -> [String: Any] {
        let run = try KernautProcess.run(arguments + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try run.json()
    }

    @Test func setnsAndUnshareLeadToTheWriteOfNsproxy() throws {
        let document = try ask("struct", "task_struct.nsproxy", "--kernel", Machine.kernel)
        let members = try #require(document["members"] as? [[String: Any]])
        let writers = try #require(members.first?["writers"] as? [[String: Any]])
        let named = writers.compactMap { $0["within"] as? String }
        #expect(Set(named).isSuperset(of: ["copy_namespaces", "switch_task_namespaces", "init_task"]))
        let writer = try #require(writers.first { $0["within"] as? String == "switch_task_namespaces" })
        let calls = try #require(writer["systemCalls"] as? [[String: Any]])
        let reached = Set(calls.compactMap { $0["name"] as? String })
        #expect(reached.isSuperset(of: ["setns", "unshare", "exit_group"]))
        #expect(calls.first?["path"] as? [String] != nil)
        #expect(writer["truncated"] as? Bool != nil)
    }

    @Test func aShorterWalkIsCutAndSaysSo() throws {
        let run = try KernautProcess.run("struct", "task_struct.nsproxy", "--depth", "1", "--kernel", Machine.kernel)
        #expect(run.status == 0)
        #expect(run.output.contains("cut: "))
    }

    @Test func aKernelIsEqualToItself() throws {
        let kernel = Machine.kernel
        let function = try ask("diff", kernel, kernel, "copy_process")
        let functions = try #require(function["functions"] as? [[String: Any]])
        #expect(functions.first?["equal"] as? Bool == true)
        #expect(functions.first?["sameText"] as? Bool == true)
        let record = try ask("struct", "task_struct", "--kernel", kernel, "--versus", kernel)
        let records = try #require(record["records"] as? [[String: Any]])
        #expect(records.first?["equal"] as? Bool == true)
        let controller = try ask("diff", kernel, kernel, "pids")
        let objects = try #require(controller["objects"] as? [[String: Any]])
        #expect((objects.first?["same"] as? [String])?.contains("can_fork") == true)
        #expect((objects.first?["callbacks"] as? [Any])?.isEmpty == true)
    }

    @Test func theRegistrationOfThePidsControllerHangsOnItsOption() throws {
        let document = try ask("config", "cgroup_can_fork", "pids_can_fork", "--kernel", Machine.kernel)
        let lines = try #require(document["lines"] as? [[String: Any]])
        #expect(lines.compactMap { $0["what"] as? String } == ["call", "registration"])
        let options = try #require(lines[1]["options"] as? [[String: String]])
        #expect(options.contains(["name": "CONFIG_CGROUP_PIDS", "value": "y"]))
        let rules = try #require(lines[1]["rules"] as? [[String: Any]])
        #expect(rules.last?["file"] as? String == "kernel/cgroup/Makefile")
        #expect(rules.first?["text"] as? String == "obj-y += kernel/")
        let shown = try KernautProcess.run("show", "pids_can_fork", "--kernel", Machine.kernel)
        #expect(shown.output.contains("CONFIG_CGROUP_PIDS=y"))
        let ops = try KernautProcess.run("ops", "cgroup_subsys.can_fork", "--kernel", Machine.kernel)
        #expect(ops.output.contains("CONFIG_CGROUP_PIDS=y"))
    }

    @Test func badPlacesAndNamesAreOneLine() throws {
        for arguments in [
            ["config", "kernel/nowhere.c:1"], ["config", "kernel/fork.c:99999999"],
            ["config", "no_such_name_anywhere"],
            ["config", "pids_can_fork", "copy_process"], ["struct", "task_struct.no_such_member"],
        ] {
            let run = try KernautProcess.run(arguments + ["--kernel", Machine.kernel])
            #expect(run.status == 1, "\(arguments)")
            #expect(run.errorLines.count == 1, "\(run.errors)")
        }
        let none = try KernautProcess.run("diff", Machine.kernel, "0.1", "copy_process")
        #expect(none.status == 69 && none.errorLines.count == 1)
        let nothing = try KernautProcess.run("diff", Machine.kernel, Machine.kernel, "no_such_name_anywhere")
        #expect(nothing.status == 1 && nothing.errorLines.count == 1)
    }

    @Test func shellsAreGivenNames() throws {
        let run = try KernautProcess.run(
            // The word that is completed, and where in it the cursor stands.
            ["---completion", "callers", "--", "positional@0", "2", "9", "kernaut", "callers", "copy_proc"]
        )
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").contains("copy_process"), "\(run.output)")
    }

    @Test func anExportThatCannotBeWrittenIsOneLine() throws {
        let run = try KernautProcess.run("export", "--scip", "/no/such/folder/x.scip", "--kernel", Machine.kernel)
        #expect(run.status == 69)
        #expect(run.errorLines.count == 1)
        let full = try KernautProcess.run("export", "--scip", "/dev/full/x", "--kernel", Machine.kernel)
        #expect(full.status == 69 && full.errorLines.count == 1)
    }
}
