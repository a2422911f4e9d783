import KernelABI
import Scenario

/// User namespaces: what a task may do in one of its own and nowhere else, and what it is counted with.
extension ProgramGenerator {
    mutating func clonedIntoUserNamespace(_ flags: CloneFlags, _ parent: TaskName, _ child: TaskName) -> Action {
        sketch.addNamespaces(sketch.people.count - 1, flags)
        let others = flags.subtracting(.CLONE_NEWUSER)
        if flags.contains(.CLONE_NEWPID), !random.once(in: 4) {
            showForeignPIDNamespace(first: child)
        } else if !others.isEmpty, random.once(in: 2) {
            // Whoever made them may do anything in there, and still needs a right where it is itself.
            isScene = true
            sequel = [.setns(parent, of: child, flags: others)]
        } else {
            showUserNamespace(flags, child, sketch.people.count - 1, parent)
        }
        return .clone(parent, flags: flags, child: child)
    }

    mutating func unsharedUserNamespace(_ flags: CloneFlags, _ number: Int) -> Action {
        sketch.addNamespaces(number, flags)
        let task = sketch.people[number].name
        showUserNamespace(flags, task, number, random.pick(sketch.people).name)
        return .unshare(task, flags: flags)
    }

    /// A process whose user namespace may be one of its own. None after a race: who may become root by a map is not bound to
    /// end it.
    mutating func map(_ number: Int) -> Action? {
        guard !hasRace else { return nil }
        sketch.noteMap()
        let own = sketch.people.filter { !$0.hasEnded && $0.namespaces.contains(.CLONE_NEWUSER) }
        let task = own.isEmpty || random.once(in: 4) ? sketch.people[number].name : random.pick(own).name
        return .mapIDs(task)
    }

    /// A soft limit of root's, under which it makes a user namespace: root is held to none, and so is who comes of it in there.
    mutating func limitedMaker(_ number: Int) -> Action? {
        guard !hasRace else { return nil }
        let hard = UInt64(random.number(4...6))
        guard sketch.limit(number, soft: hard, hard: hard) else { return nil }
        sketch.noteMap()
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        isScene = true
        sequel = [
            .unshare(task, flags: .CLONE_NEWUSER), .mapIDs(task), .setuid(task, .named(random.pick(["alice", "bob"]))),
            .setrlimitNproc(task, soft: hard, hard: hard), .fork(task, child: child), .bomb(task, rounds: 2),
        ]
        sketch.noteNamelessChildren(number)
        return .setrlimitNproc(task, soft: UInt64(random.number(1...2)), hard: hard)
    }

