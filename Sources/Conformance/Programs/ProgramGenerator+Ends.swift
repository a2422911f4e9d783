import KernelABI
import Scenario

/// Ends that leave no zombie, and orphans that go to somebody else than the first process.
extension ProgramGenerator {
    /// A parent that does not care for its children's ends.
    mutating func carelessParent(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let careless: Action.ChildSignal = random.pick([.SIG_IGN, .SA_NOCLDWAIT])
        let any = WaitCall(.wait4, .number(-1), [.WNOHANG, .__WALL])
        sketch.end(place)
        isScene = true
        switch random.below(8) {
        case 0:
            sequel = [
                .fork(task, child: child), .exit(child, status: 3), .signal(task, to: child, signal: .none),
                .waitCall(task, any), .sigchld(task, .SIG_DFL),
            ]
        case 1:
            // Who is a zombie by then stays one.
            sequel = [
                .exit(child, status: 3), .sigchld(task, careless), .signal(task, to: child, signal: .none),
                .waitCall(task, any),
            ]
            return .fork(task, child: child)
        case 2:
            // Only those whose end SIGCHLD tells are let go.
            let args = CloneArgs(exitSignal: random.pick([0, 18, 28]))
            sequel = [
                .clone3(task, args, into: nil, child: child), .exit(child, status: 1),
                .signal(task, to: child, signal: .none), .waitCall(task, any),
            ]
        case 3, 4:
            // A child has its parent's handlers, unless they are cleared: what is ignored stays so, flags do not.
            let inner = sketch.child(of: place)
            sketch.end(sketch.people.count - 1)
            let flags: CloneFlags = random.once(in: 4) ? [] : .CLONE_CLEAR_SIGHAND
            sequel = [
                .clone3(task, CloneArgs(flags: flags), into: nil, child: child), .fork(child, child: inner),
                .exit(inner, status: 1), .signal(task, to: inner, signal: .none), .exit(child, status: 0),
            ]
        case 5:
            // Whose sibling does not care for the careless one.
            let other = sketch.child(of: place)
            sketch.end(sketch.people.count - 1)
            sequel = [
                .fork(task, child: child), .clone(child, flags: .CLONE_PARENT, child: other), .exit(other, status: 1),
                .signal(task, to: other, signal: .none), .signal(task, to: child, signal: .kill),
                .signal(task, to: child, signal: .none),
            ]
        case 6:
            // The end of a PID namespace does not wait for a zombie that nobody keeps.
            let stranger = sketch.child(of: number)
            sketch.end(sketch.people.count - 1)
            sequel = [
                .unshare(task, flags: .CLONE_NEWPID), .fork(task, child: child), .fork(task, child: stranger),
                .exit(child, status: 1), .signal(task, to: stranger, signal: .none), .waitCall(task, any),
            ]
        default:
            // Somebody else's zombie comes to who does not care.
            let inner = sketch.child(of: place)
            sketch.end(sketch.people.count - 1)
            sequel = [
                .subreaper(task, true), .fork(task, child: child), .sigchld(child, .SIG_DFL),
                .fork(child, child: inner), .exit(inner, status: 1), .exit(child, status: 2),
                .signal(task, to: inner, signal: .none),
            ]
        }
        return .sigchld(task, careless)
    }

    /// Orphans of a subreaper.
    mutating func subreaper(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let inner = sketch.child(of: place)
        let innermost = sketch.people.count - 1
        sketch.end(place)
        sketch.adopt(innermost, by: task)
        isScene = true
        switch random.below(7) {
        case 0, 1:
            sequel = [
                .fork(task, child: child), .fork(child, child: inner), .exit(child, status: 1), .getppid(inner),
                .exit(inner, status: 2), .wait(task, child: inner),
            ]
        case 2:
            // Its children are none, and who is one no more gets none.
            sequel = [.fork(task, child: child), .fork(child, child: inner)]
            sequel += random.once(in: 2) ? [.subreaper(task, false)] : [.exit(task, status: 0)]
            sequel += [.exit(child, status: 1), .getppid(inner)]
        case 3:
            // The nearest one, and then the next.
            let last = sketch.child(of: innermost)
            sketch.end(innermost)
            sequel = [
                .fork(task, child: child), .subreaper(child, true), .fork(child, child: inner),
                .fork(inner, child: last), .exit(inner, status: 1), .getppid(last), .exit(child, status: 2),
                .getppid(last), .wait(task, child: inner),
            ]
        case 4:
            // Not the next above, who is none, but the one above that.
            let last = sketch.child(of: innermost)
            sketch.end(innermost)
            sequel = [
                random.once(in: 2) ? .fork(task, child: child) : .clone(task, flags: .CLONE_NEWUTS, child: child),
                .fork(child, child: inner), .fork(inner, child: last), .exit(inner, status: 1), .getppid(last),
            ]
        case 5:
            // Nobody leaves a PID namespace by being orphaned.
            let last = sketch.child(of: innermost)
            sketch.end(innermost)
            sequel = [
                .clone(task, flags: .CLONE_NEWPID, child: child), .fork(child, child: inner),
                .fork(inner, child: last), .exit(inner, status: 1), .getppid(last), .subreaper(last, true),
            ]
        default:
            // One that comes in from outside has an ancestor elsewhere.
            sequel = [
                .unshare(task, flags: .CLONE_NEWPID), .fork(task, child: child), .fork(child, child: inner),
                .getppid(inner), .signal(task, to: child, signal: .kill), .wait(task, child: child),
            ]
        }
        return .subreaper(task, true)
    }
}
