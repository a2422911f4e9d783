import KernelABI
import Scenario

/// PID namespaces: who can be named from where, whose orphans go to whom, and what the end of the first process takes along.
extension ProgramGenerator {
    mutating func clonedIntoPIDNamespace(_ flags: CloneFlags, _ parent: TaskName, _ child: TaskName) -> Action {
        sketch.addNamespaces(sketch.people.count - 1, flags)
        showPIDNamespace(first: child, sketch.people.count - 1, outside: parent)
        return .clone(parent, flags: flags, child: child)
    }

    /// The children are in the new namespace from now on, and the first of them decides its fate.
    mutating func unsharedPIDNamespace(_ flags: CloneFlags, _ number: Int) -> Action {
        sketch.addNamespaces(number, flags)
        let task = sketch.people[number].name
        let place = sketch.people[number].cgroup
        let child = sketch.child(of: number)
        let first = sketch.people.count - 1
        switch random.below(4) {
        case 0 where place != .root:
            // A first fork that fails: is there a second one?
            let next = sketch.child(of: number)
            sketch.setLimit(place, .limited(0))
            sketch.setLimit(place, .limited(7))
            sequel = [
                .write(place, file: "pids.max", text: "0"), .fork(task, child: child),
                .write(place, file: "pids.max", text: "7"), .fork(task, child: next), .namespace(next, .pid),
            ]
        case 1, 2:
            sequel = [
                .unshare(task, flags: .CLONE_NEWPID),
                .clone(task, flags: .CLONE_NEWPID, child: sketch.child(of: number)), .fork(task, child: child),
                .getppid(child),
            ]
        default:
            showPIDNamespace(first: child, first, outside: task)
            sequel.insert(.fork(task, child: child), at: 0)
        }
        return .unshare(task, flags: flags)
    }

    /// Root comes in from outside, and its child has a PID namespace whose owner it knows nothing of.
    mutating func showForeignPIDNamespace(first: TaskName) {
        let strangers = sketch.people.indices.filter {
            !sketch.people[$0].hasEnded && sketch.people[$0].user == .root && sketch.people[$0].name != first
        }
        guard !strangers.isEmpty else { return }
        let number = random.pick(strangers)
        let stranger = sketch.people[number].name
        let inner = sketch.child(of: number)
        isScene = true
        sequel = [
            .setns(stranger, of: first, flags: .CLONE_NEWPID), .fork(stranger, child: inner),
            .unshare(inner, flags: .CLONE_NEWPID),
            .clone(inner, flags: .CLONE_NEWPID, child: sketch.child(of: sketch.people.count - 1)),
        ]
    }

    /// What the first process of a namespace is to those inside and outside of it.
    private mutating func showPIDNamespace(first: TaskName, _ number: Int, outside: TaskName) {
        let inner = sketch.child(of: number)
        switch random.below(13) {
        case 8:
            sequel = [
                .fork(first, child: inner), .signal(inner, to: first, signal: .kill), .uname(inner, member: .nodename),
            ]
        case 9:
            // Who enters by somebody's pidfd comes to where that one is, and not to where its children will be.
            let stranger = sketch.people[someone()].name
            isScene = true
            sequel = [
                .unshare(first, flags: .CLONE_NEWPID), .setns(stranger, of: first, flags: .CLONE_NEWPID),
                .fork(stranger, child: inner), .namespace(first, .pid), .namespace(inner, .pid),
            ]
        case 11, 12: sequel = [.clone(first, flags: .CLONE_PARENT, child: inner), .getppid(first)]
        case 10:
            let last = sketch.child(of: sketch.people.count - 1)
            sequel = [
                .fork(first, child: inner), .fork(inner, child: last), .exit(inner, status: 1), .getppid(last),
            ]
        case 0: sequel = [.getppid(first), .namespace(first, .pid), .namespace(outside, .pid)]
        case 1: sequel = [.signal(first, to: outside, signal: .none), .signal(outside, to: first, signal: .kill)]
        case 2:
            sequel = [.fork(first, child: inner), .signal(inner, to: first, signal: .kill), .getppid(inner)]
        case 3: sequel = [.fork(first, child: inner), .exit(first, status: 3), .wait(outside, child: first)]
        case 4:
            let last = sketch.child(of: sketch.people.count - 1)
            sequel = [
                .fork(first, child: inner), .fork(inner, child: last), .exit(inner, status: 1), .getppid(last),
                .exit(last, status: 2), .wait(first, child: nil),
            ]
        case 5:
            sequel = [.exit(first, status: 0), .fork(outside, child: inner), .unshare(outside, flags: .CLONE_NEWPID)]
        case 6:
            sequel = [
                .clone(first, flags: .CLONE_NEWPID, child: inner), .namespace(inner, .pid),
                .signal(first, to: inner, signal: .kill),
                .wait(first, child: inner),
            ]
        default:
            // Who has entered makes children there; one of another user namespace makes no namespace below.
            let stranger = sketch.people[someone()].name
            sequel = [
                .setns(stranger, of: first, flags: .CLONE_NEWPID), .fork(stranger, child: inner), .getppid(inner),
                .unshare(inner, flags: .CLONE_NEWPID), .exit(inner, status: 0), .exit(first, status: 0),
            ]
        }
    }
}
