import KernelABI
import Scenario

/// Processes with several tasks: what each counts for, who ends when, and what is for all of them.
extension ProgramGenerator {
    mutating func threads(_ someone: Int) -> Action {
        isScene = true
        let roots = sketch.roots
        let number = roots.isEmpty || random.once(in: 3) ? someone : random.pick(roots)
        if hasDomains, random.once(in: 3) { return threadElsewhere(number) }
        switch random.below(30) {
        case 0, 1: return groupEnds(number)
        case 2: return killedGroup(number)
        case 3, 4: return threadsInCgroups(number)
        case 5, 6: return numberedThreads(number)
        case 7, 8, 9, 10, 20, 21, 23, 24: return wholeProcessOnly(number)
        case 11, 22: return namedThread(number)
        case 12: return ofAllThreads(number)
        case 13: return ofOneThread(number)
        case 14: return carelessGroup(number)
        case 15, 16: return sharedWithProcess(number)
        case 17, 18, 19: return ofAllThreads(number)
        case 29: return childOfAnotherThread(number)
        default: return suspended(number)
        }
    }

    /// Thread flags, and what a thread may share or not beside.
    mutating func threadFlags() -> CloneFlags {
        let all: CloneFlags = [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]
        return all.union(
            random.pick([[], [], .CLONE_FS, .CLONE_FILES, [.CLONE_FS, .CLONE_FILES], .CLONE_PARENT, .CLONE_NEWUTS])
        )
    }

    /// A process of its own, a thread of it, and their places among the people.
    private mutating func process(_ number: Int) -> (steps: [Action], leader: TaskName, thread: TaskName, place: Int) {
        let leader = sketch.child(of: number)
        let place = sketch.people.count - 1
        let thread = sketch.child(of: place)
        let task = sketch.people[number].name
        let steps: [Action] = [
            .fork(task, child: leader), .clone(leader, flags: threadFlags(), child: thread),
        ]
        return (steps, leader, thread, place)
    }

    /// The leader's end, the others', and what their parent and their children see of it.
    private mutating func groupEnds(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (begin, leader, thread, place) = process(number)
        let look = Action.waitCall(task, WaitCall(.wait4, .task(leader), .WNOHANG))
        let child = sketch.child(of: place + random.number(0...1))
        let parent = sketch.people[sketch.people.count - 1].parent ?? leader
        let first = random.once(in: 3) ? thread : leader
        let last = first == leader ? thread : leader
        // Whose end is not told by SIGCHLD stays so, as long as its parent is in the same process.
        let silent = Action.clone3(parent, CloneArgs(exitSignal: 0), into: nil, child: child)
        var steps = begin + [random.once(in: 4) ? silent : .fork(parent, child: child)]
        if random.once(in: 2) { steps.append(.exit(child, status: 2)) }
        steps.append(.exit(first, status: UInt8(random.number(1...9))))
        if random.once(in: 2) { steps.append(look) }
        steps.append(random.once(in: 2) ? .getppid(child) : .waitCall(last, WaitCall(.wait4, .number(-1), .WNOHANG)))
        steps.append(
            random.once(in: 4)
                ? .exitGroup(last, status: 12) : random.once(in: 4) ? look : .exit(last, status: 11)
        )
        steps.append(random.once(in: 3) ? look : .wait(task, child: leader))
        if random.once(in: 2) { steps.append(.getppid(child)) }
        for person in [place, place + 1] { sketch.end(person) }
        return play(steps)
    }

    /// Who is killed dies with all threads, by whichever name.
    private mutating func killedGroup(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (begin, leader, thread, place) = process(number)
        let second = sketch.child(of: place + 1)
        var steps = begin + [.clone(thread, flags: threadFlags(), child: second)]
        if random.once(in: 2) { steps.append(.exit(leader, status: 3)) }
        let victim = random.pick([leader, thread, second])
        steps.append(
            random.pick([
                .signal(task, to: victim, signal: .kill), .signal(second, to: victim, signal: .kill),
                .exitGroup(second, status: 5), .kill(victim), .exitGroup(thread, status: 6),
            ])
        )
        steps += [.wait(task, child: leader), .signal(task, to: thread, signal: .none)]
        for person in [place, place + 1, place + 2] { sketch.end(person) }
        return play(steps)
    }

