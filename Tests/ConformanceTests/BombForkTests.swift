import KernelABI
import Scenario
import Simulation
import Testing

@testable import Conformance

/// A bomb's forks are decided like forks that are steps of their own.
@Suite struct BombForkTests {
    @Test(arguments: [KernelVersion(5, 10), KernelVersion(6, 12)])
    func theForksOfBombsInGeneratedProgramsAreDecidedLikeSteps(version: KernelVersion) throws {
        let platform = Platform(version: version, hierarchy: .v2)
        var compared = (made: 0, refused: 0)
        for number in 0..<12_000 {
            let program = ProgramGenerator.program(seed: 11, number: number, hierarchy: .v2, ownsMachine: true)
            guard Self.hasPlainBombsAlone(program), let prediction = try? Simulator.predict(program, on: platform)
            else {
                continue
            }
            var apart = program
            apart.steps = Self.unrolled(program, prediction)
            let other = try Simulator.predict(apart, on: platform)
            let forks = prediction.moments.flatMap(\.events)
            let calls = other.moments.flatMap(\.events)
            #expect(forks.map(\.task) == calls.map(\.task), "program \(program.name)")
            #expect(forks.map(\.outcomes) == calls.map(\.outcomes), "program \(program.name)")
            #expect(forks.map(\.decision) == calls.map(\.decision), "program \(program.name)")
            #expect(prediction.moments.last?.snapshot == other.moments.last?.snapshot, "program \(program.name)")
            for moment in prediction.moments where moment.round != nil {
                compared.made += moment.made
                compared.refused += moment.refused
            }
        }
        #expect(compared.made > 100 && compared.refused > 100)
    }

    /// It has a bomb, and nothing else that names children by their parents.
    private static func hasPlainBombsAlone(_ program: Program) -> Bool {
        var bombs = 0
        for step in program.steps {
            switch step.action {
            case .bomb(_, _, .binary): bombs += 1
            case .bomb, .race: return false
            default: break
            }
        }
        return bombs > 0
    }

    /// The program's steps with each fork of its bombs as a step of its own.
    private static func unrolled(_ program: Program, _ prediction: Prediction) -> [Step] {
        var steps: [Step] = []
        var unnamed = 0
        for moment in prediction.moments {
            guard let index = moment.step else { continue }
            guard moment.round != nil else {
                steps.append(program.steps[index])
                continue
            }
            for event in moment.events {
                guard let task = event.task else { continue }
                if case .child(let child) = event.outcomes[0] {
                    steps.append(Step(.fork(task, child: child)))
                } else if let child = TaskName("unborn\(unnamed)") {
                    unnamed += 1
                    steps.append(Step(.fork(task, child: child)))
                }
            }
        }
        return steps
    }
}
