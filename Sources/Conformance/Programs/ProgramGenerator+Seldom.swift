import KernelABI
import Scenario

/// Refusals that need several things to come together, each brought together on purpose: by chance they would hardly be seen.
extension ProgramGenerator {
    mutating func seldom(_ number: Int) -> Action {
        isScene = true
        switch random.below(16) {
        case 0, 1: return outOfPIDNamespace(number)
        case 2, 3, 4, 5: return strangerAtTheDoor(number)
        case 6: return nobodyInThere(number)
        case 7: return siblingOfFirst(number)
        case 8: return withoutMap(number)
        case 9: return settingOfOthers(number)
        case 12: return noFurtherUserNamespace(number)
        case 13, 14: return foreignPIDNamespace(number)
        // A host's own PID namespace is not the first.
        case 10 where ownsMachine, 11 where ownsMachine: return deepPIDNamespaces(root() ?? number)
        default: return sharedRootElsewhere(number)
        }
    }

    /// Somebody who is root, if there is one.
    private mutating func root() -> Int? {
        let roots = sketch.roots
        return roots.isEmpty ? nil : random.pick(roots)
    }

    /// Somebody, a child that is made in a namespace of its own, and that one's place among the people.
    private mutating func parting(_ number: Int, _ flags: CloneFlags) -> (task: TaskName, child: TaskName, place: Int) {
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, flags)
        return (sketch.people[number].name, child, place)
    }

    /// From inside, the PID namespace above is not to be entered.
    private mutating func outOfPIDNamespace(_ someone: Int) -> Action {
        let number = root() ?? someone
        let (task, child, place) = parting(number, .CLONE_NEWPID)
        let file = newFile()
        // The descriptor comes along into the new namespace.
        return play([
            .open(task, .namespace(of: task, .pid), as: file), .clone(task, flags: .CLONE_NEWPID, child: child),
            .setnsFile(child, file, flags: []), .fork(child, child: sketch.child(of: place)),
        ])
    }

    /// Namespaces whose files are open, and whose maker one is not any more.
    private mutating func strangerAtTheDoor(_ someone: Int) -> Action {
        let number = root() ?? someone
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let stranger: ScenarioUser = .named(random.pick(["alice", "bob"]))
        let kinds: [NamespaceKind] = [
            random.pick([.ipc, .net]), random.pick([.cgroup, .mnt]), random.pick([.user, .uts, .pid]),
        ]
        let flags = kinds.reduce(into: CloneFlags.CLONE_NEWUSER) { $0.formUnion($1.flag) }
        sketch.addNamespaces(sketch.people.count - 1, flags)
        sketch.become(number, stranger)
        let files = kinds.map { _ in newFile() }
        return play(
            [.clone(task, flags: flags, child: child)]
                + zip(kinds, files).map { .open(task, .namespace(of: child, NamespaceFile($0)), as: $1) }
                + [.setuid(task, stranger)] + files.map { .setnsFile(task, $0, flags: []) }
        )
    }

    /// Root comes in from outside, and its child has a PID namespace whose owner it knows nothing of.
    private mutating func foreignPIDNamespace(_ someone: Int) -> Action {
        let number = root() ?? someone
        let (task, first, _) = parting(number, [.CLONE_NEWUSER, .CLONE_NEWPID])
        let inner = sketch.child(of: number)
        let below = sketch.child(of: sketch.people.count - 1)
        return play([
            .clone(task, flags: [.CLONE_NEWUSER, .CLONE_NEWPID], child: first),
            .setns(task, of: first, flags: .CLONE_NEWPID), .fork(task, child: inner),
            random.once(in: 2)
                ? .unshare(inner, flags: .CLONE_NEWPID) : .clone(inner, flags: .CLONE_NEWPID, child: below),
        ])
    }

    /// A PID namespace without a first process, and a process that has left all of its.
    private mutating func nobodyInThere(_ someone: Int) -> Action {
        let number = root() ?? someone
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        return play([
            .fork(task, child: child), .exit(child, status: 0),
            .open(task, .namespace(of: child, random.pick([.uts, .pid, .user, .ipc])), as: newFile()),
            .unshare(task, flags: .CLONE_NEWPID), .namespace(task, .pidForChildren),
            .open(task, .namespace(of: task, .pidForChildren), as: newFile()),
        ])
    }

    /// The first process of a PID namespace makes no siblings.
    private mutating func siblingOfFirst(_ someone: Int) -> Action {
        let number = root() ?? someone
        let (task, first, place) = parting(number, .CLONE_NEWPID)
        let sibling = sketch.child(of: place)
        return play([
            .clone(task, flags: .CLONE_NEWPID, child: first), .clone(first, flags: .CLONE_PARENT, child: sibling),
            .getppid(first),
        ])
    }

    /// A user namespace below one without a map, and a map that is written from two levels up.
    private mutating func withoutMap(_ number: Int) -> Action {
        let (task, child, place) = parting(number, .CLONE_NEWUSER)
        let below = sketch.child(of: place)
        let user: ScenarioUser = random.pick([.root, .named("alice"), .named("bob")])
        var steps: [Action] = [.clone(task, flags: .CLONE_NEWUSER, child: child)]
        if hasRace || random.once(in: 2) {
            steps += [
                random.once(in: 2)
                    ? .unshare(child, flags: .CLONE_NEWUSER) : .clone(child, flags: .CLONE_NEWUSER, child: below),
                .setuid(child, user),
            ]
        } else {
            sketch.noteMap()
            steps += [.mapIDs(child), .clone(child, flags: .CLONE_NEWUSER, child: below), .mapIDs(below)]
        }
        return play(steps)
    }

    /// As many user namespaces as one may have, and one more.
    private mutating func noFurtherUserNamespace(_ number: Int) -> Action {
        let (task, child, place) = parting(number, .CLONE_NEWUSER)
        let below = sketch.child(of: place)
        let last: Action =
            random.once(in: 2)
            ? .unshare(child, flags: .CLONE_NEWUSER) : .clone(child, flags: .CLONE_NEWUSER, child: below)
        return play([
            .clone(task, flags: .CLONE_NEWUSER, child: child), .sysctl(child, .maxNamespaces(.user), 0), last,
            .setuid(child, .root),
        ])
    }

    /// Since 6.14 `kernel.pid_max` belongs to who owns the PID namespace.
    private mutating func settingOfOthers(_ someone: Int) -> Action {
        let number = root() ?? someone
        let (task, first, place) = parting(number, .CLONE_NEWPID)
        let user: ScenarioUser = .named(random.pick(["alice", "bob"]))
        sketch.become(place, user)
        return play([
            .clone(task, flags: .CLONE_NEWPID, child: first), .setuid(first, user), .sysctl(first, .pidMax, 400),
            .fork(first, child: sketch.child(of: place)),
        ])
    }

    /// Who shares its root directory enters neither a mount namespace nor a user namespace.
    private mutating func sharedRootElsewhere(_ someone: Int) -> Action {
        let number = root() ?? someone
        let task = sketch.people[number].name
        let sharer = sketch.child(of: number)
        let other = sketch.child(of: number)
        let flag: CloneFlags = random.pick([.CLONE_NEWNS, .CLONE_NEWUSER])
        sketch.addNamespaces(sketch.people.count - 1, flag)
        return play([
            .clone(task, flags: .CLONE_FS, child: sharer), .clone(task, flags: flag, child: other),
            .setns(random.once(in: 2) ? sharer : task, of: other, flags: flag),
        ])
    }
}
