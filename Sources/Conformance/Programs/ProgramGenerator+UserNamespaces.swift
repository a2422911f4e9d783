import KernelABI
import Scenario

/// User namespaces: what a task may do in one of its own and nowhere else, and what it is counted with.
extension ProgramGenerator {
    mutating func clonedIntoUserNamespace(_ flags: CloneFlags, _ parent: TaskName, _ child: TaskName) -> Action {
        sketch.addNamespaces(sketch.people.count - 1, flags)
        if flags.contains(.CLONE_NEWPID), !random.once(in: 4) {
            showForeignPIDNamespace(first: child)
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

    /// What `inside` can do now: name things, make namespaces, enter others, become somebody, be killed, have more processes.
    private mutating func showUserNamespace(_ flags: CloneFlags, _ inside: TaskName, _ number: Int, _ other: TaskName) {
        let user: ScenarioUser = random.pick([.root, .named("alice"), .named("bob")])
        let kind = random.below(13)
        if [2, 3, 6, 9, 10].contains(kind) {
            guard !hasRace else { return }
            sketch.noteMap()
        }
        switch kind {
        case 0: sequel = [.sethostname(inside, name: "cell"), .uname(other, member: .nodename)]
        case 1: sequel = [.unshare(inside, flags: .CLONE_NEWUTS), .sethostname(inside, name: "cell")]
        case 2: sequel = [.mapIDs(inside), .mapIDs(inside), .setuid(inside, user), .sethostname(inside, name: "cell")]
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
        case 10:
            // A soft limit of its maker's, which nobody in there can raise.
            let child = sketch.child(of: number)
            let hard = UInt64(random.number(4...6))
            sequel = [.unshare(inside, flags: .CLONE_NEWUSER)]
            if sketch.limit(number, soft: hard, hard: hard) {
                sequel.insert(.setrlimitNproc(inside, soft: UInt64(random.number(1...2)), hard: hard), at: 0)
                sequel += [.mapIDs(inside), .setuid(inside, user), .setrlimitNproc(inside, soft: hard, hard: hard)]
            }
            sequel += [.fork(inside, child: child), .bomb(inside, rounds: 2)]
            sketch.noteNamelessChildren(number)
        case 11:
            // Two who have come in, and look at each other.
            let newcomer = sketch.people[someone()].name
            sequel = [
                .setns(other, of: inside, flags: .CLONE_NEWUSER), .setns(newcomer, of: inside, flags: .CLONE_NEWUSER),
                .setns(other, of: newcomer, flags: .CLONE_NEWUTS),
            ]
        case 12:
            // A namespace that belongs to this user namespace.
            let flag: CloneFlags = random.pick([.CLONE_NEWIPC, .CLONE_NEWCGROUP, .CLONE_NEWNS])
            let child = sketch.child(of: number)
            sequel = [.clone(inside, flags: flag, child: child), .setns(inside, of: child, flags: flag)]
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
}
