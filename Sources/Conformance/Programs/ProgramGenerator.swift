import KernelABI
public import Scenario

/// Writes the programs of a seed: small worlds with low limits, where much is refused.
///
///     let program = ProgramGenerator.program(seed: 7, number: 412, hierarchy: .v2)
public struct ProgramGenerator {
    var random: SeededGenerator
    var sketch = ProgramSketch()
    private var hasRace = false

    /// Program number `number` of a seed; the same for ever.
    public static func program(seed: UInt64, number: Int, hierarchy: Platform.Hierarchy? = nil) -> Program {
        var generator = ProgramGenerator(random: SeededGenerator(seed: seed, number: number))
        return generator.program(named: "\(seed)-\(number)", hierarchy)
    }

    private init(random: SeededGenerator) { self.random = random }

    private mutating func program(named name: String, _ hierarchy: Platform.Hierarchy?) -> Program {
        let world = world()
        var steps: [Step] = []
        for _ in 0..<random.number(3...16) {
            if let action = action() { steps.append(Step(action)) }
        }
        return Program(name: name, hierarchy: hierarchy, world: world, steps: steps)
    }

    // MARK: - The world

    private static let trees: [[String]] = [
        ["/a"], ["/a", "/a/b"], ["/a", "/a/b", "/a/b/c"], ["/a", "/b"], ["/a", "/a/b", "/a/c"], ["/a", "/a/b", "/d"],
    ]

    private mutating func world() -> World {
        let cgroups = random.pick(ProgramGenerator.trees).map { text in
            guard let path = CgroupPath(text) else { preconditionFailure("\(text) is a path") }
            return CgroupSetup(path: path, pidsMax: limit())
        }
        for setup in cgroups { sketch.add(setup) }
        let tasks = (1...random.number(1...3)).map { number in
            guard let name = TaskName("t\(number)") else { preconditionFailure("a letter and a digit are a name") }
            let user = user(rootOnceIn: 2)
            let nproc = user != .root && !random.once(in: 3) ? UInt64(random.number(0...6)) : nil
            let cgroup = random.once(in: 8) ? .root : random.pick(sketch.paths)
            return TaskSetup(name: name, cgroup: cgroup, user: user, nproc: nproc)
        }
        for setup in tasks { sketch.add(setup) }
        return World(cgroups: cgroups, tasks: tasks)
    }

    private mutating func user(rootOnceIn times: Int) -> ScenarioUser {
        random.once(in: times) ? .root : .named(random.pick(["alice", "bob"]))
    }

    private mutating func limit() -> PidsLimit {
        random.once(in: 6) ? .max : .limited(Int64(random.number(0...7)))
    }

    // MARK: - Steps

    /// What a step may be.
    private enum Kind {
        case fork, clone, bomb, race, exit, wait, kill, signal, unshare, setns, sethostname, setdomainname, uname,
            namespace, getppid, setuid, setrlimit, write, read, attach
    }

    private static let weights: [(weight: Int, element: Kind)] = [
        (30, .fork), (8, .clone), (4, .bomb), (2, .race), (9, .exit), (9, .wait), (2, .kill), (5, .signal),
        (4, .unshare), (5, .setns), (5, .sethostname), (3, .setdomainname), (5, .uname), (4, .namespace),
        (3, .getppid), (4, .setuid), (6, .setrlimit), (10, .write), (3, .read), (9, .attach),
    ]

    private mutating func action() -> Action? {
        let number = someone()
        let task = sketch.people[number].name
        switch random.pick(weighted: ProgramGenerator.weights) {
        case .fork: return .fork(task, child: sketch.child(of: number))
        case .clone: return .clone(task, flags: cloneFlags(), child: sketch.child(of: number))
        case .bomb:
            sketch.noteNamelessChildren(number)
            return .bomb(task, rounds: random.number(1...3))
        case .race: return race()
        case .exit:
            sketch.end(number)
            return .exit(task, status: UInt8(random.number(0...255)))
        case .wait: return wait(number)
        case .kill:
            sketch.endTree(number)
            return .kill(task)
        case .signal: return signal(number)
        case .unshare: return .unshare(task, flags: unshareFlags())
        case .setns: return setns(number)
        case .sethostname: return .sethostname(task, name: hostName())
        case .setdomainname: return .setdomainname(task, name: hostName())
        case .uname: return .uname(task, member: random.once(in: 3) ? .domainname : .nodename)
        case .namespace: return .namespace(task, random.pick([.uts, .uts, .uts, .ipc, .mnt, .net, .cgroup, .pid]))
        case .getppid: return .getppid(task)
        case .setuid:
            let user = user(rootOnceIn: 4)
            sketch.become(number, user)
            return .setuid(task, user)
        case .setrlimit: return setrlimit(number)
        case .write: return write()
        case .read:
            let files = ["pids.current", "pids.max", "pids.events", "pids.events.local", "pids.peak"]
            return .read(random.pick(sketch.paths), file: random.pick(files))
        case .attach:
            let path = random.once(in: 8) ? .root : random.pick(sketch.paths)
            sketch.move(number, to: path)
            return .attach(task, to: path)
        }
    }