    /// A thread that moves alone, and a process that moves as a whole.
    private mutating func threadsInCgroups(_ number: Int) -> Action {
        let (begin, leader, thread, place) = process(number)
        let path = random.pick(sketch.paths + [.root])
        let other = random.pick(sketch.paths)
        sketch.move(place, to: path)
        sketch.move(place, to: other)
        let child = sketch.child(of: place + 1)
        var steps = begin
        switch random.below(6) {
        case 0 where isUnified, 1 where isUnified:
            let args = CloneArgs(flags: threadFlags().union(.CLONE_INTO_CGROUP), exitSignal: 0)
            steps.append(.clone3(leader, args, into: .cgroup(path), child: sketch.child(of: place)))
        case 2:
            steps += [.attachThread(thread, to: path), .exit(leader, status: 0), .attach(thread, to: other)]
        case 3 where isUnified:
            // Of two threads one stands still.
            steps += [
                .attachThread(thread, to: path), .write(path, file: "cgroup.freeze", text: "1"),
                .fork(leader, child: sketch.child(of: place)), .exitGroup(leader, status: 4),
                .write(path, file: "cgroup.freeze", text: "0"),
            ]
        default: steps += [.attachThread(random.once(in: 3) ? leader : thread, to: path)]
        }
        steps += [.fork(thread, child: child)]
        steps.append(.attach(random.once(in: 2) ? leader : thread, to: other))
        if random.once(in: 2) { steps.append(.exit(random.once(in: 2) ? leader : thread, status: 1)) }
        return play(steps)
    }

    /// A thread stays in the domain of its process, and moves to threaded cgroups below it.
    mutating func threadElsewhere(_ number: Int) -> Action {
        let person = sketch.people[number]
        let thread = sketch.child(of: number)
        var steps: [Action] = [.clone(person.name, flags: threadFlags(), child: thread)]
        var path = random.pick(sketch.paths + [.root])
        if !random.once(in: 3) {
            path = inner("y", of: person.cgroup.parent ?? .root)
            sketch.make(path)
            steps.append(.mkdir(path))
        }
        if random.once(in: 2) {
            let args = CloneArgs(flags: threadFlags().union(.CLONE_INTO_CGROUP), exitSignal: 0)
            steps.append(.clone3(person.name, args, into: .cgroup(path), child: sketch.child(of: number)))
        } else {
            steps.append(.attachThread(random.once(in: 3) ? person.name : thread, to: path))
        }
        // Not so a process.
        let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
        steps.append(.clone3(person.name, into, into: .cgroup(path), child: sketch.child(of: number)))
        sketch.move(sketch.people.count - 1, to: path)
        if random.once(in: 2) {
            steps += [.attach(thread, to: path), .read(path, file: "cgroup.type")]
            sketch.move(number, to: path)
        }
        return play(steps)
    }

