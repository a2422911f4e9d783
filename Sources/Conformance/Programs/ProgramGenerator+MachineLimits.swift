import KernelABI
import Scenario

/// What only a program of a guest may do: limits of the whole machine. And those that a PID namespace may have of its own.
extension ProgramGenerator {
    mutating func randomValue(_ range: ClosedRange<Int>) -> SysctlValue { .number(UInt32(random.number(range))) }

    mutating func limitedMachine(_ number: Int) -> Action {
        switch random.below(7) {
        case 0: return limitedThreads(number)
        case 1, 2, 3: return limitedRoom(number)
        case 4 where sketch.people[number].user == .root && random.once(in: 2): return deepPIDNamespaces(number)
        case 6 where random.once(in: 2): return mountNamespacesOfBoot(number)
        default: break
        }
        let kind = random.pick(Self.countedKinds)
        let task = sketch.people[number].name
        let limit = randomValue(0...2)
        isScene = true
        sequel = makings(kind, task, number, count: random.number(1...3))
        return .sysctl(random.once(in: 3) ? task : nil, .maxNamespaces(kind), limit)
    }

    /// Root's mount namespaces, of which a kernel may have counted some before there was a process.
    private mutating func mountNamespacesOfBoot(_ someone: Int) -> Action {
        let number = sketch.roots.isEmpty ? someone : random.pick(sketch.roots)
        isScene = true
        sequel = makings(.mnt, sketch.people[number].name, number, count: random.number(1...4))
        return .sysctl(nil, .maxNamespaces(.mnt), randomValue(1...4))
    }

    /// Room for few threads, or for few pids, on the whole machine: who uses it up, and what gives some back. In between,
    /// PID namespaces whose numbers are found before the machine's are not.
    private mutating func limitedRoom(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let setting: Sysctl = random.pick([.threadsMax, .pidMax, .pidMax])
        var steps: [Action] = []
        var makers = [(name: task, place: number)]
        if random.once(in: 2) {
            let first = sketch.child(of: number)
            makers.append((first, sketch.people.count - 1))
            sketch.addNamespaces(sketch.people.count - 1, .CLONE_NEWPID)
            steps.append(.clone(task, flags: .CLONE_NEWPID, child: first))
        }
        let room = random.number(setting == .pidMax ? 1...3 : 0...3)
        steps.append(.sysctl(nil, setting, .room(UInt32(room))))
        for _ in 0...(room + random.below(2)) {
            let maker = random.pick(makers)
            let child = sketch.child(of: maker.place)
            let place = sketch.people.count - 1
            steps.append(.clone(maker.name, flags: random.pick([[], [], [], .CLONE_NEWPID]), child: child))
            guard random.once(in: 4) else { continue }
            // A zombie counts until it is waited for.
            sketch.end(place)
            steps.append(.exit(child, status: 0))
            if random.once(in: 2) { steps.append(.wait(maker.name, child: child)) }
        }
        if random.once(in: 3) { steps.append(.bomb(task, rounds: 2)) }
        if random.once(in: 2), let maker = makers.last {
            let child = sketch.child(of: maker.place)
            steps += [.sysctl(nil, setting, 4_194_304), .fork(maker.name, child: child), .getpid(child)]
        }
        isScene = true
        sequel = Array(steps.dropFirst())
        return steps[0]
    }

    private static let pidMaxValues: [SysctlValue] = [0, 300, 301, 301, 302, 310, 4_194_304, 4_194_305]

