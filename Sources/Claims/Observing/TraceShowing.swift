import KernelABI
import Scenario

/// Looks in a trace for what a scenario is to show. It goes by the observed calls and counters alone, whatever the model
/// predicted.
enum TraceShowing {
    /// What a trace shows, as phrases, and whether that is what was looked for.
    static func find(
        _ showing: ClaimObservation.Showing,
        in trace: Trace,
        of program: Program
    ) -> (agrees: Bool, seen: [String]) {
        switch showing {
        case .differentHostnames: differentHostnames(trace, program)
        case .refusalAtLimit(let errno): refusalAtLimit(errno, trace)
        case .calls(let names): calls(names, trace)
        }
    }

    private static func differentHostnames(_ trace: Trace, _ program: Program) -> (Bool, [String]) {
        var names: [TaskName: String] = [:]
        for observation in trace.observations {
            // The same call may ask for the domain name.
            guard let step = observation.step, program.steps.indices.contains(step),
                case .uname(_, member: .nodename) = program.steps[step].action,
                let event = observation.events.first, let task = event.task,
                case .text(let name) = event.outcome
            else { continue }
            names[task] = name
            if let other = names.first(where: { $0.value != name }) {
                return (true, ["uname() answers \"\(other.value)\" to \(other.key) and \"\(name)\" to \(task)"])
            }
        }
        return (false, ["uname() never answers two processes differently"])
    }

    private static func refusalAtLimit(_ errno: Errno, _ trace: Trace) -> (Bool, [String]) {
        var made = 0
        var refused = 0
        var others: Set<String> = []
        var full: CgroupCounters?
        for observation in trace.observations {
            let forks = observation.events.filter { $0.call == "fork" || $0.call == "clone" }
            let isFull = observation.snapshot.cgroups.filter { PidsLimit.limited($0.current) == $0.max }
            if let over = observation.snapshot.cgroups.first(where: { isOver($0) }) {
                return (false, ["\(over.path) holds \(over.current) processes, more than its pids.max \(over.max)"])
            }
            for fork in forks {
                guard case .failed(let found) = fork.outcome else {
                    made += 1
                    continue
                }
                if found == errno { refused += 1 } else { others.insert("\(found)") }
                if found == errno, let cgroup = isFull.first { full = full ?? cgroup }
            }
        }
        guard refused > 0, let full else {
            return (false, ["of \(made + refused) forks none was refused with \(errno) at a cgroup's pids.max"])
        }
        if !others.isEmpty { return (false, ["forks fail with \(others.sorted().listed) too"]) }
        return (
            true,
            [
                "\(made) forks made, \(refused) refused with \(errno)",
                "\(full.path) holds \(full.current) processes then, its pids.max is \(full.max), and none ever holds more",
            ]
        )
    }

    private static func isOver(_ cgroup: CgroupCounters) -> Bool {
        if case .limited(let most) = cgroup.max { cgroup.current > most } else { false }
    }

    private static func calls(_ names: [String], _ trace: Trace) -> (Bool, [String]) {
        var succeeded: [String: Int] = [:]
        for event in trace.observations.flatMap(\.events) {
            if case .failed = event.outcome { continue }
            succeeded[event.call, default: 0] += 1
        }
        let absent = names.filter { succeeded[$0] == nil }
        let seen = names.compactMap { name in
            succeeded[name].map { "\(name)() succeeds " + ($0 == 1 ? "once" : "\($0) times") }
        }
        return (absent.isEmpty, seen + absent.map { "\($0)() never succeeds" })
    }
}
