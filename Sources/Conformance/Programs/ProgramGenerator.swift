import KernelABI
public import Scenario

/// Writes the programs of a seed: small worlds with low limits, where much is refused.
///
///     let program = ProgramGenerator.program(seed: 7, number: 412, hierarchy: .v2)
public struct ProgramGenerator {
    var random: SeededGenerator
    var sketch = ProgramSketch()
    var hasRace = false
    /// How many files have got names.
    var openedFiles = 0
    /// Steps that show what an earlier one did: soon, not always at once, and not always at all.
    var sequel: [Action] = []
    /// The sequel shows nothing unless it is played as it stands, to its end.
    var isScene = false

    /// It is not for version 1, whose cgroups have no files of their own.
    private(set) var isUnified = true
    /// The world's cgroups are domains.
    var hasDomains = false

    /// The program is for a machine of its own, whose settings it may change.
    private(set) var ownsMachine = false

    /// Program number `number` of a seed; the same for ever.
    ///
    /// - Parameter ownsMachine: it is for a guest, whose settings programs may change.
    public static func program(
        seed: UInt64,
        number: Int,
        hierarchy: Platform.Hierarchy? = nil,
        ownsMachine: Bool = false
    ) -> Program {
        var generator = ProgramGenerator(random: SeededGenerator(seed: seed, number: number))
        generator.ownsMachine = ownsMachine
        generator.isUnified = hierarchy != .v1
        return generator.program(named: "\(seed)-\(number)", hierarchy)
    }

    private init(random: SeededGenerator) { self.random = random }

    private mutating func program(named name: String, _ hierarchy: Platform.Hierarchy?) -> Program {
        let world = world(hierarchy)
        var steps: [Step] = []
        for _ in 0..<random.number(3...6) {
            if let action = action() { steps.append(Step(action)) }
        }
        // What was begun is not always left half done.
        if isScene || random.once(in: 2) { steps += sequel.map(Step.init) }
        return Program(name: name, hierarchy: hierarchy, world: world, steps: steps)
    }

    // MARK: - Steps

    /// What a step may be.
    private enum Kind {
        case fork, clone, clone3, bomb, race, exit, wait, kill, signal, unshare, setns, sethostname, setdomainname,
            uname, namespace, getppid, setuid, setrlimit, write, read, attach, map, mkdir, rmdir, writeCore,
            sysctl, control, numbers, waitCall, careless, subreaper, openFile, shareRoot, seldom,
            clocks, cgroupView, threads, execve, autoreap, members, nested
    }

    private static let weights: [(weight: Int, element: Kind)] = [
        (22, .fork), (12, .clone), (12, .clone3), (4, .bomb), (5, .race), (8, .exit), (8, .wait), (2, .kill),
        (6, .signal),
        (5, .unshare), (7, .setns), (5, .sethostname), (4, .setdomainname), (3, .uname), (2, .namespace),
        (3, .getppid), (5, .setuid), (7, .setrlimit), (10, .write), (4, .read), (7, .attach), (2, .map),
        (3, .mkdir), (5, .rmdir), (8, .writeCore), (18, .sysctl),
        (13, .control), (4, .numbers), (7, .waitCall), (4, .careless), (4, .subreaper), (6, .openFile), (4, .shareRoot),
        (8, .seldom), (9, .clocks), (4, .cgroupView), (20, .threads), (8, .execve), (4, .autoreap), (6, .members),
        (5, .nested),
    ]

