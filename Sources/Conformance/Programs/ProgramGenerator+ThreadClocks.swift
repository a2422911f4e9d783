import KernelABI
import Scenario

/// Time namespaces of who has threads, or shares memory.
extension ProgramGenerator {
    /// Nobody enters one who is not alone in its memory; what its children will be in, each thread has for itself.
    mutating func clocksOfThreads(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let target = sketch.child(of: number)
        let leader = sketch.child(of: number)
        let place = sketch.people.count - 1
        let shared: CloneFlags = random.pick([threadFlags(), threadFlags(), .CLONE_VM, [.CLONE_VM, .CLONE_SIGHAND]])
        let other = sketch.child(of: place)
        let (one, gone) = random.once(in: 2) ? (leader, other) : (other, leader)
        let flags: CloneFlags = random.pick([.CLONE_NEWTIME, .CLONE_NEWTIME, [.CLONE_NEWTIME, .CLONE_NEWUTS]])
        var steps: [Action] = [
            .clone3(task, CloneArgs(flags: .CLONE_NEWTIME), into: nil, child: target), .fork(task, child: leader),
            .clone(leader, flags: shared, child: other),
        ]
        switch random.below(3) {
        case 0:
            steps += [
                .unshare(one, flags: .CLONE_NEWTIME), .namespace(gone, .timeForChildren),
                .writeTimensOffsets(one, of: one, text: "monotonic 4 0"),
                .clone(one, flags: shared, child: sketch.child(of: number)),
                .fork(one, child: sketch.child(of: number)),
                .readProcess(gone, of: one, .timensOffsets), .readProcess(one, of: gone, .cgroup),
                .readProcess(one, of: one, .timensOffsets), .writeTimensOffsets(one, of: one, text: "boottime 4 0"),
            ]
        case 1:
            let file = newFile()
            steps += [
                .open(one, .namespace(of: target, .time), as: file), .setnsFile(one, file, flags: .CLONE_NEWTIME),
                .exit(gone, status: 0), .setnsFile(one, file, flags: .CLONE_NEWTIME), .namespace(one, .time),
            ]
            sketch.end(gone == leader ? place : place + 1)
        default:
            steps.append(.setns(one, of: target, flags: flags))
            if random.once(in: 2) {
                sketch.end(gone == leader ? place : place + 1)
                steps += [.exit(gone, status: 0), .setns(one, of: target, flags: flags), .namespace(one, .time)]
            }
        }
        return play(steps)
    }
}
