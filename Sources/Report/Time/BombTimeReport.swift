public import Scenario
public import Simulation

/// What `simulate --time` shows: when a free-running bomb comes to its limits, and how many forks are refused afterwards.
public struct BombTimeReport: QueryReport {
    let time: BombTime
    private let platform: Platform

    /// A report of a prediction for a platform.
    public init(_ time: BombTime, on platform: Platform) {
        self.time = time
        self.platform = platform
    }

    /// What `--json` prints.
    public var document: BombTimeDocument { BombTimeDocument(time, on: platform) }

    /// The limits, the rate, the model and what it rests on.
    public func text(_ style: TextStyle) -> String {
        let bomb = time.bomb
        var lines = [
            style.name(bomb.program.name)
                + style.aside(
                    "  predicted for Linux \(platform.version), cgroup \(platform.hierarchy.rawValue), "
                        + "\(bomb.task) forking freely on \(CalibrationReport.cpus(time.cpus))"
                ), "", style.name("Limits on its way"),
        ]
        var table = TextTable()
        for limit in bomb.limits {
            let room = "room for \(TimeText.grouped(limit.room)) more"
            let name = "\(limit.name) is \(TimeText.grouped(Int(clamping: limit.limit)))"
            let outcome =
                limit.isReached
                ? "reached after \(TimeText.duration(time.firstRefusal_ns))"
                : "never reached: another limit comes first"
            table.add(
                (name, name),
                (room, style.aside(room)),
                (outcome, limit.isReached ? outcome : style.aside(outcome))
            )
        }
        lines += table.lines(indent: 2)
        lines += [
            "", style.name("Then"),
            "  \(TimeText.rate(time.refusalsPerSecond)) forks are refused in a second: \(StepText.reason(bomb.decision))",
            "",
            style.name("Model"),
        ]
        lines += BombTimeReport.model(time).map { "  \($0)" }
        lines += ["", style.name("Costs") + style.aside("  \(basis)")]
        lines += BombTimeReport.costs(time).map { "  \($0)" }
        if time.cpus > time.calibration.mostCPUsMeasured {
            let most = CalibrationReport.cpus(time.calibration.mostCPUsMeasured)
            lines.append(
                style.warning("  measured on at most \(most): that more of them hinder each other more is left out")
            )
        }
        return lines.joined(separator: "\n")
    }

    private var basis: String {
        "'kernaut calibrate' on kernel \(time.calibration.release), "
            + "\(CalibrationReport.cpus(time.calibration.cpus)): median (quartiles)"
    }

    /// What the prediction takes for granted, as lines.
    static func model(_ time: BombTime) -> [String] {
        [
            "Every process forks again and again, its children as well; the scenario's rounds, and what comes after the",
            "bomb, are left out. A limit is reached when the first fork is refused.",
            "\(CalibrationReport.cpus(time.cpus)), none idle while a process waits, none busy with anything else. While one is idle, the",
            "processes double with each fork; from then on each processor makes one after the other. A process goes on",
            "for a slice, and goes to the end of one queue. A child's first turn begins with what its start costs.",
            "A fork costs the same however many processes there are; with the number of processors that fork at the same",
            "time it grows as measured, on a line between one and all.",
            "In brackets: the same with the first and the third quartile of the costs, and no other doubt.",
        ]
    }

    /// The costs that went in, as lines.
    static func costs(_ time: BombTime) -> [String] {
        [
            "a fork that is made    \(TimeText.duration(time.made))",
            "a child's start        \(TimeText.duration(time.started))",
            "a fork that is refused \(TimeText.duration(time.refused))",
            "a slice                \(TimeText.duration(time.slice))",
        ]
    }
}
