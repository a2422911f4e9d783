import Foundation
import Testing

/// `simulate` and `verify` on the scenarios that the repository brings.
struct ScenarioCommandTests {
    static let models = ["fork-bomb", "nested-limits", "uts-isolation", "rlimit-nproc", "race"]

    @Test(arguments: models)
    func everyModelIsSimulatedAsItExpects(model: String) throws {
        let run = try KernautProcess.run("simulate", Machine.model(model), "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(!(try run.json()).isEmpty)
    }

    @Test func theRaceIsExploredAndItsBoundIsStated() throws {
        let run = try KernautProcess.run("simulate", Machine.model("race"), "--explore", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let groups = try #require(try run.json()["groups"] as? [[String: Any]])
        #expect(groups.count == 3)
        #expect((groups[0]["bound"] as? [String: Any])?["states"] as? Int == 11_137)
    }

    @Test func whatCannotBeExploredIsOneLineAndTheDocumentedCode() throws {
        let calls: [([String], Int32)] = [
            (["simulate", Machine.model("fork-bomb"), "--explore"], 65),
            (["simulate", Machine.model("race"), "--explore", "--states", "100"], 65),
            (["simulate", Machine.model("race"), "--explore", "--states", "0"], 64),
            (["simulate", Machine.model("race"), "--explore", "--events"], 64),
            (["simulate", Machine.model("race"), "--explore", "--set", "/pod:pids.max=8,9"], 64),
        ]
        for (arguments, status) in calls {
            let run = try KernautProcess.run(arguments)
            #expect(run.status == status, "\(arguments)")
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
        }
    }

    @Test(.enabled(if: Machine.isRoot, "cgroups and namespaces need root"), arguments: models)
    func everyModelConformsOnThisHost(model: String) throws {
        let run = try KernautProcess.run("verify", "host", Machine.model(model))
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("conforms"))
    }

    @Test(.enabled(if: Machine.isRoot, "cgroups and namespaces need root"))
    func theHostsOwnNameStaysAsItWas() throws {
        let name = URL(filePath: "/proc/sys/kernel/hostname")
        let before = try String(contentsOf: name, encoding: .utf8)
        _ = try KernautProcess.run("verify", "host", Machine.model("uts-isolation"))
        #expect(try String(contentsOf: name, encoding: .utf8) == before)
    }
}
