import KernelABI
import Scenario

/// Processes that call execve: what they leave behind, what they lose, and when it is refused.
extension ProgramGenerator {
    mutating func execve(_ someone: Int) -> Action {
        isScene = true
        let roots = sketch.roots
        let number = roots.isEmpty || random.once(in: 4) ? someone : random.pick(roots)
        switch random.below(20) {
        case 0, 1, 2: return overTheLimit(number) ?? execveOfThread(number)
        case 12, 13, 14: return markedWithRoom(number) ?? execveOfThread(number)
        case 15: return rootIsNotMarked() ?? execveOfThread(number)
        case 16, 17: return memoryOfUserNamespace(number)
        case 18, 19: return gainsNothing(number)
        case 3, 4: return execveOfThread(number)
        case 5: return execveOfVforkChild(number)
        case 6: return execveClosesFiles(number)
        case 7: return execveEntersClocks(number)
        case 8, 9: return execveInUserNamespace(number)
        case 10: return execveOfParent(number)
        default: return execveOfStranger(number)
        }
    }

    /// Who becomes a user with too many processes is told so by execve, unless some end before, or a fork went well.
    private mutating func overTheLimit(_ number: Int) -> Action? {
        guard sketch.people[number].user == .root else { return nil }
        let task = sketch.people[number].name
        let user: ScenarioUser = .named(random.pick(["alice", "bob"]))
        var others = sketch.people.filter { !$0.hasEnded && $0.user == user }
        var steps: [Action] = []
        if others.count < 2 {
            let other = sketch.child(of: number)
            sketch.become(sketch.people.count - 1, user)
            others.append(sketch.people[sketch.people.count - 1])
            steps += [.fork(task, child: other), .setuid(other, user)]
        }
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let soft = UInt64(random.pick([others.count - 1, others.count - 1, others.count, others.count + 1]))
        // The hard limit that its family has, if that is not lower.
        guard let hard = hardLimit(place, atLeast: soft) else { return nil }
        sketch.become(place, user)
        steps += [.fork(task, child: child), .setrlimitNproc(child, soft: soft, hard: hard), .setuid(child, user)]
        switch random.below(5) {
        case 0: steps += [.execve(child), .fork(child, child: sketch.child(of: place)), .execve(child)]
        case 1:
            if let other = others.first { steps += [.signal(task, to: other.name, signal: .kill)] }
            steps += [.execve(child), .execve(child)]
        case 2:
            // A child is a copy of who had not forked yet.
            let copy = sketch.child(of: place)
            let newcomer = sketch.child(of: number)
            sketch.become(sketch.people.count - 1, user)
            if let other = others.first { steps += [.kill(other.name)] }
            steps += [
                .fork(child, child: copy), .fork(task, child: newcomer), .setuid(newcomer, user), .execve(copy),
                .execve(child),
            ]
        case 3:
            // Whoever it becomes next is asked anew.
            steps += [.setrlimitNproc(child, soft: 0, hard: hard), .execve(child)]
        default: steps += [.execve(child), .exit(child, status: 0), .wait(task, child: child)]
        }
        return play(steps)
    }

    mutating func hardLimit(_ number: Int, atLeast soft: UInt64) -> UInt64? {
        for hard in soft...soft + 6 where sketch.limit(number, soft: soft, hard: hard) { return hard }
        return nil
    }

