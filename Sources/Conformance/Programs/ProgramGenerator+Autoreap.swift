import KernelABI
import Scenario

/// Children that 7.3 alone makes: reaped by nobody, without new rights, killed with a descriptor.
extension ProgramGenerator {
    mutating func autoreap(_ number: Int) -> Action {
        isScene = true
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        switch random.below(6) {
        case 0, 1:
            sequel = (0..<3).map { _ in
                .clone3(task, arguments(), into: nil, child: sketch.child(of: number))
            }
            return .clone3(task, arguments(), into: nil, child: child)
        case 2:
            // It is gone when it ends, and so is nobody else.
            let inner = sketch.child(of: place)
            let last = sketch.child(of: place)
            sketch.end(place)
            return play([
                .clone3(task, CloneArgs(flags: .CLONE_AUTOREAP, exitSignal: 0), into: nil, child: child),
                .fork(child, child: inner), .clone(child, flags: .CLONE_PARENT, child: last), .exit(inner, status: 1),
                random.once(in: 2) ? .signal(task, to: child, signal: .kill) : .exit(child, status: 2),
                .signal(task, to: child, signal: .none), .getppid(inner),
            ])
        case 3:
            // Its threads are of a process that nobody reaps.
            let thread = sketch.child(of: place)
            let first = random.once(in: 2) ? child : thread
            for person in [place, place + 1] { sketch.end(person) }
            return play([
                .clone3(task, CloneArgs(flags: .CLONE_AUTOREAP, exitSignal: 0), into: nil, child: child),
                .clone(child, flags: threadFlags().subtracting(.CLONE_PARENT), child: thread), .exit(first, status: 3),
                random.once(in: 2) ? .execve(first == child ? thread : child) : .getppid(child),
                .exit(first == child ? thread : child, status: 4), .signal(task, to: child, signal: .none),
            ])
        case 4:
            // Rights that it lost it does not get back, nor does who comes of it.
            let inner = sketch.child(of: place)
            guard !hasRace else { return .fork(task, child: child) }
            sketch.noteMap()
            sketch.addNamespaces(place, .CLONE_NEWUSER)
            let flags: CloneFlags = random.once(in: 3) ? .CLONE_NEWUSER : [.CLONE_NEWUSER, .CLONE_NNP]
            let actor = random.once(in: 3) ? inner : child
            return play([
                .clone3(task, CloneArgs(flags: flags), into: nil, child: child), .execve(child),
                .fork(child, child: inner), .mapIDs(child), .execve(actor), .sethostname(actor, name: "cell"),
                .unshare(actor, flags: .CLONE_NEWUTS),
            ])
        default:
            let flags: CloneFlags = [.CLONE_PIDFD, .CLONE_AUTOREAP, .CLONE_PIDFD_AUTOKILL]
            let more: CloneFlags = random.pick([[], .CLONE_NNP, .CLONE_NNP, .CLONE_NEWPID, .CLONE_FILES, .CLONE_VM])
            return play([
                .clone3(task, CloneArgs(flags: flags.union(more), exitSignal: 0), into: nil, child: child),
                .signal(task, to: child, signal: .none), .wait(task, child: child), .getpid(task),
            ])
        }
    }

    /// Arguments that 7.3 refuses, and some that only look like it.
    private mutating func arguments() -> CloneArgs {
        let thread: CloneFlags = [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]
        let flags: CloneFlags = random.pick([
            .CLONE_AUTOREAP, .CLONE_NNP, thread.union(.CLONE_AUTOREAP), thread.union(.CLONE_NNP),
            [.CLONE_AUTOREAP, .CLONE_PARENT], [.CLONE_NNP, .CLONE_PARENT], .CLONE_PIDFD_AUTOKILL,
            [.CLONE_PIDFD_AUTOKILL, .CLONE_PIDFD], [.CLONE_PIDFD_AUTOKILL, .CLONE_AUTOREAP],
            [.CLONE_PIDFD_AUTOKILL, .CLONE_AUTOREAP, .CLONE_PIDFD],
            [.CLONE_PIDFD_AUTOKILL, .CLONE_AUTOREAP, .CLONE_PIDFD, .CLONE_NNP],
            thread.union([.CLONE_PIDFD_AUTOKILL, .CLONE_PIDFD]),
        ])
        let needsNone = !flags.isDisjoint(with: [.CLONE_THREAD, .CLONE_PARENT])
        return CloneArgs(flags: flags, exitSignal: needsNone || !random.once(in: 4) ? 0 : CloneArgs.SIGCHLD)
    }
}