    /// Somebody who lives, most of the time.
    private mutating func someone() -> Int {
        let living = sketch.people.indices.filter { !sketch.people[$0].hasEnded }
        if living.isEmpty || random.once(in: 25) { return random.below(sketch.people.count) }
        return random.pick(living)
    }

    private mutating func cloneFlags() -> CloneFlags {
        random.pick(weighted: [
            (8, .CLONE_NEWUTS), (2, []), (1, .CLONE_NEWIPC), (1, .CLONE_NEWNS), (1, .CLONE_NEWCGROUP),
            (1, [.CLONE_NEWUTS, .CLONE_NEWIPC]), (1, .CLONE_SIGHAND), (1, [.CLONE_NEWNS, .CLONE_FS]),
            (1, [.CLONE_NEWUSER, .CLONE_FS]), (1, [.CLONE_THREAD, .CLONE_VM]),
            (1, [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM, .CLONE_NEWPID]), (1, [.CLONE_NEWUTS, .CLONE_SIGHAND]),
        ])
    }

    private mutating func unshareFlags() -> CloneFlags {
        random.pick(weighted: [
            (8, .CLONE_NEWUTS), (1, []), (1, .CLONE_NEWIPC), (1, .CLONE_NEWNS), (1, .CLONE_NEWCGROUP),
            (1, [.CLONE_NEWUTS, .CLONE_FILES]), (1, .CLONE_PARENT), (1, [.CLONE_NEWUTS, .CLONE_VFORK]),
        ])
    }

    private mutating func hostName() -> String {
        random.pick(weighted: [
            (4, "box"), (4, "crate"), (1, ""), (1, String(repeating: "n", count: 64)),
            (1, String(repeating: "n", count: 65)), (1, "häuschen"),
        ])
    }

    /// A wait that comes back: for a child that a step has ended, for somebody who is no child, or for any of those that
    /// have all ended.
    private mutating func wait(_ number: Int) -> Action? {
        let ended = sketch.people.filter { $0.hasEnded && $0.parent != nil }
        if !ended.isEmpty, !random.once(in: 3) {
            let child = random.pick(ended)
            guard let parent = child.parent else { return nil }
            return .wait(parent, child: child.name)
        }
        let task = sketch.people[number].name
        if sketch.mayWaitForAny(number) { return .wait(task, child: nil) }
        let strangers = sketch.people.filter { $0.parent != task }
        return .wait(task, child: random.pick(strangers).name)
    }

    private mutating func signal(_ number: Int) -> Action {
        let target = random.below(sketch.people.count)
        let signal: Action.FatalSignal = random.once(in: 3) ? .none : .kill
        let (sender, victim) = (sketch.people[number], sketch.people[target])
        // As far as can be told: where it is not permitted the victim lives on, and is taken for dead in vain.
        if signal == .kill, sender.user == .root || sender.user == victim.user { sketch.end(target) }
        return .signal(sender.name, to: victim.name, signal: signal)
    }

    private mutating func setns(_ number: Int) -> Action {
        let caller = sketch.people[number]
        // Whether somebody unprivileged may look at a zombie of its own is not modelled.
        let targets = sketch.people.filter { caller.user == .root || $0.user == .root || $0.name == caller.name }
        let flags: CloneFlags = random.pick(weighted: [(8, .CLONE_NEWUTS), (1, []), (1, .CLONE_VM)])
        return .setns(caller.name, of: random.pick(targets).name, flags: flags)
    }

    private mutating func setrlimit(_ number: Int) -> Action? {
        let soft = UInt64(random.number(0...6))
        let hard = random.once(in: 4) ? UInt64(random.number(0...6)) : soft
        guard sketch.limit(number, hard: max(soft, hard)) else { return nil }
        return .setrlimitNproc(sketch.people[number].name, soft: soft, hard: hard)
    }

    private mutating func write() -> Action {
        let path = random.pick(sketch.paths)
        let text: String = random.pick(weighted: [
            (40, "\(random.number(0...7))"), (6, "max"), (1, " 5 "), (1, "7\n"), (1, "-1"), (1, "x"), (1, "0x4"),
            (1, "010"),
            (1, ""), (1, "4194304"), (1, "4194305"), (1, "99999999999999999999"), (1, "3 4"), (1, "MAX"),
        ])
        sketch.setLimit(path, PidsLimit(text) ?? .max)
        if random.once(in: 400) { return .write(path, file: "pids.max", text: String(repeating: "1", count: 4097)) }
        return .write(path, file: "pids.max", text: text)
    }

    /// Two or three processes, each with a low limit above it: the more room, the more ways there are.
    private mutating func race() -> Action? {
        guard !hasRace else { return nil }
        let able = sketch.people.indices.filter { number in
            !sketch.people[number].hasEnded
                && sketch.lowestLimit(in: sketch.people[number].cgroup).map { $0 <= 5 } ?? false
        }
        guard !able.isEmpty else { return nil }
        var racers: [Int] = []
        for _ in 0..<random.number(2...3) {
            let next = random.pick(able)
            if !racers.contains(next) { racers.append(next) }
        }
        hasRace = true
        for racer in racers { sketch.noteNamelessChildren(racer) }
        return .race(racers.map { sketch.people[$0].name })
    }
}
