import Glibc
import Scenario

/// The programs of one start of the probe, one after the other.
struct Session {
    var supervisor: Supervisor
    var source: ProgramSource
    let place: ProbePlace
    /// How many programs ended since the reader was told of one. It hears of the first at once.
    private var untold = Session.mostUntold

    /// A guest's bell takes as long as several system calls: it rings for so many programs together, unless no further one is
    /// there yet.
    private static let mostUntold = 16

    init(supervisor: Supervisor, source: ProgramSource, place: ProbePlace) {
        self.supervisor = supervisor
        self.source = source
        self.place = place
    }

    /// Runs programs until there are none left, or until something asks the probe to stop.
    mutating func run() -> Probe.Exit {
        var worst = Probe.Exit.completed
        var known = Known()
        while let next = source.next() {
            guard case .text(let text) = next else { return .interrupted }
            if place == .guest, let command = GuestCommand(request: text) {
                guard command.run(output: supervisor.output, beside: &supervisor.guest) else { return .interrupted }
                supervisor.output.flush()
                continue
            }
            let ending = run(text, &known)
            // A run that was cut short may have left a line unfinished.
            let separator = ending == .completed ? "" : "\n"
            guard say("\(separator)\(ending.text)\n"), ending != .interrupted else { return .interrupted }
            if let tracing = supervisor.tracing {
                guard say(tracing.report().joined(separator: "\n") + "\n") else { return .interrupted }
            }
            untold += 1
            if untold >= Session.mostUntold || !source.hasNext() {
                supervisor.output.flush()
                untold = 0
            }
            if ending.exit.rawValue > worst.rawValue { worst = ending.exit }
        }
        return worst
    }

    /// What holds for all programs of a session.
    private struct Known {
        let privilege = Privilege.current()
        var hierarchy: PidsHierarchy?
        var platforms: [Platform.Hierarchy: String] = [:]
        var isSwept = false
    }

    private mutating func run(_ text: String, _ known: inout Known) -> RunEnding {
        let program: Program
        do {
            program = try Program(text: text)
        } catch {
            return .badProgram(reason: error.description)
        }
        let privilege = known.privilege
        let hierarchy: PidsHierarchy
        do {
            hierarchy = try place.hierarchy(for: program, known: known.hierarchy)
            known.hierarchy = hierarchy
        } catch {
            return .skipped(reason: error.reason)
        }
        if !known.isSwept, place == .host, privilege.missing == nil {
            _ = Leftovers.sweep(hierarchy)
            known.isSwept = true
        }
        let platform = known.platforms[hierarchy.kind] ?? Probe.platform(of: hierarchy).text + "\n"
        known.platforms[hierarchy.kind] = platform
        guard say(platform) else { return .interrupted }
        if let missing = privilege.missing { return .skipped(reason: missing) }
        return supervisor.run(
            program,
            on: hierarchy,
            canRaiseLimits: privilege.canRaiseLimits,
            canSetClocks: privilege.canSetClocks
        )
    }

    private func say(_ text: String) -> Bool { supervisor.output.send(text) }
}

extension RunEnding {
    /// The exit code of a run that ended so.
    var exit: Probe.Exit {
        switch self {
        case .completed: .completed
        case .badProgram: .badProgram
        case .skipped, .unsupported: .unavailable
        case .fault: .fault
        case .timedOut: .timedOut
        case .interrupted: .interrupted
        }
    }
}
