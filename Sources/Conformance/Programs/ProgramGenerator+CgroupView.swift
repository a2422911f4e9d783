import KernelABI
import Scenario

/// What `/proc/PID/cgroup` says, and to whom.
extension ProgramGenerator {
    mutating func cgroupView(_ number: Int) -> Action {
        switch random.below(6) {
        case 0: return .readProcess(sketch.people[number].name, of: random.pick(sketch.people).name, .cgroup)
        case 1, 2: return movedAfterwards(number)
        case 3: return endedSomewhere(number)
        case 4: return bornBelowAnotherRoot(number)
        default: return enteredView(number)
        }
    }

    private mutating func somewhere() -> CgroupPath { random.once(in: 5) ? .root : random.pick(sketch.paths) }

    /// The root of a cgroup namespace stays where its maker was, wherever that goes.
    private mutating func movedAfterwards(_ number: Int) -> Action {
        isScene = true
        let task = sketch.people[number].name
        let other = random.pick(sketch.people).name
        let (first, second) = (somewhere(), somewhere())
        sketch.move(number, to: first)
        sketch.move(number, to: second)
        return play([
            .attach(task, to: first), .unshare(task, flags: .CLONE_NEWCGROUP), .attach(task, to: second),
            .readProcess(task, of: task, .cgroup), .readProcess(task, of: other, .cgroup),
            .readProcess(other, of: task, .cgroup),
        ])
    }

    /// A zombie is where it ended, or at the root; the cgroup may be gone, and so may the root of a namespace.
    private mutating func endedSomewhere(_ number: Int) -> Action {
        isScene = true
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        let parent = somewhere()
        guard let path = CgroupPath(parent == .root ? "/gone" : "\(parent)/gone") else {
            preconditionFailure("a plain name is one of a cgroup")
        }
        sketch.make(path)
        sketch.move(sketch.people.count - 1, to: path)
        var steps: [Action] = [
            .mkdir(path), .clone(task, flags: random.once(in: 3) ? .CLONE_NEWCGROUP : [], child: child),
            .attach(child, to: path),
        ]
        if random.once(in: 3) {
            steps += [.unshare(child, flags: .CLONE_NEWCGROUP), .setns(task, of: child, flags: .CLONE_NEWCGROUP)]
        }
        steps += [.exit(child, status: 0), .rmdir(path), .readProcess(task, of: child, .cgroup)]
        if random.once(in: 3) { steps.remove(at: steps.count - 2) }
        if random.once(in: 3) { steps += [.wait(task, child: child), .readProcess(task, of: child, .cgroup)] }
        steps.append(.readProcess(task, of: task, .cgroup))
        return play(steps)
    }

    /// The root is where the child is born, and not where its maker is.
    private mutating func bornBelowAnotherRoot(_ number: Int) -> Action {
        let (task, child, path) = childElsewhere(of: number)
        let flags: CloneFlags = [.CLONE_NEWCGROUP, .CLONE_INTO_CGROUP]
        return play([
            .clone3(task, CloneArgs(flags: flags), into: .cgroup(path), child: child),
            .readProcess(child, of: child, .cgroup),
            .readProcess(child, of: task, .cgroup), .readProcess(task, of: child, .cgroup),
        ])
    }

    /// Who enters a cgroup namespace stays in its cgroup and sees it from elsewhere.
    private mutating func enteredView(_ number: Int) -> Action {
        let (task, child, path) = childElsewhere(of: number)
        return play([
            .fork(task, child: child), .attach(child, to: path), .unshare(child, flags: .CLONE_NEWCGROUP),
            .setns(task, of: child, flags: .CLONE_NEWCGROUP), .readProcess(task, of: task, .cgroup),
            .readProcess(child, of: task, .cgroup),
        ])
    }

    /// Begins a scene of a process and a child of it, which will be in some cgroup.
    private mutating func childElsewhere(of number: Int) -> (task: TaskName, child: TaskName, path: CgroupPath) {
        isScene = true
        let child = sketch.child(of: number)
        let path = somewhere()
        sketch.move(sketch.people.count - 1, to: path)
        return (sketch.people[number].name, child, path)
    }
}
