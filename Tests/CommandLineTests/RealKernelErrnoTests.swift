import Foundation
import Testing

/// Where errors of the real kernel's calls start, through the command line.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct RealKernelErrnoTests {
    private func origins(_ arguments: String...) throws -> [[String: Any]] {
        let run = try KernautProcess.run(["errno"] + arguments + ["--kernel", Machine.kernel, "--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try run.json()["origins"] as? [[String: Any]])
    }

    private func knobs(_ origins: [[String: Any]]) -> Set<String> {
        Set(origins.compactMap { ($0["knob"] as? [String: Any])?["name"] as? String })
    }

    @Test(arguments: ["clone", "clone3", "fork", "vfork"])
    func everyLimitOnProcessesIsNamed(call: String) throws {
        let origins = try origins(call, "EAGAIN")
        #expect(knobs(origins).isSuperset(of: ["RLIMIT_NPROC", "kernel.threads-max", "kernel.pid_max", "pids.max"]))
        let charge = try #require(
            origins.first { ["pids_try_charge", "pids_can_fork"].contains($0["function"] as? String) }
        )
        let path = try #require(charge["path"] as? [String])
        #expect(path.contains("cgroup_can_fork") && path.contains("pids_can_fork"))
        let edges = try #require(charge["edges"] as? [[String: Any]])
        #expect(edges.contains { $0["evidence"] as? String == "ops" })
    }

    @Test func namespacesAreLimitedEach() throws {
        let knobs = try knobs(origins("unshare", "ENOSPC"))
        let kinds = ["user", "uts", "ipc", "pid", "net", "mnt", "cgroup", "time"]
        #expect(knobs.isSuperset(of: kinds.map { "user.max_\($0)_namespaces" }))
    }

    /// Counted in the source by hand: the constants of `copy_process` that a `return` or a `goto` carries out.
    @Test func eachConstantOfCopyProcessIsFoundWhereTheSourceHasIt() throws {
        let found = try origins("clone", "--depth", "2", "--limit", "1000").filter {
            $0["function"] as? String == "copy_process"
        }
        let show = try KernautProcess.run("show", "copy_process", "--kernel", Machine.kernel)
        let constants = show.output.split(separator: "\n").filter {
            !$0.contains("*") && ($0.contains("= -E") || $0.contains("ERR_PTR(-E"))
        }
        let lines = Set(found.filter { $0["errno"] as? String != "EFAULT" }.compactMap { $0["line"] as? Int })
        #expect(lines.count == constants.count, "\(lines.sorted())")
    }

    @Test func anUnknownErrorIsOneLineAndANegativeAnswer() throws {
        let run = try KernautProcess.run("errno", "clone", "EWHATEVER", "--kernel", Machine.kernel)
        #expect(run.status == 1)
        #expect(run.errorLines.count == 1)
    }

    @Test func theNearestAreShownAndTheOthersCounted() throws {
        let run = try KernautProcess.run("errno", "mount", "--limit", "7", "--kernel", Machine.kernel, "--json")
        let few = try run.json()
        let paths = try #require(few["origins"] as? [[String: Any]]).filter { $0["knob"] == nil }
            .compactMap { ($0["path"] as? [String])?.count }
        #expect(paths == paths.sorted())
        #expect((few["origins"] as? [Any])?.count == 7)
        #expect(few["truncated"] as? Bool == true)
        let all = try KernautProcess.run("errno", "mount", "--limit", "100000", "--kernel", Machine.kernel, "--json")
        let whole = try #require(try all.json()["origins"] as? [Any]).count
        #expect(try all.json()["farther"] as? Int == 0)
        #expect(few["farther"] as? Int == whole - 7)
    }

    @Test(arguments: [["--depth", "65"], ["--limit", "0"]])
    func aNumberOutOfRangeIsWrongUsage(option: [String]) throws {
        let run = try KernautProcess.run(["errno", "clone"] + option + ["--kernel", Machine.kernel])
        #expect(run.status == 64)
        #expect(run.errorLines.count == 1)
    }
}
