import KernelABI
import Scenario

/// clone3: what is wrong with its arguments, and the children that it alone can make.
extension ProgramGenerator {
    mutating func clone3(_ number: Int) -> Action {
        let task = sketch.people[number].name
        switch random.below(10) {
        case 0, 1, 8, 9:
            // What is refused is cheap: several.
            isScene = true
            sequel = (0..<3).map { _ in
                .clone3(task, wrongArguments(), into: nil, child: sketch.child(of: number))
            }
            return .clone3(task, wrongArguments(), into: nil, child: sketch.child(of: number))
        case 2, 3: return chosenPids(number)
        case 4, 5: return bornElsewhere(number)
        case 6: return sibling(number)
        default: return silentChild(number)
        }
    }

    /// Arguments that most kernels refuse, and some that only look like it.
    private mutating func wrongArguments() -> CloneArgs {
        let unknown = CloneFlags(rawValue: 1 << 40)
        return random.pick([
            CloneArgs(size: 63), CloneArgs(size: 4097), CloneArgs(size: 0), CloneArgs(size: 64), CloneArgs(size: 4096),
            CloneArgs(size: 96, hasNonzeroTail: true), CloneArgs(size: 88, hasNonzeroTail: true),
            CloneArgs(size: 64, setTID: .pids([.number(1)])), CloneArgs(size: 72, setTID: .pids([.number(1)])),
            CloneArgs(size: 80, setTID: .pids([.number(1)])), CloneArgs(setTID: .pids([])), CloneArgs(setTID: .null),
            CloneArgs(setTID: .pids(Array(repeating: .number(1), count: 33))),
            CloneArgs(setTID: .pids(Array(repeating: .number(1), count: 32))),
            CloneArgs(setTID: .pids(Array(repeating: .free, count: 32))),
            CloneArgs(exitSignal: 64 + 1), CloneArgs(exitSignal: 256), CloneArgs(exitSignal: 1 << 32),
            CloneArgs(flags: .CLONE_INTO_CGROUP, cgroup: 1 << 31), CloneArgs(flags: .CLONE_INTO_CGROUP, size: 80),
            CloneArgs(flags: .CLONE_INTO_CGROUP, cgroup: 77), CloneArgs(flags: .CLONE_INTO_CGROUP, cgroup: 77),
            CloneArgs(flags: unknown), CloneArgs(flags: unknown), CloneArgs(flags: .CLONE_DETACHED),
            CloneArgs(flags: CloneFlags(rawValue: 0x11)),
            CloneArgs(flags: [.CLONE_SIGHAND, .CLONE_VM, .CLONE_CLEAR_SIGHAND]), CloneArgs(flags: .CLONE_CLEAR_SIGHAND),
            CloneArgs(flags: .CLONE_PARENT), CloneArgs(stackSize: 4096), CloneArgs(stack: 4096),
            CloneArgs(stack: 1 << 63, stackSize: 4096), CloneArgs(flags: .CLONE_THREAD, exitSignal: 0),
            CloneArgs(flags: [.CLONE_PIDFD, .CLONE_PARENT_SETTID], pidfd: .parentTID),
            CloneArgs(flags: [.CLONE_PIDFD, .CLONE_PARENT_SETTID]), CloneArgs(flags: .CLONE_PIDFD),
            CloneArgs(flags: .CLONE_PIDFD, pidfd: .null), CloneArgs(flags: .CLONE_PARENT_SETTID, pidfd: .null),
            CloneArgs(flags: [.CLONE_NEWIPC, .CLONE_SYSVSEM]), CloneArgs(flags: [.CLONE_SYSVSEM, .CLONE_FILES]),
            CloneArgs(flags: .CLONE_SYSVSEM), CloneArgs(flags: .CLONE_NEWIPC),
            CloneArgs(flags: .CLONE_NEWUTS, exitSignal: 64 + 1),
        ])
    }

