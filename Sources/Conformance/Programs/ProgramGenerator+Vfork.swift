import KernelABI
import Scenario

/// Callers that wait for the end of a child: what it may do meanwhile, and what brings them back.
extension ProgramGenerator {
    mutating func suspended(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let inner = sketch.child(of: place)
        let begin: Action =
            switch random.below(6) {
            case 0: .clone(task, flags: .CLONE_VFORK, child: child)
            case 1: .clone(task, flags: [.CLONE_VFORK, .CLONE_VM, .CLONE_SIGHAND], child: child)
            case 2: .clone(task, flags: threadFlags().union(.CLONE_VFORK), child: child)
            case 3:
                .clone3(
                    task,
                    CloneArgs(flags: random.pick([.CLONE_VFORK, [.CLONE_VFORK, .CLONE_VM], .CLONE_VM])),
                    into: nil,
                    child: child
                )
            default: .vfork(task, child: child)
            }
        sketch.end(place)
        let end: Action = random.once(in: 3) ? .exitGroup(child, status: 3) : .exit(child, status: 4)
        let again = sketch.child(of: number)
        switch random.below(7) {
        case 0:
            return play([
                begin, .fork(child, child: inner), .getppid(child), .fork(task, child: again), end,
                .wait(task, child: child), .getppid(inner),
            ])
        case 1:
            // A chain of them comes back one by one.
            sketch.end(place + 1)
            return play([
                begin, .vfork(child, child: inner), end, .exit(inner, status: 0), end, .fork(task, child: again),
            ])
        case 2:
            sketch.end(place + 1)
            return play([
                begin, .fork(child, child: inner), .signal(inner, to: child, signal: .kill),
                .wait(task, child: child), .getppid(inner),
            ])
        case 3:
            // Who waits can be killed, and its child lives on.
            sketch.end(number)
            return play([
                begin, random.once(in: 2) ? .signal(child, to: task, signal: .kill) : .kill(task), .getppid(child), end,
            ])
        case 4:
            let path = random.pick(sketch.paths)
            sketch.move(number, to: path)
            return play([
                begin, .attach(task, to: path), .attach(child, to: path), .fork(child, child: inner), end,
                .fork(task, child: again),
            ])
        case 5:
            let memory = random.once(in: 2)
            return play([
                begin, memory ? .unshare(child, flags: .CLONE_VM) : .sethostname(child, name: "hut"), end,
                memory ? .unshare(task, flags: .CLONE_VM) : .uname(task, member: .nodename),
                .wait(task, child: child),
            ])
        default:
            // Nobody waits for a child that is not made.
            let path = sketch.people[number].cgroup
            let limit = Int64(random.number(0...3))
            if path != .root { sketch.setLimit(path, .limited(limit)) }
            let steps: [Action] = [begin, .fork(child, child: inner), end, .fork(task, child: again)]
            return play(path == .root ? steps : [.write(path, file: "pids.max", text: "\(limit)")] + steps)
        }
    }
}
