import ArgumentParser
import Conformance
import Failure
import KernelTree
import Report
import Scenario
import ScenarioYAML
import Simulation

/// A bomb by the clock, predicted and observed.
struct BombTimeRun {
    /// How long a real bomb is watched after its first refusal.
    private static let watchedMilliseconds = 2000

    /// The calibration in the cache.
    ///
    /// - Throws: `Failure` (69) where there is none.
    static func calibration() throws -> Calibration {
        let path = try KernautHome.current().calibration
        guard let calibration = try CalibrationFile.read(path) else {
            throw Failure(
                .unavailable,
                "what forks cost on this machine is not known",
                at: path,
                remedy: "measure it with 'sudo kernaut calibrate'"
            )
        }
        return calibration
    }

    /// Runs a scenario's bomb on this machine and shows its time beside the predicted one.
    ///
    /// - Returns: the exit code, which does not depend on time.
    static func verify(
        _ file: ScenarioFile,
        cpus: Int?,
        timeoutSeconds: Int,
        output: OutputOptions
    ) async throws -> Int32 {
        let probe = try HostProbe(timeoutSeconds: timeoutSeconds)
        let (platform, missing) = try await probe.platform(for: file.program.hierarchy)
        if let missing { throw Failure(.unavailable, missing, at: probe.place) }
        guard let platform else { throw Failure(.unavailable, "what it runs on cannot be told", at: probe.place) }
        let bomb = try TimedBomb(file.program, on: platform, locate: file.place(ofStep:))
        let path = try KernautHome.current().calibration
        let known = try CalibrationFile.read(path)
        let calibration: Calibration
        if let known {
            calibration = known
        } else {
            calibration = try await CalibrateCommand.measure(probe, keepIn: path)
        }
        let count = cpus ?? calibration.cpus
        try require("--cpus", count, in: 1...calibration.cpus)
        let time = try BombTime(bomb, calibration: calibration, cpus: count)
        let progress = ProgressLines()
        progress.passing("a bomb is running")
        let (record, counts) = try await probe.freeBomb(
            bomb.program,
            cpus: count,
            milliseconds: watchedMilliseconds
        )
        progress.clear()
        guard record.ending == .completed, let counts, let snapshot = record.trace.observations.last?.snapshot else {
            return try refuse(record.ending, at: probe.place, timeoutSeconds)
        }
        let comparison = BombTimeComparison(time, on: platform, counts, FreeBombCheck(bomb, counts, snapshot))
        output.show(comparison)
        return comparison.conforms ? ExitStatus.success.rawValue : ExitStatus.negative.rawValue
    }

    private static func refuse(_ ending: RunEnding?, at place: String, _ timeoutSeconds: Int) throws -> Int32 {
        switch ending {
        case .skipped(let reason), .unsupported(let reason): throw Failure(.unavailable, reason, at: place)
        case .badProgram(let reason): throw Failure(.badInput, reason, at: place)
        case .timedOut:
            StandardError.write("kernaut: \(place): the bomb did not end within \(timeoutSeconds) s; raise --timeout\n")
            return 75
        case .interrupted: throw CancellationError()
        case .fault(let reason): throw Failure(.internalFault, reason, at: place)
        case .completed, nil: throw Failure(.internalFault, "the probe told nothing of the bomb", at: place)
        }
    }
}