    /// `kernel.pid_max` of a PID namespace: who may write it, which numbers it takes, and what it does to numbers. Before 6.14 it
    /// is the machine's, which no program writes but to what it is.
    mutating func limitedNumbers(_ number: Int) -> Action {
        let outside = sketch.people[number].name
        let first = sketch.child(of: number)
        let place = sketch.people.count - 1
        let cgroup = sketch.people[number].cgroup
        var flags: CloneFlags = random.pick([.CLONE_NEWPID, .CLONE_NEWPID, [.CLONE_NEWPID, .CLONE_NEWUSER]])
        sketch.addNamespaces(place, flags)
        let limit = random.pick(Self.pidMaxValues)
        var steps: [Action]
        switch random.below(8) {
        case 0 where cgroup != .root:
            // Numbers are used up by forks that are refused, and two are left from then on.
            let children = (0..<3).map { _ in sketch.child(of: place) }
            sketch.setLimit(cgroup, .limited(0))
            sketch.setLimit(cgroup, .max)
            steps = [
                .write(cgroup, file: "pids.max", text: "0"),
                .bomb(first, rounds: 300, workload: BombWorkload(isLinear: true)),
                .write(cgroup, file: "pids.max", text: "max"), .sysctl(first, .pidMax, 302),
                .fork(first, child: children[0]), .getpid(children[0]), .fork(first, child: children[1]),
                .getpid(children[1]), .fork(first, child: children[2]),
            ]
        case 1, 2:
            let user = ScenarioUser.named(random.pick(["alice", "bob"]))
            steps = [.setuid(first, user), .sysctl(first, .pidMax, limit)]
        case 3:
            // Who is root outside, in a user namespace of its own inside; and a namespace below, with a limit of its own.
            let inner = sketch.child(of: place)
            sketch.addNamespaces(sketch.people.count - 1, .CLONE_NEWPID)
            let chosen = sketch.child(of: sketch.people.count - 1)
            let pids: [CloneArgs.TID] = random.pick([[.number(301)], [.number(301), .number(300)], [.number(300)]])
            steps = [
                .sysctl(first, .pidMax, limit), .clone(first, flags: .CLONE_NEWPID, child: inner),
                .sysctl(inner, .pidMax, random.pick(Self.pidMaxValues)),
                .clone3(inner, CloneArgs(setTID: .pids(pids)), into: nil, child: chosen), .getpid(chosen),
            ]
        case 6:
            // Who is uid 0 of the owner's, without any of its rights.
            flags = .CLONE_NEWPID
            steps = [.unshare(first, flags: .CLONE_NEWUSER), .sysctl(first, .pidMax, limit), .getpid(first)]
        case 7:
            // A namespace below one with few numbers has all of its own.
            flags = .CLONE_NEWPID
            let inner = sketch.child(of: place)
            sketch.addNamespaces(sketch.people.count - 1, .CLONE_NEWPID)
            let chosen = sketch.child(of: sketch.people.count - 1)
            let args = CloneArgs(setTID: .pids([.number(random.pick([302, 310])), .number(300)]))
            steps = [
                .sysctl(first, .pidMax, 301), .clone(first, flags: .CLONE_NEWPID, child: inner),
                .clone3(inner, args, into: nil, child: chosen), .getpid(chosen),
            ]
        default:
            let chosen = sketch.child(of: place)
            let pids: [CloneArgs.TID] = random.pick([[.number(300)], [.number(301)], [.number(309)], [.number(310)]])
            steps = [
                .sysctl(first, .pidMax, limit),
                .clone3(first, CloneArgs(setTID: .pids(pids)), into: nil, child: chosen),
                .getpid(chosen),
            ]
        }
        isScene = true
        sequel = steps
        return .clone(outside, flags: flags, child: first)
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
            sequel.append(.sysctl(random.pick([nil, sketch.people[number].name]), .threadsMax, .number(UInt32(limit))))
            sequel.append(.fork(task, child: sketch.child(of: maker)))
        }
        let writer = random.once(in: 3) ? sketch.people[number].name : nil
        return .sysctl(writer, .threadsMax, random.pick([0, 1, 1, 1]))
    }

    /// One PID namespace in the other, to where there are no further ones. A host begins below the first, nobody knows how far.
    mutating func deepPIDNamespaces(_ number: Int) -> Action {
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
