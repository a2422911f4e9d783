import Failure
public import Scenario
import Simulation

/// Recorded runs, predicted again and judged without a kernel.
public struct Replay {
    /// What did not conform, and where its program begins, as `file:line`.
    public typealias Finding = (place: String, verification: Verification)

    /// How many findings are kept.
    public static let mostKept = 50

    /// What was counted.
    public private(set) var tally = ProgramTally()
    /// What did not conform, in the order in which it came, up to ``mostKept``.
    public private(set) var failures: [Finding] = []
    /// What the programs ran on, each once, in the order in which they came.
    public private(set) var platforms: [Platform] = []

    /// Makes a replay that has seen nothing yet.
    public init() {}

    /// Predicts a run's program, and judges what was observed.
    public mutating func add(_ run: RecordedRun, at place: String) {
        if let platform = run.record.platform, !platforms.contains(platform) { platforms.append(platform) }
        let (verification, compared) = Verification.judging(run)
        tally.add(verification.verdict, of: run.program, verification.prediction, compared: compared)
        guard verification.verdict != .conforms, failures.count < Replay.mostKept else { return }
        failures.append((place, verification))
    }
}

extension Verification {
    /// Judges a recorded run, and says how many values were compared.
    static func judging(_ run: RecordedRun) -> (verification: Verification, compared: Int) {
        guard let platform = run.record.platform else { return (Verification(unpredicted: run), 0) }
        do {
            return Verification.judging(run.record, try Simulator.predict(run.program, on: platform))
        } catch {
            var verification = Verification(unpredicted: run)
            // The kernel carried out what the model takes for a program without sense.
            let isFault = error.status != .unavailable && run.record.ending == .completed
            if run.record.ending == .completed { verification.verdict = .unsupported(reason: error.line) }
            if isFault {
                verification.verdict = .harnessError(reason: "the model refuses what the kernel ran: \(error.line)")
            }
            return (verification, 0)
        }
    }

    /// Judges a record against a prediction that was made before, and says how many values were compared.
    static func judging(_ record: RunRecord, _ prediction: Prediction) -> (verification: Verification, compared: Int) {
        var verification = Verification(predicted: prediction)
        if let compared = prediction.agreement(with: record) {
            verification.verdict = .conforms
            return (verification, compared)
        }
        verification.judge(record, [])
        return (verification, verification.comparison?.compared ?? 0)
    }

    /// A run for which there is no prediction: its ending alone says what came of it.
    private init(unpredicted run: RecordedRun) {
        program = run.program
        platform = run.record.platform
        findings = []
        verdict =
            run.record.ending == .completed
            ? .harnessError(reason: "the recording does not say what the program ran on")
            : Verdict(run.record.ending)
        consoleLog = run.record.consoleLog
    }
}
