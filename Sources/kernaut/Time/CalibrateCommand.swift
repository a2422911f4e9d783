import ArgumentParser
import Conformance
import Failure
import KernelTree
import Report
import Simulation

/// `kernaut calibrate`
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure what a fork and a refused fork cost on this machine, for 'simulate --time'.",
        discussion: """
            Needs root. Forks by real processes below one new cgroup with a hard pids.max; nothing is left behind. The \
            result is kept in calibration.json in the cache, in the place of the last one.
            JSON, and the file: version, kernel, cpus, forksPerSample, costs [cost (made, started, refused-1 to \
            refused-4 by the level of pids.max, refused-nproc, slice), cpus (that fork at the same time), samples, lowNs, \
            medianNs, highNs (quartiles)]. All but slice are processor time.
            """
    )

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let path = try KernautHome.current().calibration
        let calibration = try await CalibrateCommand.measure(HostProbe(timeoutSeconds: 60), keepIn: path)
        output.show(CalibrationReport(calibration, path: path))
    }

    /// Measures, and keeps the result.
    static func measure(_ probe: HostProbe, keepIn path: String) async throws -> Calibration {
        let progress = ProgressLines()
        progress.passing("measuring what forks cost")
        defer { progress.clear() }
        let calibration = Calibration(try await probe.forkSamples())
        try CalibrationFile(calibration).write(path)
        return calibration
    }
}
