public import Conformance
import Scenario
public import Simulation

/// What `kernaut calibrate` shows: what forks cost on this machine, and how that was measured.
public struct CalibrationReport: QueryReport {
    private let calibration: Calibration
    private let path: String

    /// A report of a calibration that is kept in a file.
    public init(_ calibration: Calibration, path: String) {
        self.calibration = calibration
        self.path = path
    }

    /// What `--json` prints, which is what the file holds.
    public var document: CalibrationFile { CalibrationFile(calibration) }

    /// One row for each cost, then how it was measured.
    public func text(_ style: TextStyle) -> String {
        let cpus = calibration.cpus
        var lines = [
            style.name("this machine")
                + style.aside("  kernel \(calibration.release), \(CalibrationReport.cpus(cpus))"),
            "",
            style.name("A fork costs") + style.aside("  processor time: median (quartiles)"),
        ]
        var table = TextTable()
        for cost in calibration.costs where cost.kind != .slice {
            let figures = TimeText.duration(cost.nanoseconds)
            let samples = "\(cost.samples) samples"
            table.add(
                (CalibrationReport.words(cost.kind), CalibrationReport.words(cost.kind)),
                (CalibrationReport.atOnce(cost.cpus), style.aside(CalibrationReport.atOnce(cost.cpus))),
                (figures, figures),
                (samples, style.aside(samples))
            )
        }
        lines += table.lines(indent: 2)
        if let slice = calibration.cost(.slice, cpus: 1) {
            lines += ["", "  a process goes on for \(TimeText.duration(slice)) while another one waits, by the clock"]
        }
        lines += [
            "",
            style.name("Measured"),
            "  Each sample is the mean of \(calibration.forks) forks by one process on a processor of its own, by",
            "  CLOCK_THREAD_CPUTIME_ID: what else runs on the machine does not lengthen it. The children wait and do not",
            "  exec. A refused fork gives EAGAIN by pids.max of its own cgroup (level 1) or of one above it.",
            "",
            "kept in \(path)",
        ]
        return lines.joined(separator: "\n")
    }

    static func cpus(_ count: Int) -> String { count == 1 ? "1 processor" : "\(count) processors" }

    private static func atOnce(_ cpus: Int) -> String {
        cpus == 1 ? "one process at a time" : "\(cpus) at a time, on \(cpus) processors"
    }

    private static func words(_ kind: ForkSamples.Kind) -> String {
        switch kind {
        case .made: "made, to the parent"
        case .started: "made, to the child before it forks"
        case .refusedByPidsMax(let level): "refused by pids.max, level \(level)"
        case .refusedByNproc: "refused by RLIMIT_NPROC"
        case .slice: "slice"
        }
    }
}