    /// Of a process with threads one goes on, under the name of all.
    private mutating func execveOfThread(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let leader = sketch.child(of: number)
        let place = sketch.people.count - 1
        let thread = sketch.child(of: place)
        let second = sketch.child(of: place)
        let one = sketch.child(of: place)
        let other = sketch.child(of: place + 1)
        let caller = random.pick([leader, thread, thread, second])
        var steps: [Action] = [
            random.once(in: 3)
                ? .clone3(task, CloneArgs(exitSignal: 0), into: nil, child: leader) : .fork(task, child: leader),
            .clone(leader, flags: threadFlags(), child: thread), .clone(thread, flags: threadFlags(), child: second),
        ]
        if random.once(in: 2) { steps.append(.fork(leader, child: one)) }
        if random.once(in: 2) { steps.append(.fork(thread, child: other)) }
        switch random.below(6) {
        case 0 where caller != leader: steps.append(.exit(leader, status: 5))
        case 1: steps.append(.attachThread(caller, to: random.pick(sketch.paths)))
        case 2 where sketch.people[number].user == .root: steps.append(.setuid(caller, .named("alice")))
        case 3: steps.append(.unshare(caller, flags: random.pick([.CLONE_NEWUTS, .CLONE_NEWPID, .CLONE_NEWTIME])))
        case 4: steps.append(.vfork(caller == leader ? second : leader, child: sketch.child(of: place)))
        default: break
        }
        steps.append(.execve(caller))
        let looks: [Action] = [
            .getppid(one), .getppid(other), .getpid(leader), .namespace(leader, .uts),
            .sethostname(leader, name: "hut"),
            .signal(task, to: thread, signal: .none), .unshare(leader, flags: .CLONE_VM), .getppid(leader),
            .fork(leader, child: sketch.child(of: place)), .waitCall(leader, WaitCall(.wait4, .number(-1), .WNOHANG)),
        ]
        steps += [random.pick(looks), random.pick(looks)]
        if random.once(in: 2) { steps += [.exit(leader, status: 7), .wait(task, child: leader)] }
        for person in [place + 1, place + 2] { sketch.end(person) }
        return play(steps)
    }

    /// A parent that waits for its child's memory comes back when the child has other memory.
    private mutating func execveOfVforkChild(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let again = sketch.child(of: number)
        var steps: [Action] = [
            random.once(in: 3)
                ? .clone(
                    task,
                    flags: random.pick([.CLONE_VFORK, [.CLONE_VFORK, .CLONE_VM, .CLONE_SIGHAND]]),
                    child: child
                )
                : .vfork(task, child: child)
        ]
        switch random.below(4) {
        case 0:
            let thread = sketch.child(of: place)
            sketch.end(sketch.people.count - 1)
            steps += [.clone(child, flags: threadFlags(), child: thread), .execve(thread)]
        case 1:
            // Its own child holds it up, not its parent.
            let inner = sketch.child(of: place)
            steps += [.vfork(child, child: inner), .execve(inner), .execve(child), .getppid(inner)]
        default: steps += [.execve(child)]
        }
        steps += [.fork(task, child: again), .unshare(child, flags: random.pick([.CLONE_VM, .CLONE_SIGHAND]))]
        if random.once(in: 2) { steps += [.exit(child, status: 3), .wait(task, child: child)] }
        return play(steps)
    }

    /// What was opened is closed, and not for those who had it as well.
    private mutating func execveClosesFiles(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let file = newFile()
        let flags: CloneFlags = random.pick([.CLONE_FILES, .CLONE_FILES, [], [.CLONE_FILES, .CLONE_FS]])
        return play([
            random.once(in: 2)
                ? .open(task, .namespace(of: task, .uts), as: file) : .open(task, .pidfd(of: task), as: file),
            .clone(task, flags: flags, child: child), .execve(random.once(in: 2) ? task : child),
            .setnsFile(task, file, flags: .CLONE_NEWUTS), .close(child, file),
        ])
    }

    /// Who has made a time namespace for its children enters it, since 6.2.
    private mutating func execveEntersClocks(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let offsets: Action = .writeTimensOffsets(task, of: task, text: "monotonic 7 0")
        return play([
            .unshare(task, flags: .CLONE_NEWTIME), .namespace(task, .timeForChildren), .execve(task), offsets,
            .namespace(task, .time), .fork(task, child: child), .namespace(child, .time),
            .readProcess(child, of: task, .timensOffsets),
        ])
    }