    private mutating func action() -> Action? {
        if !sequel.isEmpty, isScene || !random.once(in: 6) { return sequel.removeFirst() }
        isScene = false
        let number = someone()
        let task = sketch.people[number].name
        if hasDomains, random.once(in: 3) { return control(number) }
        switch random.pick(weighted: ProgramGenerator.weights) {
        case .fork:
            let child = sketch.child(of: number)
            // What a parent has of its own, its child has as well.
            let own = sketch.people[number].namespaces
            if !own.isEmpty, random.once(in: 2) { compareNamespaces(own, task, child) }
            return .fork(task, child: child)
        case .clone:
            let flags = cloneFlags()
            let child = sketch.child(of: number)
            if flags.contains(.CLONE_NEWUSER) { return clonedIntoUserNamespace(flags, task, child) }
            if flags.contains(.CLONE_NEWPID) { return clonedIntoPIDNamespace(flags, task, child) }
            if sketch.people[number].user == .root { sketch.addNamespaces(sketch.people.count - 1, flags) }
            showNamespaces(flags, task, child)
            return .clone(task, flags: flags, child: child)
        case .clone3: return clone3(number)
        case .bomb:
            sketch.noteNamelessChildren(number)
            let place = sketch.people[number].cgroup
            if let path = random.once(in: 2) ? place.parent : place, path != .root {
                sequel = [.read(path, file: "pids.events.local")]
            }
            return .bomb(task, rounds: random.number(1...3), workload: workload())
        case .race: return race()
        case .exit:
            sketch.end(number)
            showEnd(number)
            return .exit(task, status: UInt8(random.number(0...255)))
        case .wait: return wait(number)
        case .kill:
            sketch.endTree(number)
            return .kill(task)
        case .signal: return signal(number)
        case .unshare:
            let flags = unshareFlags()
            if flags.contains(.CLONE_NEWUSER) { return unsharedUserNamespace(flags, number) }
            if flags.contains(.CLONE_NEWPID) { return unsharedPIDNamespace(flags, number) }
            if sketch.people[number].user == .root { sketch.addNamespaces(number, flags) }
            compareNamespaces(flags, task, random.pick(sketch.people).name)
            return .unshare(task, flags: flags)
        case .setns: return setns(number)
        case .sethostname:
            sequel = [.uname(random.pick(sketch.people).name, member: .nodename)]
            return .sethostname(task, name: hostName())
        case .setdomainname:
            sequel = [.uname(random.pick(sketch.people).name, member: .domainname)]
            return .setdomainname(task, name: hostName())
        case .uname: return .uname(task, member: random.once(in: 3) ? .domainname : .nodename)
        case .namespace:
            return .namespace(
                task,
                random.pick([.uts, .uts, .uts, .ipc, .mnt, .net, .cgroup, .pid, .pidForChildren, .user, .time])
            )
        case .getppid: return .getppid(task)
        case .setuid:
            let user = user(rootOnceIn: 4)
            sketch.become(number, user)
            return .setuid(task, user)
        case .setrlimit: return setrlimit(number)
        case .write: return write()
        case .read:
            // All others are looked at after each step.
            let files = [
                "pids.events.local", "pids.events.local", "pids.current", "pids.max", "pids.events", "pids.peak",
                "cgroup.events", "cgroup.events", "cgroup.type", "cgroup.subtree_control", "cgroup.controllers",
                "cgroup.freeze",
            ]
            return .read(random.pick(sketch.paths), file: random.pick(files))
        case .attach:
            let path = random.once(in: 8) ? .root : random.pick(sketch.paths)
            sketch.move(number, to: path)
            return .attach(task, to: path)
        case .map: return map(number)
        case .mkdir: return mkdir(number)
        case .rmdir: return rmdir()
        case .writeCore: return writeCoreFile()
        case .sysctl: return sysctl(number)
        case .control where isUnified || random.once(in: 2): return control(number)
        case .control, .seldom: return seldom(number)
        case .numbers: return numbered(number)
        case .waitCall: return waitCall(number)
        case .careless: return carelessParent(number)
        case .subreaper: return subreaper(number)
        case .openFile: return openFile(number)
        case .shareRoot: return shareRoot(number)
        case .clocks: return clocks(number)
        case .cgroupView: return cgroupView(number)
        case .threads: return threads(number)
        case .execve: return execve(number)
        case .autoreap: return autoreap(number)
        case .members: return members(number)
        case .nested: return nestedUserNamespaces(number)
        }
    }

    private mutating func workload() -> BombWorkload {
        if random.once(in: 2) { return .binary }
        return BombWorkload(
            isLinear: random.once(in: 3),
            onRefusal: random.pick([.retry, .retry, .giveUp, .exit]),
            lifetime: random.pick([nil, nil, 0, 1]),
            reaps: !random.once(in: 4)
        )
    }

    /// Whose child an orphan is, and which of several ended children comes first.
    private mutating func showEnd(_ number: Int) {
        let task = sketch.people[number].name
        if random.once(in: 8) {
            // Zombies have left their namespaces.
            isScene = true
            sequel = [.setns(sketch.people[someone()].name, of: task, flags: .CLONE_NEWUTS)]
            return
        }
        let orphans = sketch.people.filter { $0.parent == task && !$0.hasEnded }
        if !orphans.isEmpty {
            sequel = [.getppid(random.pick(orphans).name)]
        } else if let parent = sketch.people[number].parent,
            sketch.people.count(where: { $0.parent == parent && $0.hasEnded }) > 1
        {
            isScene = true
            sequel = [.wait(parent, child: nil)]
        }
        if sequel.isEmpty, let parent = sketch.people[number].parent, random.once(in: 3) {
            sequel = [.wait(parent, child: task)]
        }
        // The first of two in the list is the one that a wait for any takes.
        let siblings = sketch.people.indices.filter {
            sketch.people[$0].parent == sketch.people[number].parent && !sketch.people[$0].hasEnded
        }
        if orphans.isEmpty, sequel.isEmpty, let parent = sketch.people[number].parent, !siblings.isEmpty,
            random.once(in: 2)
        {
            let sibling = random.pick(siblings)
            sketch.end(sibling)
            isScene = true
            sequel = [.exit(sketch.people[sibling].name, status: 7), .wait(parent, child: nil)]
        }
    }

