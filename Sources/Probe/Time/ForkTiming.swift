import CLinux
import Glibc
import KernelABI
import Scenario

/// Measures what forks cost on this machine: small programs with a bomb, in whose place forks are timed.
enum ForkTiming {
    /// The levels at which a fork is refused: its own cgroup is the first.
    static let levels = 4
    /// How many forks are one sample. A refused fork leaves nothing behind, so it takes more for the same time.
    static let forks = 128
    /// How many samples there are of each cost, at least, and after how many batches.
    private static let batches = 15
    /// More processors than these are not measured at the same time: the children of all of them wait until the end.
    private static let mostCPUs = 16

    /// Prints the samples, or complains of what is missing.
    static func serve(output: Int32) -> Probe.Exit {
        let signals = kernaut_signal_descriptor()
        guard signals >= 0 else { return .fault }
        if let missing = Privilege.current().missing {
            Probe.complain(missing)
            return .unavailable
        }
        let hierarchy: PidsHierarchy
        do { hierarchy = try PidsHierarchy.find(mayDelegate: false) } catch {
            Probe.complain(error.reason)
            return .unavailable
        }
        _ = Leftovers.sweep(hierarchy)
        let all = Int(kernaut_processors())
        let head = ForkSamples(release: Probe.release(), cpus: all, forks: forks, series: [])
        guard SystemFile.send(head.text, to: output) else { return .interrupted }
        for measurement in measurements(cpus: min(all, mostCPUs)) {
            let ending = measurement.run(on: hierarchy, output: output, signals: signals)
            guard ending == .completed else {
                if case .fault(let reason) = ending { Probe.complain(reason) } else { Probe.complain(ending.text) }
                return ending.exit
            }
        }
        return .completed
    }

    /// Alone and on all processors at once: what forks cost in between lies in between.
    private static func measurements(cpus: Int) -> [Measurement] {
        var found = [Measurement(subject: .slice, kinds: [(.slice, KERNAUT_SAMPLE_SLICE)], cpus: 1)]
        for cpus in cpus > 1 ? [1, cpus] : [1] {
            found.append(
                Measurement(
                    subject: .made,
                    kinds: [(.made, KERNAUT_SAMPLE_MADE), (.started, KERNAUT_SAMPLE_STARTED)],
                    cpus: cpus
                )
            )
            for level in 1...levels {
                let kind = ForkSamples.Kind.refusedByPidsMax(level: level)
                found.append(Measurement(subject: .refused, kinds: [(kind, KERNAUT_SAMPLE_REFUSED)], cpus: cpus))
            }
            found.append(
                Measurement(subject: .refused, kinds: [(.refusedByNproc, KERNAUT_SAMPLE_REFUSED)], cpus: cpus)
            )
        }
        return found
    }

    /// One program and what is measured in it.
    private struct Measurement {
        let subject: BombTiming.Subject
        let kinds: [(kind: ForkSamples.Kind, sample: kernaut_sample)]
        let cpus: Int

        func run(on hierarchy: PidsHierarchy, output: Int32, signals: Int32) -> RunEnding {
            guard let timing = BombTiming(subject, cpus: cpus, forks: forks, batches: batches) else {
                return .fault(reason: "no memory for samples")
            }
            defer { timing.release() }
            var supervisor = Supervisor(output: .descriptor(output), timeoutSeconds: 60, signals: signals)
            supervisor.timing = timing
            let ending = supervisor.run(program, on: hierarchy, canRaiseLimits: Privilege.current().canRaiseLimits)
            guard ending == .completed else { return ending }
            for (kind, sample) in kinds {
                let series = ForkSamples.Series(kind: kind, cpus: cpus, nanoseconds: timing.samples(sample))
                guard SystemFile.send("\(series.line)\n", to: output) else { return .interrupted }
            }
            return .completed
        }

        /// A task below four cgroups, the limit of one of which leaves room for the forkers and, where forks are to succeed,
        /// for their children.
        private var program: Program {
            var limited = 1
            var room = 1 + cpus
            var user = ScenarioUser.root
            var nproc: UInt64?
            switch kinds[0].kind {
            case .made, .started, .slice: room += cpus * forks
            case .refusedByPidsMax(let level): limited = level
            case .refusedByNproc:
                user = .named("kernaut")
                nproc = UInt64(room)
                room += cpus
            }
            var path = ""
            var cgroups: [CgroupSetup] = []
            for depth in (1...levels).reversed() {
                path += "/\(depth)"
                guard let cgroup = CgroupPath(path) else { preconditionFailure("\(path) is a path") }
                cgroups.append(CgroupSetup(path: cgroup, pidsMax: depth == limited ? .limited(Int64(room)) : .max))
            }
            guard let name = TaskName("forker") else { preconditionFailure("a word is a name") }
            let task = TaskSetup(name: name, cgroup: cgroups[levels - 1].path, user: user, nproc: nproc)
            return Program(
                name: "forks",
                world: World(cgroups: cgroups, tasks: [task]),
                steps: [Step(.bomb(name, rounds: 62))]
            )
        }
    }
}
