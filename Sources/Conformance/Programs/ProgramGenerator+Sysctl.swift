import KernelABI
import Scenario

/// How many namespaces a user may have: limits in a user namespace of the program's own, and what they refuse.
///
/// The scenes are played to their end, since a limit shows nothing but where namespaces are made.
extension ProgramGenerator {
    static let countedKinds: [NamespaceKind] = [
        .uts, .uts, .mnt, .mnt, .cgroup, .cgroup, .ipc, .ipc, .ipc, .pid, .pid, .pid, .net, .net, .net, .user, .time,
        .time,
    ]

    mutating func sysctl(_ number: Int) -> Action {
        if ownsMachine, random.once(in: 8) { return unprivilegedUserNamespaces(number) }
        if ownsMachine, random.once(in: 3) { return limitedMachine(number) }
        return random.once(in: 6) ? limitedNumbers(number) : limitedNamespaces(number)
    }

    /// Somebody limits the namespaces of its own user namespace, and makes some.
    private mutating func limitedNamespaces(_ number: Int) -> Action {
        let owner = sketch.people[number].name
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        let kind = random.pick(Self.countedKinds)
        var steps: [Action] = []
        let limit = randomValue(0...3)
        if kind == .user {
            // What has no map may have no user namespace below, if it is not refused for their number before.
            if !hasRace, random.once(in: 2) {
                sketch.noteMap()
                steps.append(.mapIDs(inside))
            }
            steps.append(.sysctl(inside, .maxNamespaces(.user), randomValue(0...1)))
            steps += makings(.user, inside, place, count: random.number(1...2))
            steps.append(.unshare(inside, flags: .CLONE_NEWUSER))
        } else {
            switch random.below(8) {
            case 0:
                // Who is not root of anything in there any more may not write it.
                if !hasRace, sketch.people[number].user == .root {
                    sketch.noteMap()
                    steps += [.mapIDs(inside), .setuid(inside, .named(random.pick(["alice", "bob"])))]
                }
                steps.append(.sysctl(inside, .maxNamespaces(kind), limit))
                steps += makings(kind, inside, place, count: 1)
            case 1:
                // Two users, each with its own count.
                if !hasRace {
                    sketch.noteMap()
                    steps.append(.mapIDs(inside))
                }
                steps.append(.sysctl(inside, .maxNamespaces(kind), 1))
                steps += makings(kind, inside, place, count: 2)
                let other = sketch.people.first { !$0.hasEnded && $0.user == .root && $0.name != inside }
                if let other {
                    steps += [
                        .setns(other.name, of: inside, flags: .CLONE_NEWUSER), .unshare(other.name, flags: kind.flag),
                    ]
                }
            case 2:
                // What is made below counts above, too.
                guard !hasRace else { break }
                sketch.noteMap()
                let below = sketch.child(of: place)
                sketch.addNamespaces(sketch.people.count - 1, .CLONE_NEWUSER)
                steps = [
                    .mapIDs(inside), .sysctl(inside, .maxNamespaces(kind), limit),
                    .clone(inside, flags: .CLONE_NEWUSER, child: below),
                    .sysctl(below, .maxNamespaces(kind), randomValue(0...3)),
                ]
                steps += makings(kind, below, sketch.people.count - 1, count: 2)
                steps += makings(kind, inside, place, count: 1)
            case 3:
                // The kinds one after the other: what comes first refuses, and those before it are gone again.
                let other = random.pick(Self.countedKinds.filter { $0 != kind && $0 != .user })
                steps = [
                    .sysctl(inside, .maxNamespaces(kind), limit), .sysctl(inside, .maxNamespaces(other), 0),
                    .unshare(inside, flags: kind.flag.union(other.flag)), .sysctl(inside, .maxNamespaces(other), 1),
                    .unshare(inside, flags: kind.flag.union(other.flag)),
                ]
            default:
                // The last one is one too many, unless some have ended.
                let count = random.number(0...2)
                steps.append(.sysctl(inside, .maxNamespaces(kind), randomValue(0...count)))
                steps += makings(kind, inside, place, count: count)
                steps.append(
                    random.once(in: 2)
                        ? .unshare(inside, flags: kind.flag)
                        : .clone3(inside, CloneArgs(flags: kind.flag), into: nil, child: sketch.child(of: place))
                )
            }
        }
        if steps.isEmpty { steps = [.sysctl(inside, .maxNamespaces(kind), limit)] }
        isScene = true
        sequel = steps
        return .clone(owner, flags: .CLONE_NEWUSER, child: inside)
    }

    /// Namespaces of a kind, one after the other: by the process itself, which leaves the last one, or by children, some of
    /// which end.
    mutating func makings(_ kind: NamespaceKind, _ maker: TaskName, _ number: Int, count: Int) -> [Action] {
        var steps: [Action] = []
        for _ in 0..<count {
            // Who has unshared its children's PID namespace makes no further one.
            if kind != .pid, random.once(in: 3) {
                steps.append(.unshare(maker, flags: kind.flag))
                continue
            }
            let child = sketch.child(of: number)
            sketch.addNamespaces(sketch.people.count - 1, kind.flag)
            // clone has an exit signal where clone3 has the flag of a time namespace.
            steps.append(
                kind == .time || random.once(in: 3)
                    ? .clone3(maker, CloneArgs(flags: kind.flag), into: nil, child: child)
                    : .clone(maker, flags: kind.flag, child: child)
            )
            if random.once(in: 3) {
                sketch.end(sketch.people.count - 1)
                steps.append(.exit(child, status: 0))
                if random.once(in: 2) { steps.append(.wait(maker, child: child)) }
            }
        }
        return steps
    }
}
