import KernelABI
import Scenario

/// Namespaces by descriptor: held open, entered one or several at once, and what is no namespace's file.
extension ProgramGenerator {
    mutating func openFile(_ someone: Int) -> Action {
        isScene = true
        // Who is root has namespaces to show.
        let roots = sketch.roots
        let number = roots.isEmpty || random.once(in: 4) ? someone : random.pick(roots)
        switch random.below(12) {
        case 9, 10, 11: return heldPidfd(number)
        case 0, 1: return heldOpen(number)
        case 2: return oddDescriptors(number)
        case 3: return heldPidfd(number)
        case 4: return heldUserNamespace(number)
        case 5: return heldPIDNamespace(number)
        case 6: return severalAtOnce(number)
        case 7: return sharedDescriptors(number)
        default: return countedWhileOpen(number)
        }
    }

    mutating func newFile() -> FileName {
        openedFiles += 1
        guard let name = FileName("f\(openedFiles)") else { preconditionFailure("a letter and digits are a name") }
        return name
    }

    /// A namespace lives on when the only process in it has ended.
    private mutating func heldOpen(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let kind = random.pick([.uts, .uts, .ipc, .mnt, .cgroup, .net] as [NamespaceKind])
        let file = newFile()
        let flags: CloneFlags = random.pick([[], [], kind.flag, kind.flag, .CLONE_NEWPID, [kind.flag, .CLONE_NEWIPC]])
        sequel = [
            .open(task, .namespace(of: child, NamespaceFile(kind)), as: file), .namespace(child, NamespaceFile(kind)),
        ]
        sketch.end(place)
        let entry: [Action] = [
            .setnsFile(task, file, flags: flags), .namespace(task, NamespaceFile(kind)),
            .namespace(task, random.pick([.uts, .ipc, .mnt])),
        ]
        switch random.below(4) {
        case 0: sequel += [.exit(child, status: 0)] + entry
        case 1: sequel += [.exit(child, status: 0), .wait(task, child: child)] + entry
        case 2:
            // What an ended process has left: nothing that a file of its would lead to.
            let late = random.pick([NamespaceFile(kind), .pid, .user, .pidForChildren])
            let other = newFile()
            sequel += [.exit(child, status: 0), .open(task, .namespace(of: child, late), as: other)]
            if random.once(in: 2) { sequel.append(.wait(task, child: child)) }
            sequel.append(.open(task, .namespace(of: child, late), as: newFile()))
            sequel.append(.setnsFile(task, other, flags: []))
        default:
            if kind == .uts { sequel.append(.sethostname(child, name: "hut")) }
            sequel += [.setnsFile(task, file, flags: flags)]
            sequel.append(kind == .uts ? .uname(task, member: .nodename) : .namespace(task, NamespaceFile(kind)))
        }
        return .clone(task, flags: random.once(in: 5) ? kind.flag.union(.CLONE_NEWUSER) : kind.flag, child: child)
    }

    /// What `setns` says to a file that is none, is closed, or is of something else.
    private mutating func oddDescriptors(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let target = random.pick(sketch.people).name
        let (one, other) = (newFile(), newFile())
        let kind = random.pick(NamespaceFile.allCases)
        let wrong: CloneFlags = random.pick([.CLONE_VM, .CLONE_NEWUTS, .CLONE_NEWUSER, [.CLONE_NEWUTS, .CLONE_NEWNET]])
        sequel = [
            .open(task, .namespace(of: target, kind), as: other),
            .setnsFile(task, one, flags: random.once(in: 2) ? [] : .CLONE_NEWUTS),
            .setnsFile(task, other, flags: wrong),
            .close(task, one), .setnsFile(task, one, flags: []), .close(task, one),
        ]
        return .open(task, .root, as: one)
    }

    /// A pidfd of a process that ends and is reaped.
    private mutating func heldPidfd(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let flags: CloneFlags = random.pick([.CLONE_NEWUTS, [.CLONE_NEWUTS, .CLONE_NEWIPC], .CLONE_NEWPID])
        sketch.end(sketch.people.count - 1)
        let file = newFile()
        let entered: CloneFlags = random.pick([flags, flags, flags, [], .CLONE_VM])
        sequel = [.open(task, .pidfd(of: child), as: file)]
        switch random.below(5) {
        case 0: sequel += [.setnsFile(task, file, flags: flags), .namespace(task, random.once(in: 2) ? .uts : .ipc)]
        case 1: sequel += [.exit(child, status: 0), .setnsFile(task, file, flags: entered)]
        default:
            sequel += [
                .exit(child, status: 0), .wait(task, child: child), .setnsFile(task, file, flags: entered),
                .open(task, .pidfd(of: child), as: newFile()),
            ]
        }
        return .clone(task, flags: random.once(in: 4) ? flags.union(.CLONE_NEWUSER) : flags, child: child)
    }