    /// Threads have numbers like processes, and the first process of a PID namespace may go on without its leader.
    private mutating func numberedThreads(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let first = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWPID)
        let thread = sketch.child(of: place)
        let child = sketch.child(of: place + 1)
        var steps: [Action] = [
            .clone(task, flags: .CLONE_NEWPID, child: first), .clone(first, flags: threadFlags(), child: thread),
            .fork(thread, child: child),
        ]
        switch random.below(4) {
        case 0: steps += [.getpid(thread), .exit(thread, status: 0), .getppid(child), .getpid(child)]
        case 1:
            let grandchild = sketch.child(of: place + 2)
            steps += [
                .exit(first, status: 1), .fork(child, child: grandchild), .exit(child, status: 0),
                .getppid(grandchild), .exit(thread, status: 2), .signal(task, to: grandchild, signal: .none),
                .wait(task, child: first),
            ]
        case 2:
            steps += [
                .signal(child, to: thread, signal: .kill),
                .clone(child, flags: .CLONE_PARENT, child: sketch.child(of: place)),
                .clone(thread, flags: .CLONE_PARENT, child: sketch.child(of: place)),
                .signal(task, to: thread, signal: .kill),
                .wait(task, child: first),
            ]
        default:
            steps += [
                .exit(first, status: 1), .exitGroup(thread, status: 3), .signal(task, to: child, signal: .none),
                .wait(task, child: first),
            ]
        }
        return play(steps)
    }

    /// What a process with threads, or one that shares memory or handlers, cannot leave.
    private mutating func wholeProcessOnly(_ number: Int) -> Action {
        let task = sketch.people[number].name
        switch random.below(7) {
        case 0:
            let (begin, leader, thread, place) = process(number)
            let flags: CloneFlags = random.pick([.CLONE_NEWUSER, .CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM])
            let one = random.once(in: 2) ? leader : thread
            sketch.end(one == leader ? place + 1 : place)
            return play(
                begin + [
                    .unshare(one, flags: flags), .exit(one == leader ? thread : leader, status: 0),
                    .unshare(one, flags: flags), .setuid(one, .root),
                ]
            )
        case 1, 6:
            let (begin, _, thread, place) = process(number)
            let target = sketch.child(of: number)
            let flags: CloneFlags = random.pick([.CLONE_NEWUSER, [.CLONE_NEWUSER, .CLONE_NEWUTS]])
            sketch.addNamespaces(sketch.people.count - 1, flags)
            sketch.end(place)
            return play(
                [.clone(task, flags: flags, child: target)] + begin + [.setns(thread, of: target, flags: flags)]
            )
        case 2, 3:
            // Its children are numbered elsewhere.
            let child = sketch.child(of: number)
            sketch.end(sketch.people.count - 1)
            return play([
                .unshare(task, flags: .CLONE_NEWPID), .clone(task, flags: threadFlags(), child: child),
                .fork(task, child: sketch.child(of: number)),
            ])
        default:
            let twin = sketch.child(of: number)
            let place = sketch.people.count - 1
            let shared: CloneFlags = random.pick([.CLONE_VM, [.CLONE_VM, .CLONE_SIGHAND]])
            let flags: CloneFlags = random.pick([.CLONE_VM, .CLONE_VM, .CLONE_SIGHAND, .CLONE_NEWUSER])
            let one = random.once(in: 2) ? task : twin
            var steps: [Action] = [.clone(task, flags: shared, child: twin), .unshare(one, flags: flags)]
            if random.once(in: 2) {
                sketch.end(place)
                // A zombie still has its handlers.
                steps += [
                    .exit(twin, status: 0), .unshare(task, flags: flags), .wait(task, child: twin),
                    .unshare(task, flags: flags),
                ]
            }
            return play(steps)
        }
    }

    /// Where a thread's name stands for what only a process has.
    private mutating func namedThread(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (begin, leader, thread, place) = process(number)
        let pidfd = CloneArgs(flags: threadFlags().union(.CLONE_PIDFD), exitSignal: random.once(in: 4) ? 17 : 0)
        let steps: [Action] = [
            .open(task, .pidfd(of: thread), as: newFile()), .setns(task, of: thread, flags: .CLONE_NEWUTS),
            .waitCall(task, WaitCall(.P_PIDFD, .task(thread), [.WEXITED, .WNOHANG])),
            .waitCall(task, WaitCall(.wait4, .task(thread), [.WNOHANG, .__WALL])),
            .clone3(leader, pidfd, into: nil, child: sketch.child(of: place)),
            .open(task, .namespace(of: thread, .uts), as: newFile()), .signal(task, to: thread, signal: .none),
            .clone(thread, flags: .CLONE_PARENT, child: sketch.child(of: number)),
        ]
        let from = random.below(steps.count)
        return play(begin + (steps[from...] + steps[..<from]).prefix(3))
    }

    /// What one thread sets for all of them.
    private mutating func ofAllThreads(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (begin, leader, thread, place) = process(number)
        let child = sketch.child(of: place)
        let grandchild = sketch.child(of: sketch.people.count - 1)
        switch random.below(6) {
        case 0:
            sketch.end(sketch.people.count - 2)
            return play(
                begin + [
                    .sigchld(thread, random.pick([.SIG_IGN, .SA_NOCLDWAIT])), .fork(leader, child: child),
                    .exit(child, status: 0), .signal(leader, to: child, signal: .none),
                ]
            )
        case 1:
            // Orphans come to a subreaper's first thread that lives.
            return play(
                begin + [
                    .subreaper(thread, true), .exit(leader, status: 0), .fork(thread, child: child),
                    .fork(child, child: grandchild), .exit(child, status: 0), .getppid(grandchild),
                    .waitCall(thread, WaitCall(.wait4, .task(grandchild), [.WNOHANG, .__WNOTHREAD])),
                ]
            )
        case 3:
            return play(
                begin + [
                    .subreaper(thread, true), .fork(leader, child: child), .fork(child, child: grandchild),
                    .exit(child, status: 0), .getppid(grandchild),
                ]
            )
        case 2:
            let limit = UInt64(random.number(1...4))
            guard sketch.limit(place, soft: limit, hard: limit) else { return .getppid(task) }
            sketch.become(place, .named("alice"))
            return play(
                begin + [
                    .setrlimitNproc(thread, soft: limit, hard: limit), .setuid(leader, .named("alice")),
                    .fork(leader, child: child), .clone(leader, flags: threadFlags(), child: grandchild),
                    .fork(thread, child: sketch.child(of: place)), .exit(thread, status: 0),
                    .clone(leader, flags: threadFlags(), child: sketch.child(of: place)),
                ]
            )
        default:
            // Each thread waits for the children of all, unless it says that it will not.
            let options: WaitOptions = random.pick([.WNOHANG, .WNOHANG, [.WNOHANG, .__WNOTHREAD]])
            return play(
                begin + [
                    .fork(leader, child: child), .fork(thread, child: grandchild), .exit(child, status: 1),
                    .exit(grandchild, status: 2),
                    .waitCall(thread, WaitCall(.wait4, random.once(in: 2) ? .task(child) : .number(-1), options)),
                    .waitCall(leader, WaitCall(.wait4, .task(random.once(in: 2) ? child : grandchild), options)),
                ]
            )
        }
    }

    /// A thread without children of its own finds another's, unless it says that it will not.
    private mutating func childOfAnotherThread(_ number: Int) -> Action {
        let (begin, leader, thread, place) = process(number)
        let child = sketch.child(of: place)
        sketch.end(sketch.people.count - 1)
        let all: WaitCall.Which = random.pick([.wait4, .P_ALL])
        let (target, ended): (WaitCall.ID, WaitOptions) = all == .wait4 ? (.number(-1), []) : (.number(0), .WEXITED)
        return play(
            begin + [
                .fork(leader, child: child), .exit(child, status: 3),
                .waitCall(thread, WaitCall(all, target, ended.union([.WNOHANG, .__WNOTHREAD]))),
                .waitCall(thread, WaitCall(all, target, ended.union(.WNOHANG))),
            ]
        )
    }

    /// What each thread has for itself: its user, and its namespaces.
    private mutating func ofOneThread(_ number: Int) -> Action {
        let (begin, leader, thread, place) = process(number)
        let target = sketch.child(of: number)
        if random.once(in: 2) {
            sketch.addNamespaces(place + 1, .CLONE_NEWUTS)
            return play(
                begin + [
                    .unshare(thread, flags: .CLONE_NEWUTS), .sethostname(thread, name: "hut"),
                    .uname(leader, member: .nodename), .namespace(leader, .uts), .namespace(thread, .uts),
                    .setns(leader, of: leader, flags: .CLONE_NEWUTS),
                ]
            )
        }
        sketch.become(place + 1, .named("bob"))
        return play(
            begin + [
                .setuid(thread, .named("bob")), .sethostname(thread, name: "hut"), .sethostname(leader, name: "box"),
                .fork(thread, child: target), .signal(target, to: leader, signal: .none),
                .signal(thread, to: leader, signal: .none), .namespace(thread, .uts),
            ]
        )
    }

    /// Whose parent does not care is gone when its last thread is.
    private mutating func carelessGroup(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (begin, leader, thread, place) = process(number)
        for person in [place, place + 1] { sketch.end(person) }
        let (first, last) = random.once(in: 2) ? (leader, thread) : (thread, leader)
        return play(
            [.sigchld(task, random.pick([.SIG_IGN, .SA_NOCLDWAIT]))] + begin + [
                .exit(first, status: 0), .signal(task, to: leader, signal: .none), .exit(last, status: 0),
                .signal(task, to: leader, signal: .none), .waitCall(task, WaitCall(.wait4, .number(-1), .WNOHANG)),
                .sigchld(task, .SIG_DFL),
            ]
        )
    }

    /// Processes that have the same memory or handlers.
    private mutating func sharedWithProcess(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let twin = sketch.child(of: number)
        let place = sketch.people.count - 1
        if random.once(in: 2) {
            let child = sketch.child(of: number)
            let shared: CloneFlags = random.once(in: 3) ? .CLONE_VM : [.CLONE_VM, .CLONE_SIGHAND]
            for person in [place, place + 1] { sketch.end(person) }
            return play([
                .clone(task, flags: shared, child: twin), .sigchld(twin, random.pick([.SIG_IGN, .SA_NOCLDWAIT])),
                .fork(task, child: child), .exit(child, status: 0), .signal(task, to: child, signal: .none),
                .sigchld(task, .SIG_DFL), .exit(twin, status: 0),
            ])
        }
        // Whose memory is another one's is not dumpable any more when that one becomes somebody else. Who asks is root in a user
        // namespace alone.
        let first = sketch.child(of: place)
        let other = sketch.child(of: place + 1)
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        sketch.noteMap()
        sketch.become(place + 2, .named("alice"))
        return play([
            .clone(task, flags: .CLONE_NEWUSER, child: twin), .mapIDs(twin), .fork(twin, child: first),
            .clone(first, flags: random.once(in: 3) ? [] : .CLONE_VM, child: other), .setuid(other, .named("alice")),
            .open(twin, .namespace(of: first, .uts), as: newFile()),
        ])
    }
}
