import ArgumentParser
import Failure
import Foundation
import KernelABI
import Report
import Scenario
import ScenarioYAML
import Simulation

/// `kernaut simulate MODEL.yaml`
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Predict what a scenario does: who is refused, by which limit, and the counters afterwards.",
        discussion: """
            Exits with 1 where the prediction is not what the scenario expects. With --set the scenario is another one, \
            and its expectations are not asked.
            JSON: name, about, platform, moments [step, round, action, made, refused, refusals, events, living, \
            cgroups], refusals [times, decision], expectations, meetsExpectations.
            Where --set gives a key several values, every combination is predicted, on all cores, and --plot draws the \
            most processes that live at a time over the first key's values. JSON then: name, platform, points [settings, \
            made, refused, refusals [times, decision], mostLiving, living, firstRefusalStep, firstRefusalRound].
            With --explore, the steps below each key 'concurrently', and those of a race, are taken at once: in every \
            interleaving of the kernel's atomic steps. Shown are the bound, each outcome with a shortest schedule, and \
            what holds in every state; the exit code is 0 whatever was found. JSON then: name, about, platform, groups \
            [operations, bound, outcomes [kind, results, cgroups, interleavings, schedule], peaks, invariants].
            With --time, the scenario's one bomb forks freely, without rounds, and what a fork costs is what 'kernaut \
            calibrate' has measured: when is which limit reached, and how many forks are refused in a second then? JSON \
            then: name, platform, bomb, cpus, made, limits [name, limit, room, reachedMs], firstRefusalMs, cpuMs, \
            refusalsPerSecond (low, middle, high), refusal, costs, calibration, model.
            """
    )

    @Argument(help: "A scenario, such as models/fork-bomb.yaml.")
    var model: String

    @Option(
        help: """
            Change a number: /CGROUP:pids.max=N, TASK:nproc=N or TASK:rounds=N; without a subject, the bomb's. Several \
            values are 1,2,5 or 50..500:50. May be repeated.
            """
    )
    var set: [String] = []

    @Option(help: "The version of the kernel to predict.")
    var kernel = "6.1"

    @Option(help: "The hierarchy that carries pids: v1 or v2.")
    var cgroup = "v2"

    @Flag(help: "Show each fork of a bomb, not only each round's counts.")
    var events = false

    @Flag(help: "Take what happens at once in every interleaving of the kernel's atomic steps.")
    var explore = false

    @Option(help: "The most states that --explore looks at, for one group of steps; each takes about 100 bytes.")
    var states = 2_000_000

    @Flag(help: "Predict by the clock when the scenario's bomb comes to its limits, and what follows.")
    var time = false

    @Option(help: "How many processors the bomb of --time has; all of the calibrated machine's unless given.")
    var cpus: Int?

    @Option(help: ArgumentHelp("Draw the living processes of each moment, as SVG.", valueName: "file"))
    var plot: String?

    @Option(
        help: ArgumentHelp(
            "Write the processes, their calls and the counters for Perfetto or chrome://tracing.",
            valueName: "file"
        )
    )
    var trace: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let platform = try platform()
        let file = try ScenarioFile(path: model)
        let sweep = try Sweep(set)
        if cpus != nil, !time { throw ValidationError("--cpus goes with --time") }
        if time {
            guard sweep.points.count == 1, !events, !explore, plot == nil, trace == nil else {
                throw ValidationError(
                    "--time goes with one value for each --set, and not with --events, --explore, --plot or --trace"
                )
            }
            return try showTime(sweep.points[0], file, platform)
        }
        if explore {
            guard sweep.points.count == 1, !events, plot == nil, trace == nil else {
                throw ValidationError(
                    "--explore goes with one value for each --set, and not with --events, --plot or --trace"
                )
            }
            return try exploreAll(sweep.points[0], file, platform)
        }
        if sweep.points.count > 1, trace != nil {
            throw ValidationError("--trace is of one run: give --set one value each")
        }
        if sweep.points.count > 1 { return try await show(sweep, file, platform) }
        let program = try program(of: file, at: sweep.points[0])
        let prediction = try Simulator.predict(
            program,
            on: platform,
            detail: events || trace != nil ? .events : .rounds,
            locate: file.place(ofStep:)
        )
        let evidence = prediction.evidence
        let findings = set.isEmpty ? file.expectations.map { $0.finding(in: evidence) } : []
        let report = SimulationReport(prediction, about: file.about, findings: findings)
        output.show(report)
        if let plot {
            try write(ScenarioSections(prediction, observed: nil, observer: "").plot().svg(), to: plot)
        }
        if let trace {
            let events = TraceEvents(prediction)
            try write(events.json(), to: trace)
            if events.processesLeftOut > 0 {
                FileHandle.standardError.write(
                    Data("kernaut: \(trace): \(events.processesLeftOut) processes have no track\n".utf8)
                )
            }
        }
        if !report.meetsExpectations { throw ExitCode(ExitStatus.negative.rawValue) }
    }

    private func program(of file: ScenarioFile, at point: Sweep.Point) throws -> Program {
        var program = file.program
        for value in point.values { program = try Setting("\(value.key)=\(value.value)").applied(to: program) }
        return program
    }

    private func exploreAll(_ point: Sweep.Point, _ file: ScenarioFile, _ platform: Platform) throws {
        try require("--states", states, in: 1...50_000_000)
        let exploration = try Simulator.explore(
            try program(of: file, at: point),
            on: platform,
            concurrent: file.concurrent,
            mostStates: states,
            locate: file.place(ofStep:)
        )
        output.show(ExplorationReport(exploration, about: file.about))
    }

    private func showTime(_ point: Sweep.Point, _ file: ScenarioFile, _ platform: Platform) throws {
        if let cpus { try require("--cpus", cpus, in: 1...1024) }
        let bomb = try TimedBomb(try program(of: file, at: point), on: platform, locate: file.place(ofStep:))
        let calibration = try BombTimeRun.calibration()
        let time = try BombTime(bomb, calibration: calibration, cpus: cpus ?? calibration.cpus)
        output.show(BombTimeReport(time, on: platform))
    }

    private func show(_ sweep: Sweep, _ file: ScenarioFile, _ platform: Platform) async throws {
        let points = try await sweep.run(file.program, on: platform, locate: file.place(ofStep:))
        let report = SweepReport(file.program, on: platform, points)
        output.show(report)
        if let plot { try write(report.plot().svg(), to: plot) }
    }

    private func write(_ text: String, to file: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Failure(.unavailable, "the file cannot be written", at: file, remedy: "name another file")
        }
    }

    private func platform() throws -> Platform {
        guard let version = KernelVersion(kernel) else {
            throw ValidationError("--kernel takes a version such as 6.1, not '\(kernel)'")
        }
        guard let hierarchy = Platform.Hierarchy(rawValue: cgroup) else {
            throw ValidationError("--cgroup is v1 or v2, not '\(cgroup)'")
        }
        return Platform(version: version, hierarchy: hierarchy)
    }
}