    /// Somebody who lives, most of the time.
    mutating func someone() -> Int {
        let living = sketch.people.indices.filter { !sketch.people[$0].hasEnded }
        if living.isEmpty || random.once(in: 25) { return random.below(sketch.people.count) }
        return random.pick(living)
    }

    /// A child's namespaces: which they are, what a copy of a copy holds, and which of them setns takes.
    private mutating func showNamespaces(_ flags: CloneFlags, _ parent: TaskName, _ child: TaskName) {
        if flags == .CLONE_NEWUTS, random.once(in: 4) {
            isScene = true
            sequel = [
                .sethostname(child, name: "hut"), .setns(parent, of: child, flags: .CLONE_NEWUTS),
                .uname(parent, member: .nodename),
            ]
        } else if flags == .CLONE_NEWUTS, random.once(in: 4) {
            sequel = [
                .sethostname(child, name: "hut"), .unshare(child, flags: .CLONE_NEWUTS),
                .uname(child, member: .nodename),
            ]
        } else if flags == .CLONE_NEWUTS, random.once(in: 6) {
            sequel = [.namespace(parent, .ipc), .namespace(child, .ipc)]
        } else if flags.contains(.CLONE_NEWIPC), random.once(in: 3) {
            sequel = [
                .setns(parent, of: child, flags: .CLONE_NEWUTS), .namespace(parent, .ipc), .namespace(child, .ipc),
            ]
        } else {
            compareNamespaces(flags, parent, child)
        }
    }

    /// A namespace shows what it is beside another one of its kind alone.
    private mutating func compareNamespaces(_ flags: CloneFlags, _ one: TaskName, _ other: TaskName) {
        let kinds = NamespaceKind.allCases.filter { flags.contains($0.flag) }
        guard !kinds.isEmpty else { return }
        let kind = random.pick(kinds)
        sequel = [.namespace(one, NamespaceFile(kind)), .namespace(other, NamespaceFile(kind))]
        if kind == .uts, random.once(in: 2) { sequel = [.uname(other, member: .nodename)] }
    }

    private mutating func cloneFlags() -> CloneFlags {
        random.pick(weighted: [
            (8, .CLONE_NEWUTS), (2, []), (2, .CLONE_NEWIPC), (1, .CLONE_NEWNS), (2, .CLONE_NEWCGROUP),
            (1, [.CLONE_NEWUTS, .CLONE_NEWIPC]), (1, .CLONE_SIGHAND), (2, [.CLONE_NEWNS, .CLONE_FS]),
            (1, [.CLONE_NEWUSER, .CLONE_FS]), (1, [.CLONE_THREAD, .CLONE_VM]),
            (2, [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM, .CLONE_NEWPID]), (1, [.CLONE_NEWUTS, .CLONE_SIGHAND]),
            (1, [.CLONE_PIDFD, .CLONE_PARENT_SETTID]),
            (2, [.CLONE_PIDFD, .CLONE_DETACHED]), (1, [.CLONE_NEWIPC, .CLONE_SYSVSEM]),
            (2, .CLONE_NEWUSER), (1, [.CLONE_NEWUSER, .CLONE_NEWUTS]), (1, [.CLONE_NEWUSER, .CLONE_NEWIPC]),
            (8, .CLONE_NEWPID), (1, [.CLONE_NEWPID, .CLONE_NEWUTS]), (4, [.CLONE_NEWUSER, .CLONE_NEWPID]),
        ])
    }

    private mutating func unshareFlags() -> CloneFlags {
        random.pick(weighted: [
            (8, .CLONE_NEWUTS), (1, []), (1, .CLONE_NEWIPC), (1, .CLONE_NEWNS), (1, .CLONE_NEWCGROUP),
            (1, [.CLONE_NEWUTS, .CLONE_FILES]), (1, .CLONE_PARENT), (2, [.CLONE_NEWUTS, .CLONE_VFORK]),
            (3, .CLONE_NEWUSER), (2, [.CLONE_NEWUSER, .CLONE_NEWUTS]), (1, [.CLONE_NEWUSER, .CLONE_NEWNS]),
            (7, .CLONE_NEWPID), (1, [.CLONE_NEWUSER, .CLONE_NEWPID]),
        ])
    }

