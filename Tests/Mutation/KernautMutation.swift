import ArgumentParser
import Failure
import Foundation
import Scenario

/// Is the judge awake? The model is broken in one place after the other, and each time recorded programs have to disagree.
@main
struct KernautMutation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernaut-mutation",
        abstract: "Breaks each rule of the model once, and asks whether a recorded program notices.",
        discussion: """
            Exit codes: 0 all mutants were killed, 1 one survived or the model itself does not conform, 65 bad list, 69 \
            something is missing, 70 a fault.
            """
    )

    @Option(help: "How many programs are recorded on this machine.")
    var host = 7000

    @Option(help: "How many programs are recorded in a guest of each kernel and hierarchy.")
    var guest = 2200

    @Option(help: ArgumentHelp("Try the mutants whose names begin so.", valueName: "name"))
    var only: String?

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    /// The repository, of which this file is a part.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? KernautMutation { try await command.run() } else { try command.run() }
        } catch let failure as Failure {
            complain(failure.line)
            Foundation.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    mutating func run() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        func seconds() -> Double { (clock.now - begin) / .seconds(1) }
        let mutants = try KernautMutation.list().mutants
        let recordings = try Recordings(products: Bundle.main.bundleURL)
        let files = try places().compactMap { try recordings.recording(of: $0, KernautMutation.complain) }
        let recorded = seconds()
        let package = ScratchPackage(root: KernautMutation.root)
        KernautMutation.complain("building the model with \(mutants.count) mutants")
        try package.write(mutants)
        try package.build()
        let built = seconds()
        let trial = Trial(judge: package.judge, recordings: files)
        guard case .survived(let programs, let values) = try trial.outcome(of: 0) else {
            throw Failure(.negative, "the model without a mutant does not conform: \(try trial.outcome(of: 0))")
        }
        let chosen = zip(1..., mutants).filter { only.map($0.1.name.hasPrefix) ?? true }.map { ($0.0, $0.1) }
        let outcomes = try await KernautMutation.outcomes(chosen, trial) { mutant, outcome in
            if case .survived = outcome { KernautMutation.complain("\(mutant.name) survives") }
        }
        let report = MutationReport(
            outcomes: outcomes,
            recordings: files,
            programs: programs,
            values: values,
            seconds: (recording: recorded, building: built - recorded, judging: seconds() - built)
        )
        print(json ? try report.json() : report.text)
        if !report.isClean { throw ExitCode(1) }
    }

    /// Each kernel differs from the others in something that a mutant may break.
    private func places() throws -> [Recordings.Place] {
        let guests = ["6.12", "6.1", "5.10", "7.3"].flatMap { kernel in
            [Platform.Hierarchy.v2, .v1].map { Recordings.Place.guest(kernel, $0, programs: guest) }
        }
        return [try .host(programs: host)] + guests
    }

    /// The list that is shipped with the sources.
    static func list() throws -> MutantList {
        let file = root.appending(path: "Tests/Mutation/mutants.yaml")
        let list = try MutantList(try String(contentsOf: file, encoding: .utf8), file: file.path)
        let unbroken = list.unbroken.map(\.text)
        guard unbroken.isEmpty else {
            throw Failure(.badInput, "no mutant breaks \(unbroken.joined(separator: ", "))", at: file.path)
        }
        return list
    }

    /// Tries mutants, one for each processor at a time.
    private static func outcomes(
        _ mutants: [(number: Int, mutant: Mutant)],
        _ trial: Trial,
        _ tell: @Sendable (Mutant, Trial.Outcome) -> Void
    ) async throws -> [(mutant: Mutant, outcome: Trial.Outcome)] {
        try await withThrowingTaskGroup(of: (Int, Trial.Outcome).self) { group in
            var waiting = mutants.indices.makeIterator()
            func beginNext() {
                guard let index = waiting.next() else { return }
                let number = mutants[index].number
                group.addTask { (index, try trial.outcome(of: number)) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { beginNext() }
            var outcomes: [Int: Trial.Outcome] = [:]
            for try await (index, outcome) in group {
                outcomes[index] = outcome
                tell(mutants[index].mutant, outcome)
                beginNext()
            }
            return mutants.indices.compactMap { index in outcomes[index].map { (mutants[index].mutant, $0) } }
        }
    }

    private static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("kernaut-mutation: \(line)\n".utf8))
    }
}
