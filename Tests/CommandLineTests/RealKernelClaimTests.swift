import Foundation
import Testing

/// The article's statements, judged on the index of the real kernel through the command line.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct RealKernelClaimTests {
    private typealias Object = [String: Any]

    private func claims(_ arguments: String...) throws -> [String: Object] {
        let run = try KernautProcess.run(["claims", "--kernel", Machine.kernel, "--json"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        let claims = try #require(try run.json()["claims"] as? [Object])
        return Dictionary(
            uniqueKeysWithValues: claims.compactMap { claim in (claim["id"] as? String).map { ($0, claim) } }
        )
    }

    private func parts(_ claim: Object?) -> [Object] { claim?["parts"] as? [Object] ?? [] }
    private func evidence(_ claim: Object?) -> [Object] {
        parts(claim).flatMap { $0["evidence"] as? [Object] ?? [] }
    }
    private func instead(_ claim: Object?) -> String {
        (claim?["instead"] as? [String] ?? []).joined(separator: "; ")
    }

    /// True of every kernel from 5.10 on that is named in kernel-refs.
    @Test func theIndexAloneGivesEachStatementItsVerdict() throws {
        let claims = try claims("--skip-host")
        let verdicts = claims.compactMapValues { $0["verdict"] as? String }
        #expect(verdicts.count == 19)
        for id in ["D2", "D3", "D6", "D13", "D14", "D17", "D18"] { #expect(verdicts[id] == "holds", "\(id)") }
        for id in ["D4", "D5", "D7", "D8", "D9", "D10", "D11", "D12", "D15", "D16"] {
            #expect(verdicts[id] == "holdsWithCorrection", "\(id)")
        }
        for id in ["D1", "D19"] { #expect(verdicts[id] == "notCheckable", "\(id)") }
    }

    @Test func whatIsTrueInsteadIsRead() throws {
        let claims = try claims("--skip-host")
        #expect(instead(claims["D4"]).contains("8 kinds"))
        #expect(instead(claims["D4"]).contains("CLONE_NEWTIME"))
        #expect(instead(claims["D5"]) == "clone3 comes to create_new_namespaces too")
        #expect(instead(claims["D8"]).contains("390"))
        #expect(instead(claims["D12"]).contains("include/linux/cgroup-defs.h"))
        #expect(instead(claims["D15"]) == "clone, clone3 and vfork come to copy_process too")
        #expect(instead(claims["D16"]).contains("fork → kernel_clone → copy_process"))
    }

    @Test func evidenceNamesLinesThatSayIt() throws {
        let claims = try claims("D17", "D16", "--skip-host")
        let run = try KernautProcess.run("show", "copy_process", "--kernel", Machine.kernel, "--json")
        let shown = try #require((try run.json()["definitions"] as? [Object])?.first)
        let first = try #require(shown["line"] as? Int)
        let source = try #require(shown["source"] as? String).components(separatedBy: "\n")
        let calls = (evidence(claims["D17"]) + evidence(claims["D16"])).filter { line in
            (line["text"] as? String)?.hasPrefix("copy_process calls ") == true
        }
        #expect(calls.count >= 2)
        for call in calls {
            #expect(call["file"] as? String == "kernel/fork.c")
            let line = try #require(call["line"] as? Int)
            let callee = try #require((call["text"] as? String)?.split(separator: " ").last)
            #expect(source[line - first].contains(callee))
        }
    }

    /// The registrations that stand in the tree's own text, found without libclang.
    @Test func controllersOfVersionTwoAreThoseOfTheSource() throws {
        let claims = try claims("D10", "--skip-host")
        let lines = evidence(claims["D10"]).filter { ($0["text"] as? String)?.hasSuffix("has dfl_cftypes") == true }
        #expect(instead(claims["D10"]).contains("v2 has \(lines.count) controllers"))
        #expect(lines.contains { ($0["text"] as? String)?.hasPrefix("pids_cgrp_subsys") == true })
    }

    @Test(.enabled(if: Machine.isRoot, "needs root"))
    func behaviourIsObservedOnAKernelThatIsNamed() throws {
        let claims = try claims("D1", "D3", "D11", "D15", "D18")
        for (id, claim) in claims {
            let observations = parts(claim).compactMap { $0["observation"] as? Object }
            let seen = observations.filter { $0["result"] as? String == "agrees" }
            #expect(!seen.isEmpty, "\(id): \(observations)")
            for observation in seen {
                #expect(observation["place"] as? String == "this host")
                #expect((observation["kernel"] as? String)?.isEmpty == false)
            }
        }
    }

    /// What only a virtual machine can show, and what the indexed kernel itself shows.
    @Test(.enabled(if: Machine.hasGuest, "no QEMU, or no image of the kernel in the cache"))
    func aGuestOfTheIndexedKernelDecidesWhatTheIndexCannot() throws {
        let claims = try claims("D1", "D4", "D18", "D19", "--guest")
        #expect(claims["D1"]?["verdict"] as? String == "holds")
        #expect(claims["D19"]?["verdict"] as? String == "holds")
        let observations = claims.values.flatMap(parts).compactMap { $0["observation"] as? Object }
        #expect(observations.allSatisfy { $0["result"] as? String != "skipped" }, "\(observations)")
        for observation in observations {
            #expect(observation["place"] as? String == "a guest of Linux \(Machine.kernel)")
            #expect((observation["kernel"] as? String)?.hasPrefix("\(Machine.kernel).") == true)
        }
    }

    @Test func withoutAHostTheReasonIsGiven() throws {
        let observations = try claims("D18", "--skip-host").values.flatMap(parts)
            .compactMap { $0["observation"] as? Object }
        #expect(!observations.isEmpty)
        for observation in observations {
            #expect(observation["result"] as? String == "skipped")
            #expect(observation["reason"] as? String == "--skip-host was given")
        }
    }

    @Test func anUnknownStatementIsOneLineAndWrongUsage() throws {
        let run = try KernautProcess.run("claims", "D99", "--kernel", Machine.kernel)
        #expect(run.status == 64)
        #expect(run.errorLines.count == 1)
    }
}