    /// What `inside` can do now: name things, make namespaces, enter others, become somebody, be killed, have more processes.
    private mutating func showUserNamespace(_ flags: CloneFlags, _ inside: TaskName, _ number: Int, _ other: TaskName) {
        let user: ScenarioUser = random.pick([.root, .named("alice"), .named("bob")])
        let kind = random.below(19)
        if sketch.people[number].user != .root, roots(but: inside).count > 1, random.once(in: 3) {
            return showNewcomers(inside, other)
        }
        if [2, 3, 6, 9, 12, 13, 14, 15].contains(kind) {
            guard !hasRace else { return }
            sketch.noteMap()
        }
        // Half of a scene shows little here.
        isScene = true
        switch kind {
        case 0: sequel = [.sethostname(inside, name: "cell"), .uname(other, member: .nodename)]
        case 1: sequel = [.unshare(inside, flags: .CLONE_NEWUTS), .sethostname(inside, name: "cell")]
        case 2:
            // Who was not root there keeps what it may do.
            isScene = true
            sequel = [
                .mapIDs(inside), .mapIDs(inside), .setuid(inside, user), .sethostname(inside, name: "cell"),
                .unshare(inside, flags: .CLONE_NEWUTS),
            ]
        case 3: sequel = [.mapIDs(inside), .unshare(inside, flags: .CLONE_NEWUSER), .mapIDs(inside)]
        case 4: sequel = [.setns(other, of: inside, flags: .CLONE_NEWUSER), .namespace(other, .user)]
        case 5:
            let child = sketch.child(of: number)
            sequel = [.fork(inside, child: child), .setns(inside, of: child, flags: .CLONE_NEWUTS)]
        case 6:
            sequel = [
                .signal(other, to: inside, signal: .none), .mapIDs(inside), .setuid(inside, user),
                .signal(inside, to: other, signal: .none),
            ]
        case 7:
            // Without a map, there is nobody to become and nothing to be made below.
            let child = sketch.child(of: number)
            sequel = [.clone(inside, flags: .CLONE_NEWUSER, child: child), .setuid(inside, user)]
        case 8: sequel = [.unshare(inside, flags: .CLONE_NEWUSER), .setuid(inside, user)]
        case 10, 16:
            showNewcomers(inside, other)
        case 11, 17, 18:
            // A namespace that belongs to this user namespace.
            let flag: CloneFlags = random.pick([.CLONE_NEWIPC, .CLONE_NEWCGROUP, .CLONE_NEWNS])
            let child = sketch.child(of: number)
            sequel = [.clone(inside, flags: flag, child: child), .setns(inside, of: child, flags: flag)]
        case 12:
            // Who becomes somebody else in there counts with that one's other processes, or does not.
            let counted = sketch.people.filter { !$0.hasEnded && $0.user != .root && $0.name != inside }
            guard !counted.isEmpty else { return }
            let somebody = random.pick(counted).user
            let count = UInt64(counted.count { $0.user == somebody })
            let child = sketch.child(of: number)
            isScene = true
            sequel = [.mapIDs(inside), .setuid(inside, somebody)]
            if sketch.limit(number, soft: count + 1, hard: count + 1) {
                sequel.append(.setrlimitNproc(inside, soft: count + 1, hard: count + 1))
            }
            sequel.append(.fork(inside, child: child))
        case 13: raceBesideRoot()
        case 14, 15:
            // Two levels down there is nobody outside who may write the map.
            let below = sketch.child(of: number)
            sketch.addNamespaces(sketch.people.count - 1, .CLONE_NEWUSER)
            isScene = true
            sequel = [
                .mapIDs(inside), .clone(inside, flags: .CLONE_NEWUSER, child: below), .mapIDs(below), .mapIDs(inside),
            ]
        default:
            // Each level holds: what its maker was held to binds all that come of it, whoever they become.
            let child = sketch.child(of: number)
            let limit = UInt64(random.number(1...6))
            let raises = sketch.limit(number, soft: limit, hard: limit)
            sequel = [.mapIDs(inside), .setuid(inside, user)]
            if raises { sequel.append(.setrlimitNproc(inside, soft: limit, hard: limit)) }
            sequel += [.fork(inside, child: child), .bomb(inside, rounds: 2)]
            sketch.noteNamelessChildren(number)
        }
    }

    /// Two who come in, and look at each other: root has rights in there that it had not as its owner's, and is not to be
    /// looked at by others afterwards.
    private mutating func showNewcomers(_ inside: TaskName, _ other: TaskName) {
        let roots = roots(but: inside)
        let one = roots.isEmpty ? other : random.pick(roots)
        let rest = roots.filter { $0 != one }
        let two = rest.isEmpty ? other : random.pick(rest)
        isScene = true
        sequel = [
            .setns(one, of: inside, flags: .CLONE_NEWUSER), .setns(two, of: inside, flags: .CLONE_NEWUSER),
            .setns(one, of: two, flags: random.pick([.CLONE_NEWUTS, .CLONE_NEWUSER, .CLONE_NEWUSER])),
        ]
    }

    /// Everybody else who is root, as far as is known.
    private func roots(but inside: TaskName) -> [TaskName] {
        sketch.people.filter { !$0.hasEnded && $0.user == .root && $0.name != inside }.map(\.name)
    }

    /// Somebody who is held to a limit races with root of a user namespace of its own, who is held to none and is counted all
    /// the same.
    mutating func raceBesideRoot() {
        // A domain with others below takes no processes.
        guard !hasRace, !hasDomains else { return }
        let held = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        let places = sketch.settledPaths
        guard !held.isEmpty, let room = places.first(where: { path in places.contains { $0.parent == path } }),
            let inner = places.first(where: { $0.parent == room })
        else { return }
        let number = random.pick(held)
        let task = sketch.people[number].name
        let root = sketch.child(of: number)
        let rootNumber = sketch.people.count - 1
        let count = UInt64(sketch.people.count { !$0.hasEnded && $0.user == sketch.people[number].user })
        sketch.setLimit(room, .limited(7))
        sketch.setLimit(inner, .limited(2))
        sketch.move(number, to: room)
        sketch.move(rootNumber, to: inner)
        for racer in [number, rootNumber] { sketch.noteNamelessChildren(racer) }
        hasRace = true
        sketch.noteMap()
        isScene = true
        sequel = [
            .write(room, file: "pids.max", text: "7"), .write(inner, file: "pids.max", text: "2"),
            .attach(task, to: room), .setrlimitNproc(task, soft: count + 1, hard: count + 1),
            .clone(task, flags: .CLONE_NEWUSER, child: root), .attach(root, to: inner), .mapIDs(root),
            .setuid(root, .root), .race([root, task]),
        ]
    }
}
