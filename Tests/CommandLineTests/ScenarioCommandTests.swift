import Foundation
import Testing

/// `simulate` and `verify` on the scenarios that the repository brings.
struct ScenarioCommandTests {
    static let models = ["fork-bomb", "nested-limits", "uts-isolation", "rlimit-nproc"]

    @Test(arguments: models)
    func everyModelIsSimulatedAsItExpects(model: String) throws {
        let run = try KernautProcess.run("simulate", Machine.model(model), "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(!(try run.json()).isEmpty)
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
