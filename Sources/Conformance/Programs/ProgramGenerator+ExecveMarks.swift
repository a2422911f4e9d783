import KernelABI
import Scenario

/// What several things have to come together for before execve shows it: a mark of RLIMIT_NPROC that goes or stays, memory of a
/// user namespace, rights that are not gained.
extension ProgramGenerator {
    /// Who was marked has room again: execve asks anew, and takes the mark away; so does a fork, whose child is a copy from before.
    mutating func markedWithRoom(_ number: Int) -> Action? {
        guard sketch.people[number].user == .root else { return nil }
        let task = sketch.people[number].name
        let user: ScenarioUser = .named(random.pick(["alice", "bob"]))
        let others = sketch.people.count { !$0.hasEnded && $0.user == user }
        let other = sketch.child(of: number)
        sketch.become(sketch.people.count - 1, user)
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        guard let hard = hardLimit(place, atLeast: UInt64(others + 3)) else { return nil }
        sketch.become(place, user)
        let none = Action.setrlimitNproc(child, soft: 0, hard: hard)
        var steps: [Action] = [
            .fork(task, child: other), .setuid(other, user), .fork(task, child: child), none, .setuid(child, user),
            .setrlimitNproc(child, soft: hard, hard: hard),
        ]
        if random.once(in: 2) {
            steps += [.execve(child), none, .execve(child)]
        } else {
            let copy = sketch.child(of: place)
            steps += [
                .fork(child, child: copy), none, .execve(child), .setrlimitNproc(copy, soft: 0, hard: hard),
                .execve(copy),
            ]
        }
        return play(steps)
    }

    /// Somebody becomes root in a user namespace, where there is a process of root's more than RLIMIT_NPROC allows.
    mutating func rootIsNotMarked() -> Action? {
        let held = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        guard !hasRace, !held.isEmpty else { return nil }
        let number = random.pick(held)
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        sketch.noteMap()
        let other = sketch.child(of: place)
        return play([
            .clone(sketch.people[number].name, flags: .CLONE_NEWUSER, child: inside), .mapIDs(inside),
            .fork(inside, child: other), .setuid(other, .root), .setrlimitNproc(inside, soft: 0, hard: 0),
            .setuid(inside, .root), .execve(inside),
        ])
    }

    /// Memory that may not be looked at but by who has rights in the user namespace whose it is.
    mutating func memoryOfUserNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (inside, first) = inUserNamespace(number)
        guard !hasRace else { return play(first) }
        sketch.noteMap()
        let other = sketch.child(of: number)
        var steps: [Action] = first + [.mapIDs(inside)]
        if !random.once(in: 4) { steps.append(.execve(inside)) }
        return play(
            steps + [
                .setuid(inside, .named("bob")), .fork(task, child: other),
                .setns(other, of: inside, flags: .CLONE_NEWUSER), .setns(other, of: inside, flags: .CLONE_NEWUTS),
                .uname(other, member: .nodename),
            ]
        )
    }

    /// Who gains rights by execve gains none where somebody else has its root directory.
    mutating func gainsNothing(_ number: Int) -> Action {
        let (inside, first) = inUserNamespace(number)
        guard !hasRace else { return play(first) }
        sketch.noteMap()
        let sharer = sketch.child(of: sketch.people.count - 1)
        var steps: [Action] = first + [.execve(inside)]
        if !random.once(in: 3) { steps.append(.clone(inside, flags: .CLONE_FS, child: sharer)) }
        return play(steps + [.mapIDs(inside), .execve(inside), .sethostname(inside, name: "cell")])
    }

    private mutating func inUserNamespace(_ number: Int) -> (inside: TaskName, steps: [Action]) {
        let inside = sketch.child(of: number)
        let flags: CloneFlags = [.CLONE_NEWUSER, .CLONE_NEWUTS]
        sketch.addNamespaces(sketch.people.count - 1, flags)
        return (inside, [.clone(sketch.people[number].name, flags: flags, child: inside)])
    }
}
