import Foundation
import Testing

/// Every error of the modelled functions of the real kernel is accounted for.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct RealKernelCoverageTests {
    @Test func everyErrorOfTheModelledFunctionsHasARuleOrAReason() throws {
        let run = try KernautProcess.run("model", "check", "--kernel", Machine.kernel, "--json")
        #expect(run.status == 0, "\(run.output.suffix(2000))")
        let document = try run.json()
        #expect(document["unaccounted"] as? Int == 0)
        let origins = try #require(document["origins"] as? [[String: Any]])
        #expect(origins.count > 100)
        for origin in origins {
            let account = origin["account"] as? String
            #expect(account == "rule" ? origin["rule"] is String : (origin["reason"] as? String)?.isEmpty == false)
        }
        let accounts = try #require(document["accounts"] as? [String: Int])
        #expect(accounts.values.reduce(0, +) == origins.count)
    }

    @Test func theControllersOfTheRealKernelAreTheModels() throws {
        let run = try KernautProcess.run("model", "check", "--kernel", Machine.kernel, "--json")
        #expect(try run.json()["controllerDifferences"] as? [String] == [])
    }

    @Test func everyAtomicStepOfWhatIsExploredStandsInTheSource() throws {
        let run = try KernautProcess.run("model", "check", "--kernel", Machine.kernel, "--json")
        let steps = try #require(try run.json()["atomicSteps"] as? [[String: Any]])
        #expect(steps.count > 20)
        #expect(steps.allSatisfy { $0["resolved"] as? Bool == true && $0["line"] is Int })
    }

    @Test(arguments: [
        ("pids_try_charge", "EAGAIN", "pids-max"), ("copy_process", "EAGAIN", "rlimit-nproc"),
        ("sethostname", "EINVAL", "sethostname-length"), ("validate_nsset", "EPERM", "setns-ptrace"),
    ])
    func aRuleOwnsTheErrorThatItCites(function: String, errno: String, rule: String) throws {
        let run = try KernautProcess.run("model", "check", "--kernel", Machine.kernel, "--json")
        let origins = try #require(try run.json()["origins"] as? [[String: Any]])
        let owned = origins.filter { $0["rule"] as? String == rule }
        #expect(!owned.isEmpty)
        #expect(owned.allSatisfy { $0["function"] as? String == function && $0["errno"] as? String == errno })
    }
}
