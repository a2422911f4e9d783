import Failure
import KernelABI
import Scenario

/// What a scenario file says.
struct ReadScenario {
    var name: String
    var about: String?
    var hierarchy: Platform.Hierarchy?
    var world: World
    var steps: [ReadStep]
    var concurrent: [Range<Int>]
    var finalExpectations: [Expectation]
}

/// A step, where it stands, and what is expected of it.
struct ReadStep {
    var step: Step
    var line: Int
    var expectation: Expectation?
}

/// Reads a document as a scenario.
struct ScenarioReader {
    private let root: Fields

    init(_ document: Document) { root = document.root }

    func read() throws(Failure) -> ReadScenario {
        try checkVersion()
        try root.require(Grammar.file)
        let world = try WorldReader(root).read()
        var steps = StepsReader(world)
        let list = try root.required("steps").list("steps")
        for value in list { try steps.read(value) }
        return ReadScenario(
            name: try name(),
            about: try about(),
            hierarchy: try root["hierarchy"]?.hierarchy(),
            world: world,
            steps: steps.steps,
            concurrent: steps.concurrent,
            finalExpectations: try finalExpectations(of: steps.cgroups)
        )
    }

    /// Asked first: a file of another version, or of another kind, has other keys.
    private func checkVersion() throws(Failure) {
        guard let version = root["kernaut"] else {
            throw root.failure("the file is no scenario", remedy: "a scenario has the key 'kernaut: 1' at its top")
        }
        guard version.isWord(String(Grammar.version)) else {
            throw version.failure(
                "the format is version \(Grammar.version), not \(version.kind)",
                remedy: "write 'kernaut: \(Grammar.version)'"
            )
        }
    }

    private func about() throws(Failure) -> String? {
        guard let value = root["about"] else { return nil }
        let text = try value.prose("about")
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func finalExpectations(of cgroups: [CgroupPath]) throws(Failure) -> [Expectation] {
        guard let value = root["expect"] else { return [] }
        return try FinalReader(cgroups).read(value)
    }

    private func name() throws(Failure) -> String {
        let value = root.required("name")
        let text = try value.text("name")
        guard let name = TaskName(text) else {
            throw value.failure("name is made of letters, digits, '-', '_' and '.', and starts with a letter")
        }
        return name.description
    }
}
