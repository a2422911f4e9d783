import Glibc
import Scenario

/// The programs of one start of the probe, one after the other.
struct Session {
    let supervisor: Supervisor
    let source: ProgramSource

    /// Runs programs until there are none left, or until something asks the probe to stop.
    func run() -> Probe.Exit {
        var source = source
        var worst = Probe.Exit.completed
        var hierarchy: PidsHierarchy?
        while let next = source.next() {
            guard case .text(let text) = next else { return .interrupted }
            let ending = run(text, &hierarchy)
            // A run that was cut short may have left a line unfinished.
            let separator = ending == .completed ? "" : "\n"
            guard say("\(separator)\(ending.text)\n"), ending != .interrupted else { return .interrupted }
            if ending.exit.rawValue > worst.rawValue { worst = ending.exit }
        }
        return worst
    }

    private func run(_ text: String, _ found: inout PidsHierarchy?) -> RunEnding {
        let privilege = Privilege.current()
        if found == nil {
            do {
                found = try PidsHierarchy.find(mayDelegate: Probe.isFirstProcess)
            } catch {
                return .skipped(reason: error.reason)
            }
            if privilege.missing == nil { _ = Leftovers.sweep(found!) }
        }
        let hierarchy = found!
        guard say(Probe.platform(of: hierarchy).text + "\n") else { return .interrupted }
        let program: Program
        do {
            program = try Program(text: text)
        } catch {
            return .badProgram(reason: error.description)
        }
        if let missing = privilege.missing { return .skipped(reason: missing) }
        return supervisor.run(program, on: hierarchy, canRaiseLimits: privilege.canRaiseLimits)
    }

    private func say(_ text: String) -> Bool { SystemFile.send(text, to: supervisor.output) }
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