    private mutating func hostName() -> String {
        random.pick(weighted: [
            (4, "box"), (4, "crate"), (1, ""), (1, String(repeating: "n", count: 64)),
            (2, String(repeating: "n", count: 65)), (1, "häuschen"), (1, String(repeating: "ä", count: 33)),
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
        let flags: CloneFlags = random.pick(weighted: [
            (8, .CLONE_NEWUTS), (1, []), (1, .CLONE_VM), (2, .CLONE_NEWIPC), (2, .CLONE_NEWNS), (2, .CLONE_NEWCGROUP),
            (1, .CLONE_NEWNET), (3, .CLONE_NEWUSER), (1, [.CLONE_NEWUSER, .CLONE_NEWUTS]), (3, .CLONE_NEWPID),
            (1, [.CLONE_NEWUTS, .CLONE_NEWIPC]),
        ])
        // Most people are where everybody is, and to go there is to stay.
        let elsewhere = sketch.people.filter { $0.name != caller.name && !$0.namespaces.isDisjoint(with: flags) }
        let target = (elsewhere.isEmpty || random.once(in: 3) ? random.pick(sketch.people) : random.pick(elsewhere))
            .name
        if elsewhere.isEmpty, !flags.isDisjoint(with: ProgramGenerator.rareNamespaces), target != caller.name {
            // Somewhere else has to be first.
            compareNamespaces(flags, caller.name, target)
            isScene = true
            sequel.insert(.setns(caller.name, of: target, flags: flags), at: 0)
            return .unshare(target, flags: flags)
        }
        let shown = flags.isDisjoint(with: .CLONE_NEWUTS) && !flags.isEmpty ? flags : .CLONE_NEWUTS
        compareNamespaces(random.once(in: 4) ? .CLONE_NEWIPC : shown, caller.name, target)
        isScene = random.once(in: 2)
        return .setns(caller.name, of: target, flags: flags)
    }

    private static let rareNamespaces: CloneFlags = [.CLONE_NEWIPC, .CLONE_NEWNS, .CLONE_NEWCGROUP, .CLONE_NEWNET]

    private mutating func setrlimit(_ number: Int) -> Action? {
        if random.once(in: 5), let action = limitedMaker(number) { return action }
        let soft = UInt64(random.number(0...6))
        let hard = random.once(in: 4) ? UInt64(random.number(0...6)) : soft
        guard sketch.limit(number, soft: soft, hard: max(soft, hard)) else { return nil }
        // Who becomes another user under a limit is not asked about it then, but at the next fork.
        if sketch.people[number].user == .root, random.once(in: 3) {
            let task = sketch.people[number].name
            let user = user(rootOnceIn: 10)
            sequel = [.setuid(task, user), .fork(task, child: sketch.child(of: number))]
            sketch.become(number, user)
        }
        return .setrlimitNproc(sketch.people[number].name, soft: soft, hard: hard)
    }

    private mutating func write() -> Action {
        let path = random.pick(sketch.paths)
        let isOdd = random.once(in: 3)
        let text = isOdd ? random.pick(ProgramGenerator.oddLimits) : "\(random.number(0...7))"
        if isOdd { sequel = [.write(path, file: "pids.max", text: random.pick(ProgramGenerator.oddLimits))] }
        sketch.setLimit(path, PidsLimit(text) ?? .max)
        return .write(path, file: "pids.max", text: text)
    }

    /// Texts at the borders of what the kernel reads as a limit: signs, bases, spaces, the largest numbers, a page.
    private static let oddLimits = [
        "max", "max", "max", " 5 ", "7\n", "+3", "-0", "-1", "-", " ", "x", "0x4", "0X3", "010", "08", "0x", "",
        "4194304", "4194305",
        "3 4", "3\n4", "MAX", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "-18446744073709551616",
        "18446744073709551615", "18446744073709551616", "99999999999999999999",
        String(repeating: " ", count: 4095) + "6", String(repeating: " ", count: 4096) + "6",
        String(repeating: " ", count: 4096) + "7",
    ]

    /// Two or three processes, each with a low limit above it: the more room, the more ways there are.
    private mutating func race() -> Action? {
        guard !hasRace else { return nil }
        if random.once(in: 4) {
            raceBesideRoot()
            if isScene { return sequel.removeFirst() }
        }
        let able = sketch.people.indices.filter { number in
            !sketch.people[number].hasEnded && sketch.loosestLimit(number).map { $0 <= 5 } ?? false
        }
        guard !able.isEmpty else { return nil }
        var racers = [random.pick(able)]
        // Those who count with one user get in each other's way in one more place.
        let user = sketch.people[racers[0]].user
        let near = random.once(in: 2) ? able.filter { sketch.people[$0].user == user } : able
        for _ in 1..<random.number(2...3) {
            let next = random.pick(near)
            if !racers.contains(next) { racers.append(next) }
        }
        hasRace = true
        for racer in racers { sketch.noteNamelessChildren(racer) }
        let last = random.pick(racers)
        sequel = [.fork(sketch.people[last].name, child: sketch.child(of: last))]
        return .race(racers.map { sketch.people[$0].name })
    }
}
