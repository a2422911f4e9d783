import KernelABI
import Scenario

/// User namespaces below user namespaces, each with a map of its own maker's, and who may make them at all.
extension ProgramGenerator {
    mutating func nestedUserNamespaces(_ someone: Int) -> Action? {
        guard !hasRace else { return nil }
        sketch.noteMap()
        isScene = true
        let roots = sketch.roots
        // Who has become somebody else owns its files in /proc no more.
        let number = roots.isEmpty || random.once(in: 10) ? someone : random.pick(roots)
        sketch.addNamespaces(number, .CLONE_NEWUSER)
        switch random.below(ownsMachine ? 17 : 15) {
        case 0, 1: return mappedByOthers(number)
        case 2, 3: return rightsOfLevels(number)
        case 4, 5: return countedOnAllLevels(number)
        case 6, 7: return oneIDAlone(number)
        case 8, 9, 10: return enteredFromAbove(number)
        case 11, 12: return foreignPIDNamespace(number)
        case 13, 14: return noneBelow(number)
        default: return deepestUserNamespace(number)
        }
    }

    /// Goes down level by level.
    private func descent(_ task: TaskName, _ levels: Int) -> [Action] {
        (0..<levels).flatMap { _ in [Action.unshare(task, flags: .CLONE_NEWUSER), .mapSelf(task)] }
    }

