import KernelABI
import Scenario

/// How many namespaces a user may have: limits in a user namespace of the program's own, and what they refuse.
///
/// The scenes are played to their end, since a limit shows nothing but where namespaces are made.
extension ProgramGenerator {
    private static let countedKinds: [NamespaceKind] = [
        .uts, .uts, .mnt, .mnt, .cgroup, .cgroup, .ipc, .ipc, .ipc, .pid, .pid, .net, .net, .user,
    ]

    mutating func sysctl(_ number: Int) -> Action {
        ownsMachine && random.once(in: 4) ? limitedMachine(number) : limitedNamespaces(number)
    }

    /// Somebody limits the namespaces of its own user namespace, and makes some.
    private mutating func limitedNamespaces(_ number: Int) -> Action {
        let owner = sketch.people[number].name
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        let kind = random.pick(Self.countedKinds)
        var steps: [Action] = []
        let limit = UInt32(random.number(0...3))
        if kind == .user {
            // What has no map may have no user namespace below, if it is not refused for their number before.
            if !hasRace, random.once(in: 2) {
                sketch.noteMap()
                steps.append(.mapIDs(inside))
            }
            steps.append(.sysctl(inside, .maxNamespaces(.user), UInt32(random.number(0...1))))
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
                    .sysctl(below, .maxNamespaces(kind), UInt32(random.number(0...3))),
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
                steps.append(.sysctl(inside, .maxNamespaces(kind), UInt32(random.number(0...count))))
                steps += makings(kind, inside, place, count: count)
                steps.append(
                    random.once(in: 2)
                        ? .unshare(inside, flags: kind.flag)
                        : .clone(inside, flags: kind.flag, child: sketch.child(of: place))
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
    private mutating func makings(_ kind: NamespaceKind, _ maker: TaskName, _ number: Int, count: Int) -> [Action] {
        var steps: [Action] = []
        for _ in 0..<count {
            // Who has unshared its children's PID namespace makes no further one.
            if kind != .pid, random.once(in: 3) {
                steps.append(.unshare(maker, flags: kind.flag))
                continue
            }
            let child = sketch.child(of: number)
            sketch.addNamespaces(sketch.people.count - 1, kind.flag)
            steps.append(
                random.once(in: 3)
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

    /// What a program of a guest may do beside: the settings of the whole machine.
    private mutating func limitedMachine(_ number: Int) -> Action {
        if random.once(in: 3) { return limitedThreads(number) }
        if random.once(in: 4), sketch.people[number].user == .root { return deepPIDNamespaces(number) }
        let kind = random.pick(Self.countedKinds)
        let task = sketch.people[number].name
        let limit = UInt32(random.number(0...2))
        isScene = true
        sequel = makings(kind, task, number, count: random.number(1...3))
        return .sysctl(random.once(in: 3) ? task : nil, .maxNamespaces(kind), limit)
    }

    /// Nobody may fork, until somebody lets them again. What was refused counts with nobody: there is room below a user's limit
    /// afterwards.
    private mutating func limitedThreads(_ number: Int) -> Action {
        let held = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        let maker = held.isEmpty ? number : random.pick(held)
        let task = sketch.people[maker].name
        isScene = true
        let user = sketch.people[maker].user
        let count = UInt64(sketch.people.count { !$0.hasEnded && $0.user == user })
        sequel = []
        if user != .root, sketch.limit(maker, soft: count + 1, hard: count + 1) {
            sequel = [.setrlimitNproc(task, soft: count + 1, hard: count + 1)]
        }
        sequel += (0..<random.number(1...4)).map { _ in .fork(task, child: sketch.child(of: maker)) }
        if !random.once(in: 3) {
            let limit = random.pick([0, 4_194_304, 4_194_304, 1 << 30])
            sequel.append(.sysctl(random.pick([nil, sketch.people[number].name]), .threadsMax, UInt32(limit)))
            sequel.append(.fork(task, child: sketch.child(of: maker)))
        }
        let writer = random.once(in: 3) ? sketch.people[number].name : nil
        return .sysctl(writer, .threadsMax, UInt32(random.pick([0, 1, 1, 1])))
    }

    /// One PID namespace in the other, to where there are no further ones. A host begins below the first, nobody knows how far.
    private mutating func deepPIDNamespaces(_ number: Int) -> Action {
        let first = sketch.people[number].name
        var (maker, place) = (first, number)
        var steps: [Action] = []
        for _ in 0..<32 {
            let child = sketch.child(of: place)
            steps.append(.clone(maker, flags: .CLONE_NEWPID, child: child))
            (maker, place) = (child, sketch.people.count - 1)
            sketch.addNamespaces(place, .CLONE_NEWPID)
        }
        steps.append(.clone(maker, flags: .CLONE_NEWPID, child: sketch.child(of: place)))
        steps.append(.unshare(maker, flags: .CLONE_NEWPID))
        isScene = true
        sequel = steps
        sketch.move(number, to: .root)
        return .attach(first, to: .root)
    }
}
