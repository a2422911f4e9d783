import KernelABI
import Scenario

/// Time namespaces: who comes to be in one and when, and how far its clocks may be from the machine's.
extension ProgramGenerator {
    mutating func clocks(_ someone: Int) -> Action {
        isScene = true
        // Others make none but in a user namespace of their own.
        if sketch.roots.isEmpty { return clocksOfOthers(someone) }
        let number = random.once(in: 12) ? someone : random.pick(sketch.roots)
        switch random.below(15) {
        case 0: return clocksOfChildren(number)
        case 1, 2: return setClocks(number)
        case 3: return cloneWithClocks(number)
        case 4, 8, 13: return enteredClocks(number)
        case 5: return clocksOfOthers(someone)
        case 6: return frozenByRefusedFork(number)
        case 7, 9: return clocksOfEnded(number)
        case 10: return countedClocks(number)
        case 11, 12: return clocksOfThreads(number)
        default: return sharedMemory(number)
        }
    }

    /// Who makes one stays where it is; its children do not, and neither do theirs.
    private mutating func clocksOfChildren(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let inner = sketch.child(of: sketch.people.count - 1)
        let more: CloneFlags = random.pick([[], [], .CLONE_NEWUTS, .CLONE_NEWPID])
        return play([
            .namespace(task, .time), .unshare(task, flags: more.union(.CLONE_NEWTIME)),
            .namespace(task, random.once(in: 2) ? .time : .timeForChildren), .fork(task, child: child),
            random.once(in: 2) ? .fork(child, child: inner) : .clone(child, flags: .CLONE_NEWUTS, child: inner),
            .namespace(inner, .time), .namespace(task, .time),
        ])
    }

    /// Offsets until somebody is in there, and none afterwards.
    private mutating func setClocks(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let (text, late) = (offsets(), random.once(in: 2) ? offsets() : "monotonic 1 0")
        var steps: [Action] = [
            .unshare(task, flags: .CLONE_NEWTIME), .writeTimensOffsets(task, of: task, text: text),
            .writeTimensOffsets(task, of: task, text: offsets()), .writeTimensOffsets(task, of: task, text: offsets()),
            .readProcess(task, of: task, .timensOffsets),
        ]
        switch random.below(4) {
        case 0: steps.append(.writeTimensOffsets(task, of: task, text: offsets()))
        case 1:
            // A new one begins with what the old one has.
            steps += [.unshare(task, flags: .CLONE_NEWTIME), .writeTimensOffsets(task, of: task, text: "7 3 5")]
        default: steps.append(.fork(task, child: child))
        }
        return play(
            steps + [
                .writeTimensOffsets(task, of: random.once(in: 2) ? child : task, text: late),
                .readProcess(task, of: random.once(in: 2) ? child : task, .timensOffsets),
            ]
        )
    }

    /// `clone3` makes one for the child alone, who is in there at once.
    private mutating func cloneWithClocks(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let next = sketch.child(of: number)
        let more: CloneFlags = random.pick([[], .CLONE_NEWUSER, .CLONE_NEWUTS, .CLONE_NEWPID])
        return play([
            .clone3(task, CloneArgs(flags: more.union(.CLONE_NEWTIME)), into: nil, child: child),
            .namespace(child, .time), .writeTimensOffsets(child, of: child, text: offsets()), .namespace(task, .time),
            .fork(task, child: next), .namespace(next, .time),
        ])
    }

    /// By a pidfd one comes to where a process is, by a file also to where its children will be.
    private mutating func enteredClocks(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let last = sketch.child(of: number)
        let user: CloneFlags = random.once(in: 3) ? .CLONE_NEWUSER : []
        var steps: [Action] = [.clone3(task, CloneArgs(flags: user), into: nil, child: child)]
        steps.append(.unshare(child, flags: .CLONE_NEWTIME))
        if random.once(in: 2) { steps.append(.writeTimensOffsets(child, of: child, text: offsets())) }
        if random.once(in: 3) {
            let flags: CloneFlags = random.pick([
                .CLONE_NEWTIME, user.union(.CLONE_NEWTIME), [.CLONE_NEWTIME, .CLONE_NEWUTS],
            ])
            steps.append(.setns(task, of: child, flags: flags))
        } else {
            let file = newFile()
            let stranger: ScenarioUser = .named(random.pick(["alice", "bob"]))
            steps.append(.open(task, .namespace(of: child, random.once(in: 4) ? .time : .timeForChildren), as: file))
            if !random.once(in: 3) {
                steps.append(.setuid(task, stranger))
                sketch.become(number, stranger)
            }
            steps.append(.setnsFile(task, file, flags: random.pick([[], .CLONE_NEWTIME, .CLONE_NEWUTS])))
        }
        steps += [
            .namespace(task, .time), .namespace(child, .timeForChildren),
            .writeTimensOffsets(child, of: child, text: "1 4 0"), .fork(task, child: last), .namespace(last, .time),
        ]
        return play(steps)
    }