    /// Pids in PID namespaces of one's own and above. In between, a first child that is not made.
    private mutating func chosenPids(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        // As many as there are levels for certain: on a host, those above are not the program's.
        let pids: [CloneArgs.TID] = random.pick([
            [.number(1)], [.free], [.free], [.number(0)], [.number(-1)], [.number(4_194_304)],
        ])
        let args = CloneArgs(setTID: .pids(pids))
        switch random.below(5) {
        case 0, 1:
            // Each level asks for a right in its owner.
            let flags: CloneFlags = random.pick([.CLONE_NEWPID, .CLONE_NEWPID, [.CLONE_NEWPID, .CLONE_NEWUSER]])
            sketch.addNamespaces(sketch.people.count - 1, flags)
            let place = sketch.people.count - 1
            let inner = sketch.child(of: place)
            let last = sketch.child(of: place)
            let two: [CloneArgs.TID] = random.pick([
                [.number(1), .free], [.number(1), .free], [.free, .free], [.number(1), .number(0)],
                [.free, .number(1)],
                [.number(1), .number(0)], pids,
            ])
            isScene = true
            sequel = [
                .clone3(child, CloneArgs(setTID: .pids(random.once(in: 2) ? two : pids)), into: nil, child: inner),
                .getppid(inner),
                // Which of the two is found first? Its own pid is taken, and 0 is nobody's.
                .clone3(child, CloneArgs(setTID: .pids([.number(1), .number(0)])), into: nil, child: last),
            ]
            return .clone3(task, CloneArgs(flags: flags, setTID: .pids(two)), into: nil, child: child)
        case 2:
            // The first one has to have pid 1, and if there is none in the end, is there a second one?
            let next = sketch.child(of: number)
            let broken = random.once(in: 2) ? CloneArgs(flags: .CLONE_PIDFD, pidfd: .null) : args
            isScene = true
            sequel = [
                .clone3(task, broken, into: nil, child: child), .fork(task, child: next), .namespace(next, .pid),
            ]
            return .unshare(task, flags: .CLONE_NEWPID)
        case 3:
            // Pid 1 of one that has ended, before it is reaped and afterwards.
            let first = child
            let next = sketch.child(of: number)
            let last = sketch.child(of: number)
            let one = CloneArgs(setTID: .pids([.number(1)]))
            isScene = true
            sequel = [
                .fork(task, child: first), .exit(first, status: 0), .clone3(task, one, into: nil, child: next),
                .wait(task, child: first), .clone3(task, one, into: nil, child: last),
            ]
            return .unshare(task, flags: .CLONE_NEWPID)
        default: return .clone3(task, args, into: nil, child: child)
        }
    }

    /// A child that is charged where it is born, and not where its parent is.
    private mutating func bornElsewhere(_ someone: Int) -> Action {
        let others = sketch.people.indices.filter { !sketch.people[$0].hasEnded && sketch.people[$0].user != .root }
        let number = !others.isEmpty && random.once(in: 2) ? random.pick(others) : someone
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let path = random.once(in: 8) ? .root : random.pick(sketch.paths)
        sketch.move(sketch.people.count - 1, to: path)
        let more: CloneFlags = random.pick([[], [], [], .CLONE_NEWUTS, .CLONE_NEWPID])
        let args = CloneArgs(flags: CloneFlags.CLONE_INTO_CGROUP.union(more))
        sequel = [.fork(child, child: sketch.child(of: sketch.people.count - 1))]
        if random.once(in: 4), !hasRace {
            // Who may write cgroup.procs: root, and who is as good as root where root has an id.
            sketch.noteMap()
            isScene = true
            sequel = [.mapIDs(task), .clone3(task, args, into: .cgroup(path), child: child)]
            if random.once(in: 2) { sequel.removeFirst() }
            sketch.addNamespaces(number, .CLONE_NEWUSER)
            return .unshare(task, flags: .CLONE_NEWUSER)
        }
        return .clone3(task, args, into: .cgroup(path), child: child)
    }

    /// A child of one's parent.
    private mutating func sibling(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.adoptByGrandparent(sketch.people.count - 1)
        sequel = [.getppid(child), .exit(child, status: 4)]
        if let parent = sketch.people[number].parent { sequel.append(.wait(parent, child: child)) }
        if sketch.people[number].namespaces.contains(.CLONE_NEWPID) || random.once(in: 3) {
            return .clone(task, flags: .CLONE_PARENT, child: child)
        }
        return .clone3(task, CloneArgs(flags: .CLONE_PARENT, exitSignal: 0), into: nil, child: child)
    }

    /// A child whose end its parent is not told, and does not see; who adopts it does.
    private mutating func silentChild(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let silent = sketch.people.count - 1
        let args = CloneArgs(exitSignal: random.pick([0, 0, 18, 23, 28]))
        switch random.below(4) {
        case 0:
            sequel = [.wait(task, child: child), .exit(child, status: 2), .wait(task, child: child)]
        case 1:
            let first = sketch.child(of: number)
            let parent = sketch.child(of: sketch.people.count - 1)
            sketch.adopt(silent, by: parent)
            isScene = true
            sequel = [
                .fork(first, child: parent), .clone3(parent, args, into: nil, child: child), .exit(child, status: 2),
                .exit(parent, status: 3), .wait(first, child: child),
            ]
            return .clone(task, flags: .CLONE_NEWPID, child: first)
        case 2:
            // What its siblings by CLONE_PARENT have.
            let other = sketch.child(of: silent)
            sketch.adopt(sketch.people.count - 1, by: task)
            isScene = true
            sequel = [
                .clone3(child, CloneArgs(flags: .CLONE_PARENT, exitSignal: 0), into: nil, child: other),
                .exit(other, status: 5), .wait(task, child: other),
            ]
        default:
            // Its own children are like everybody's.
            let inner = sketch.child(of: silent)
            isScene = true
            sequel = [.fork(child, child: inner), .exit(inner, status: 1), .wait(child, child: inner)]
        }
        return .clone3(task, args, into: nil, child: child)
    }
}