    /// Without a map nobody is root, and so nobody keeps a right; with one, root has all of them.
    private mutating func execveInUserNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let inside = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        let user: ScenarioUser = random.pick([.root, .root, .named("alice")])
        let flags: CloneFlags = random.pick([.CLONE_NEWUSER, [.CLONE_NEWUSER, .CLONE_NEWUTS]])
        var steps: [Action] = [.clone(task, flags: flags, child: inside)]
        if !hasRace, random.once(in: 2) {
            sketch.noteMap()
            steps += [.mapIDs(inside)]
            if random.once(in: 2) { steps += [.setuid(inside, user)] }
        }
        steps.append(.execve(inside))
        switch random.below(6) {
        case 0 where !hasRace:
            // Who gains rights by execve may not be looked at, and gains none where somebody else has its root directory.
            sketch.noteMap()
            let sharer = sketch.child(of: place)
            if random.once(in: 2) { steps.append(.clone(inside, flags: .CLONE_FS, child: sharer)) }
            steps += [.mapIDs(inside), .execve(inside), .sethostname(inside, name: "cell")]
        case 1: steps += [.setns(task, of: inside, flags: .CLONE_NEWUTS), .uname(task, member: .nodename)]
        case 2:
            // Memory of the namespace, which is not dumpable any more.
            let other = sketch.child(of: number)
            steps += [
                .setuid(inside, .named("bob")), .fork(task, child: other),
                .setns(other, of: inside, flags: .CLONE_NEWUSER),
                .setns(other, of: inside, flags: .CLONE_NEWUTS),
            ]
        case 3: steps += [.signal(inside, to: task, signal: .none), .setns(inside, of: task, flags: .CLONE_NEWUTS)]
        default: steps += [random.pick([.sethostname(inside, name: "cell"), .unshare(inside, flags: .CLONE_NEWUTS)])]
        }
        return play(steps)
    }

    /// A parent that has called execve is told by SIGCHLD of children that were born before, and has other plans for their ends.
    private mutating func execveOfParent(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let parent = sketch.child(of: number)
        let place = sketch.people.count - 1
        let child = sketch.child(of: place)
        let sibling = sketch.child(of: place)
        sketch.end(sketch.people.count - 2)
        let action: Action.ChildSignal = random.pick([.SIG_IGN, .SIG_IGN, .SA_NOCLDWAIT])
        let look = Action.waitCall(parent, WaitCall(.wait4, .task(child), [.WNOHANG, .__WALL]))
        var steps: [Action] = [
            .fork(task, child: parent), .sigchld(parent, action),
            .clone3(
                parent,
                CloneArgs(exitSignal: random.pick([0, 0, 18, CloneArgs.SIGCHLD])),
                into: nil,
                child: child
            ),
        ]
        // A sibling was born to the same parent as who made it, whatever that one has called since.
        let isBornBefore = random.once(in: 2)
        if isBornBefore { steps.append(.clone(child, flags: .CLONE_PARENT, child: sibling)) }
        if !random.once(in: 4) { steps.append(.execve(parent)) }
        if !isBornBefore, random.once(in: 2) { steps.append(.clone(child, flags: .CLONE_PARENT, child: sibling)) }
        steps += [.exit(child, status: 4), look]
        if random.once(in: 2) {
            steps += [
                .exit(sibling, status: 5), .waitCall(parent, WaitCall(.wait4, .number(-1), [.WNOHANG, .__WALL])),
            ]
        }
        return play(steps)
    }

    /// A user's process may be looked at by another one of that user when it runs a program anew.
    private mutating func execveOfStranger(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let one = sketch.child(of: number)
        let other = sketch.child(of: number)
        let place = sketch.people.count - 2
        let user: ScenarioUser = .named(random.pick(["alice", "bob"]))
        for person in [place, place + 1] { sketch.become(person, user) }
        var steps: [Action] = [
            .fork(task, child: one), .fork(task, child: other), .setuid(one, user), .setuid(other, user),
        ]
        if !random.once(in: 3) { steps.append(.execve(one)) }
        return play(
            steps + [
                .open(other, .namespace(of: one, .uts), as: newFile()), .setns(one, of: other, flags: .CLONE_NEWUTS),
            ]
        )
    }
}