    /// Whose file it is, and who has a right in the namespace's owner.
    private mutating func clocksOfOthers(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let other = random.pick(sketch.people).name
        var steps: [Action] = []
        switch random.below(4) {
        case 0: break
        case 1: steps = [.unshare(task, flags: .CLONE_NEWUSER)]
        case 2: steps = [.unshare(task, flags: [.CLONE_NEWUSER, .CLONE_NEWTIME])]
        default:
            steps = [.unshare(task, flags: [.CLONE_NEWUSER, .CLONE_NEWTIME])]
            if !hasRace {
                sketch.noteMap()
                steps.append(.mapIDs(task))
            }
        }
        if !steps.isEmpty { sketch.addNamespaces(number, .CLONE_NEWUSER) }
        steps += [
            .writeTimensOffsets(task, of: other, text: offsets()),
            .writeTimensOffsets(task, of: task, text: random.once(in: 2) ? offsets() : "boottime 5 6"),
            .readProcess(task, of: task, .timensOffsets),
        ]
        return play(steps)
    }

    /// A fork that is refused late has settled the offsets all the same, one that is refused early has not.
    private mutating func frozenByRefusedFork(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let place = sketch.people[number].cgroup
        let child = sketch.child(of: number)
        sketch.setLimit(place, .limited(0))
        let text = "monotonic 100 0"
        var steps: [Action] = [
            .write(place, file: "pids.max", text: "0"), .unshare(task, flags: .CLONE_NEWTIME),
            .clone(task, flags: random.pick([[], .CLONE_NEWUTS, [.CLONE_NEWIPC, .CLONE_SYSVSEM]]), child: child),
            .writeTimensOffsets(task, of: task, text: text), .readProcess(task, of: task, .timensOffsets),
        ]
        if random.once(in: 4) {
            steps[2] = .clone3(task, CloneArgs(flags: .CLONE_NEWTIME), into: nil, child: child)
        }
        return play(steps)
    }

    /// Who has ended has no clocks.
    private mutating func clocksOfEnded(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        var steps: [Action] = [.fork(task, child: child), .exit(child, status: 0)]
        if random.once(in: 3) { steps.append(.wait(task, child: child)) }
        return play(
            steps + [
                .writeTimensOffsets(task, of: child, text: random.once(in: 4) ? offsets() : "monotonic 5 0"),
                .readProcess(task, of: child, .timensOffsets),
            ]
        )
    }

    /// A child with its parent's memory and another one's clocks.
    private mutating func sharedMemory(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (one, other) = (sketch.child(of: number), sketch.child(of: number))
        return play([
            .unshare(task, flags: .CLONE_NEWTIME), .clone(task, flags: .CLONE_VM, child: one),
            .clone(
                task,
                flags: random.pick([[.CLONE_VM, .CLONE_NEWUTS], [.CLONE_VM, .CLONE_SIGHAND], .CLONE_SIGHAND]),
                child: other
            ),
            .writeTimensOffsets(task, of: task, text: "1 1 1"),
        ])
    }

    /// As many as one may have: those that somebody is in, those that children will be in, and one more.
    private mutating func countedClocks(_ number: Int) -> Action {
        let task = sketch.child(of: number)
        let place = sketch.people.count - 1
        sketch.addNamespaces(place, .CLONE_NEWUSER)
        let child = sketch.child(of: place)
        return play([
            .clone(sketch.people[number].name, flags: .CLONE_NEWUSER, child: task),
            .sysctl(task, .maxNamespaces(.time), 2),
            .clone3(task, CloneArgs(flags: .CLONE_NEWTIME), into: nil, child: child),
            .unshare(child, flags: .CLONE_NEWTIME), .unshare(task, flags: .CLONE_NEWTIME), .exit(child, status: 0),
            .unshare(task, flags: .CLONE_NEWTIME),
        ])
    }

    /// What the file takes, at the borders of what it does not.
    private mutating func offsets() -> String {
        switch random.below(6) {
        case 0, 1:
            random.pick([
                "monotonic 100 0", "boottime 7 5\n", "monotonic 1 2\nboottime 3 4\n", "1 20 0\n7 30 0",
                "boottime 9 999999999", "monotonic 1 0\nmonotonic 2 0\nnobody 3 0", "monotonic5 6 tail",
                "  boottime\t4   5", "monotonic 0 0", "monotonic 3611686018 0",
            ])
        case 2:
            random.pick([
                "", "\n", "monotonic", "monotonic 5", "monotonic 5 -1", "monotonic +5 0", "boottime5 6",
                "monotonic 1 1000000000", "monotonic 1 0\n\nboottime 1 0", "monotonic 1 9223372036854775807",
            ])
        case 3: random.pick(["realtime 1 0", "0 1 0", "monotonic 1 0\nrealtime 2 0", "boottime5 6 7"])
        case 4:
            random.pick([
                "monotonic 4611686019 0", "boottime -2000000000 0", "monotonic 9223372037 0",
                "monotonic -9223372037 0", "monotonic 1 0\nboottime 9223372037 0",
            ])
        default:
            random.pick([
                "monotonic 5 18446744073709551615", "boottime 9223372037 18446744073709551615",
                "monotonic 1 0\nboottime 4611686019 18446744073709551615",
            ])
        }
    }
}
