import KernelABI
import Scenario

/// The numbers of processes in PID namespaces of a program's own: what comes and goes, what is refused after it has got one, and
/// what is chosen, each with what a later process shows of it.
extension ProgramGenerator {
    /// The steps are played to their end: a hole shows nothing but by who comes after it.
    mutating func numbered(_ number: Int) -> Action {
        let outside = sketch.people[number].name
        let first = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWPID)
        var steps: [Action] = []
        var makers = [(name: first, place: place)]
        if random.once(in: 2) {
            let inner = sketch.child(of: place)
            makers.append((inner, sketch.people.count - 1))
            steps.append(.clone(first, flags: .CLONE_NEWPID, child: inner))
        }
        for _ in 0..<random.number(1...3) { steps += numberedOccurrence(random.pick(makers)) }
        for (maker, place) in makers {
            let child = sketch.child(of: place)
            steps += [.fork(maker, child: child), .getpid(child)]
        }
        isScene = true
        sequel = steps
        return .clone(outside, flags: .CLONE_NEWPID, child: first)
    }

    /// What moves numbers on, or does not.
    private mutating func numberedOccurrence(_ maker: (name: TaskName, place: Int)) -> [Action] {
        let child = sketch.child(of: maker.place)
        let place = sketch.people.count - 1
        let cgroup = sketch.people[maker.place].cgroup
        switch random.below(7) {
        case 0:
            sketch.end(place)
            let end: [Action] = [.fork(maker.name, child: child), .exit(child, status: 0)]
            return random.once(in: 3) ? end : end + [.wait(maker.name, child: child)]
        case 1 where cgroup != .root, 2 where cgroup != .root:
            // Refused with a number, in however many namespaces.
            sketch.setLimit(cgroup, .limited(0))
            sketch.setLimit(cgroup, .max)
            let flags: CloneFlags = random.pick([[], [], .CLONE_NEWPID])
            return [
                .write(cgroup, file: "pids.max", text: "0"), .clone(maker.name, flags: flags, child: child),
                .write(cgroup, file: "pids.max", text: "max"),
            ]
        case 3:
            let broken = CloneArgs(flags: .CLONE_PIDFD, pidfd: .null)
            return [.clone3(maker.name, broken, into: nil, child: child)]
        case 4:
            // A namespace that has ended: its parents' numbers move on.
            let last = sketch.child(of: maker.place)
            let witness = sketch.child(of: maker.place)
            let shown = sketch.child(of: sketch.people.count - 1)
            sketch.end(place)
            return [
                .fork(maker.name, child: witness), .unshare(maker.name, flags: .CLONE_NEWPID),
                .fork(maker.name, child: child), .exit(child, status: 0), .fork(maker.name, child: last),
                .fork(witness, child: shown), .getpid(shown),
            ]
        default:
            let again = sketch.child(of: maker.place)
            let pids: [CloneArgs.TID] = random.pick([
                [.number(2)], [.number(2)], [.number(3)], [.number(4), .number(3)], [.number(250)], [.number(301)],
                [.free], [.number(2), .number(2)],
            ])
            let args = CloneArgs(setTID: .pids(pids))
            return [
                .clone3(maker.name, args, into: nil, child: child), .getpid(child),
                .clone3(maker.name, args, into: nil, child: again),
            ]
        }
    }
}
