import Failure
import Scenario
import Simulation

/// A program of a seed with its prediction.
struct GeneratedProgram: Sendable {
    let number: Int
    let program: Program
    let prediction: Prediction

    /// Writes program `number` of a seed and predicts it.
    ///
    /// The generator does not know what will be refused, so that once in a while a wait would never return; such a step
    /// is left out, on this platform.
    init(
        seed: UInt64,
        number: Int,
        hierarchy: Platform.Hierarchy?,
        ownsMachine: Bool = false,
        on platform: Platform
    ) throws(Failure) {
        self.number = number
        var program = ProgramGenerator.program(
            seed: seed,
            number: number,
            hierarchy: hierarchy,
            ownsMachine: ownsMachine
        )
        while true {
            do {
                prediction = try Simulator.predict(program, on: platform, locate: { "\($0 ?? -1)" })
                break
            } catch {
                guard let step = error.place.flatMap({ Int($0) }), program.steps.indices.contains(step) else {
                    throw error
                }
                program.steps.remove(at: step)
            }
        }
        self.program = program
    }
}