    /// 33 levels, and no further one.
    private mutating func deepestUserNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let levels = random.pick([33, 33, 32])
        return play(
            descent(task, levels) + [
                .clone(task, flags: .CLONE_NEWUSER, child: sketch.child(of: number)),
                .unshare(task, flags: .CLONE_NEWUSER),
            ]
        )
    }

    /// A map is its maker's to write, and is written once.
    private mutating func mappedByOthers(_ number: Int) -> Action {
        let others = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        let task = sketch.people[number].name
        var steps: [Action] = []
        var maker = others.first ?? number
        if others.isEmpty {
            let child = sketch.child(of: number)
            maker = sketch.people.count - 1
            sketch.become(maker, .named("alice"))
            steps = [.fork(task, child: child), .setuid(child, .named("alice"))]
        }
        let owner = sketch.people[maker].name
        let inside = sketch.child(of: maker)
        return play(
            steps + [
                .clone(owner, flags: .CLONE_NEWUSER, child: inside),
                .setns(task, of: inside, flags: .CLONE_NEWUSER), .mapSelf(task), .mapSelf(inside),
                random.once(in: 2) ? .mapIDs(inside) : .mapSelf(task),
                .unshare(task, flags: .CLONE_NEWUSER),
            ]
        )
    }

    /// A PID namespace of a user namespace that one is not in has none below it.
    private mutating func foreignPIDNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (child, inner) = (sketch.child(of: number), sketch.child(of: number))
        let last = sketch.child(of: sketch.people.count - 1)
        return play([
            .clone(task, flags: [.CLONE_NEWUSER, .CLONE_NEWPID], child: child),
            .setns(task, of: child, flags: .CLONE_NEWPID), .fork(task, child: inner),
            .clone(inner, flags: .CLONE_NEWPID, child: last), .unshare(inner, flags: .CLONE_NEWPID),
        ])
    }

    /// A limit of none at all comes before the map that is missing.
    private mutating func noneBelow(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let inside = sketch.child(of: number)
        let below = sketch.child(of: sketch.people.count - 1)
        return play([
            .clone(task, flags: .CLONE_NEWUSER, child: inside), .sysctl(inside, .maxNamespaces(.user), 0),
            .clone(inside, flags: .CLONE_NEWUSER, child: below), .unshare(inside, flags: .CLONE_NEWUSER),
        ])
    }

    /// What was made on one level is for those of that level and of all above.
    private mutating func rightsOfLevels(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        let below = sketch.child(of: place)
        let kind: NamespaceKind = random.pick([.uts, .uts, .ipc, .net, .cgroup])
        var steps: [Action] = [
            .clone(task, flags: .CLONE_NEWUSER.union(.CLONE_NEWUTS), child: inside), .mapSelf(inside),
            .clone(inside, flags: .CLONE_NEWUSER, child: below), .mapSelf(below),
        ]
        if random.once(in: 2) { steps += descent(below, 1) }
        steps += [
            .sethostname(below, name: "cell"), .unshare(below, flags: kind.flag),
            .setns(below, of: inside, flags: random.once(in: 2) ? kind.flag : .CLONE_NEWUTS),
            .setns(inside, of: below, flags: kind.flag), .sethostname(inside, name: "hut"),
            .uname(below, member: .nodename),
        ]
        return play(steps)
    }

    /// A limit on one level holds what is made below.
    private mutating func countedOnAllLevels(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let kind = random.pick([.uts, .mnt, .cgroup, .time] as [NamespaceKind])
        let limit = SysctlValue.number(UInt32(random.number(0...2)))
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        let levels = random.number(1...3)
        var steps: [Action] = [
            .clone(task, flags: .CLONE_NEWUSER, child: inside), .mapSelf(inside),
            .sysctl(inside, .maxNamespaces(kind), limit),
        ]
        steps += descent(inside, levels)
        if random.once(in: 2) { steps.append(.sysctl(inside, .maxNamespaces(kind), 1)) }
        steps += makings(kind, inside, place, count: 2)
        return play(steps)
    }

    /// Nobody else has an id in there, so that nobody else can be become.
    private mutating func oneIDAlone(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let user: ScenarioUser = .named(random.pick(["alice", "bob"]))
        let path = random.pick(sketch.paths)
        var steps = descent(task, random.number(1...2))
        steps += [.setuid(task, user), .setuid(task, .root), .mapSelf(task)]
        // A host's own setting is left alone.
        guard random.once(in: 2) || !ownsMachine else { return play(steps + [.sysctl(task, .pidMax, 400)]) }
        let child = sketch.child(of: number)
        let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
        return play(steps + [.clone3(task, into, into: .cgroup(path), child: child)])
    }

    /// From above every level is to be entered, from below none.
    private mutating func enteredFromAbove(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        let below = sketch.child(of: place)
        let (own, file) = (newFile(), newFile())
        return play([
            .clone(task, flags: .CLONE_NEWUSER, child: inside), .mapSelf(inside),
            .clone(inside, flags: .CLONE_NEWUSER, child: below),
            .open(below, .namespace(of: below, .user), as: own),
            .open(task, .namespace(of: below, .user), as: file),
            random.once(in: 2) ? .mapSelf(below) : .mapIDs(below),
            .setnsFile(task, file, flags: []), .namespace(task, .user),
            .setns(below, of: inside, flags: .CLONE_NEWUSER), .setns(task, of: inside, flags: .CLONE_NEWUSER),
            .mapSelf(task), .unshare(task, flags: .CLONE_NEWUSER),
        ])
    }

    /// `kernel.unprivileged_userns_clone`: who may make user namespaces, with it and without.
    mutating func unprivilegedUserNamespaces(_ someone: Int) -> Action {
        isScene = true
        let others = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        let number = others.isEmpty ? someone : random.pick(others)
        let task = sketch.people[number].name
        let root = sketch.roots.first.map { sketch.people[$0].name } ?? task
        let inside = sketch.child(of: number)
        var steps: [Action] = [
            .sysctl(random.once(in: 4) ? root : nil, .unprivilegedUsernsClone, .number(random.once(in: 4) ? 2 : 0)),
            .clone(task, flags: .CLONE_NEWUSER, child: inside),
            .unshare(task, flags: random.pick([.CLONE_NEWUSER, [.CLONE_NEWUSER, .CLONE_PARENT]])),
        ]
        if random.once(in: 2) {
            // Rights in a user namespace of one's own do not count.
            let (mine, below) = (sketch.child(of: number), sketch.child(of: number))
            steps += [
                .clone(root, flags: .CLONE_NEWUSER, child: mine), .clone(mine, flags: .CLONE_NEWUSER, child: below),
            ]
        }
        if random.once(in: 2) {
            steps += [
                .sysctl(random.once(in: 3) ? task : nil, .unprivilegedUsernsClone, 1),
                .unshare(task, flags: .CLONE_NEWUSER),
            ]
        }
        return play(steps)
    }
}