    /// A user namespace that one was allowed to look at, and may not enter, or is in already.
    private mutating func heldUserNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let file = newFile()
        let flags: CloneFlags = random.once(in: 2) ? .CLONE_NEWUSER : [.CLONE_NEWUSER, .CLONE_NEWUTS]
        sketch.addNamespaces(sketch.people.count - 1, flags)
        sequel = [.open(task, .namespace(of: child, .user), as: file)]
        let stranger: ScenarioUser = random.pick([.named("alice"), .named("bob")])
        switch random.below(4) {
        case 0, 1:
            // Somebody who is not the one who made it.
            let uts = newFile()
            sequel += [
                .open(task, .namespace(of: child, .uts), as: uts), .setuid(task, stranger),
                .setnsFile(task, file, flags: []), .setnsFile(task, uts, flags: []),
                .open(task, .namespace(of: child, .ipc), as: newFile()),
            ]
            sketch.become(number, stranger)
        case 2:
            sequel += [
                .setnsFile(task, file, flags: .CLONE_NEWUSER), .namespace(task, .user),
                .setnsFile(task, file, flags: .CLONE_NEWUSER),
            ]
        default:
            // Back to where one came from.
            let back = newFile()
            sequel += [
                .open(task, .namespace(of: task, random.once(in: 2) ? .user : .uts), as: back),
                .setnsFile(task, file, flags: []), .setnsFile(task, back, flags: []),
            ]
        }
        return .clone(task, flags: flags, child: child)
    }

    /// Down into a PID namespace, never up, and one that nobody is in yet.
    private mutating func heldPIDNamespace(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let file = newFile()
        switch random.below(5) {
        case 0, 3, 4:
            let inner = sketch.child(of: place)
            sequel = [
                .open(child, .namespace(of: task, .pid), as: file), .setnsFile(child, file, flags: []),
                .fork(child, child: inner), .namespace(inner, .pid), .namespace(task, .pid),
            ]
            return .clone(task, flags: .CLONE_NEWPID, child: child)
        case 1:
            sequel = [
                .namespace(task, .pidForChildren), .open(task, .namespace(of: task, .pidForChildren), as: file),
                .fork(task, child: child), .namespace(task, .pidForChildren), .namespace(child, .pid),
                .setnsFile(task, file, flags: []),
            ]
            return .unshare(task, flags: .CLONE_NEWPID)
        default:
            // Back to one's own, and down again.
            let (own, last) = (newFile(), sketch.child(of: number))
            sequel = [
                .fork(task, child: child), .open(task, .namespace(of: task, .pid), as: own),
                .open(task, .namespace(of: task, .pidForChildren), as: file), .setnsFile(task, own, flags: []),
                .fork(task, child: last), .namespace(last, .pid),
                .setnsFile(task, file, flags: random.once(in: 2) ? [] : .CLONE_NEWPID),
                .namespace(task, .pidForChildren),
            ]
            return .unshare(task, flags: .CLONE_NEWPID)
        }
    }

    /// All kinds are entered, or none.
    private mutating func severalAtOnce(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let place = sketch.people.count - 1
        let all: [CloneFlags] = [.CLONE_NEWNS, .CLONE_NEWUTS, .CLONE_NEWIPC, .CLONE_NEWCGROUP, .CLONE_NEWPID]
        var flags = all.filter { _ in random.once(in: 2) }.reduce(into: CloneFlags.CLONE_NEWUTS) { $0.formUnion($1) }
        if random.once(in: 2) { flags.insert(.CLONE_NEWUSER) }
        sketch.addNamespaces(place, flags)
        let extra: CloneFlags = random.pick([[], [], .CLONE_NEWIPC, .CLONE_NEWNET, .CLONE_NEWCGROUP, .CLONE_NEWUSER])
        let kinds = NamespaceKind.allCases.filter { flags.union(extra).contains($0.flag) && $0 != .pid && $0 != .time }
        sequel = [.setns(task, of: child, flags: flags.union(extra))]
        sequel += [
            .namespace(child, NamespaceFile(random.pick(kinds))), .namespace(task, NamespaceFile(random.pick(kinds))),
        ]
        sequel.append(.namespace(task, NamespaceFile(random.pick(kinds))))
        return .clone(task, flags: flags, child: child)
    }

    /// A child's descriptors are a copy, or the same.
    private mutating func sharedDescriptors(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let (one, other) = (sketch.child(of: number), sketch.child(of: number))
        let (file, late) = (newFile(), newFile())
        let sharing: CloneFlags = random.once(in: 3) ? .CLONE_NEWUTS : [.CLONE_FILES, .CLONE_NEWUTS]
        sequel = [
            .clone(task, flags: sharing, child: one), .fork(one, child: other),
            .open(one, .namespace(of: one, .uts), as: late), .setnsFile(task, late, flags: .CLONE_NEWUTS),
            .close(one, file), .setnsFile(random.pick([task, other]), file, flags: []), .close(task, file),
        ]
        if random.once(in: 3) { sequel.insert(.unshare(one, flags: .CLONE_FILES), at: 2) }
        return .open(task, random.once(in: 2) ? .root : .namespace(of: task, .uts), as: file)
    }

    /// A namespace counts for as long as a file of it is open.
    private mutating func countedWhileOpen(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        let kind = random.pick([.uts, .mnt, .cgroup] as [NamespaceKind])
        let file = newFile()
        sketch.addNamespaces(number, .CLONE_NEWUSER)
        sequel = [
            .sysctl(task, .maxNamespaces(kind), 1), .clone(task, flags: kind.flag, child: child),
            .open(task, .namespace(of: child, NamespaceFile(kind)), as: file), .exit(child, status: 0),
            .unshare(task, flags: kind.flag), .close(task, file), .unshare(task, flags: kind.flag),
        ]
        if random.once(in: 3) { sequel.remove(at: 2) }
        return .unshare(task, flags: .CLONE_NEWUSER)
    }
}
