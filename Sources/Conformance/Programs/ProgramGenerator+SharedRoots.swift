import KernelABI
import Scenario

/// A root and a working directory that two share, and what that keeps them from.
extension ProgramGenerator {
    mutating func shareRoot(_ someone: Int) -> Action {
        isScene = true
        let roots = sketch.roots
        let number = roots.isEmpty || random.once(in: 5) ? someone : random.pick(roots)
        let task = sketch.people[number].name
        let twin = sketch.child(of: number)
        let place = sketch.people.count - 1
        let target = sketch.child(of: number)
        let flags: CloneFlags = random.pick([
            .CLONE_NEWNS, .CLONE_NEWNS, [.CLONE_NEWNS, .CLONE_NEWUTS], [.CLONE_NEWNS, .CLONE_NEWUTS], .CLONE_NEWUSER,
            [.CLONE_NEWUSER, .CLONE_NEWNS],
        ])
        sketch.addNamespaces(sketch.people.count - 1, flags)
        let shown = flags.contains(.CLONE_NEWNS) ? NamespaceFile.mnt : .user
        let one = random.pick([task, twin])
        let other = one == task ? twin : task
        let entry: [Action] = [.setns(one, of: target, flags: flags), .namespace(one, shown), .namespace(other, shown)]
        sequel = [.clone(task, flags: flags, child: target)]
        switch random.below(6) {
        case 0: sequel += entry
        case 1: sequel += [.unshare(one, flags: .CLONE_FS)] + entry + [.setns(other, of: target, flags: flags)]
        case 2:
            // Who stays has it alone then.
            sequel += [.unshare(one, flags: random.pick([.CLONE_NEWNS, .CLONE_NEWUSER]))] + entry
            sequel.append(.setns(other, of: target, flags: flags))
        case 3:
            sketch.end(place)
            sequel += [.exit(twin, status: 0), .setns(task, of: target, flags: flags), .namespace(task, shown)]
        case 4:
            // By its file, and by one who came of it and shares nothing.
            openedFiles += 1
            guard let file = FileName("f\(openedFiles)") else { preconditionFailure("a letter and digits are a name") }
            let child = sketch.child(of: number)
            sequel += [
                .open(one, .namespace(of: target, shown), as: file), .setnsFile(one, file, flags: []),
                .fork(one, child: child), .setnsFile(child, file, flags: []), .namespace(child, shown),
            ]
        default:
            // Three of them.
            let last = sketch.child(of: place)
            sequel += [
                .clone(twin, flags: [.CLONE_FS, .CLONE_FILES], child: last), .unshare(twin, flags: .CLONE_FS),
                .setns(last, of: target, flags: flags), .setns(twin, of: target, flags: flags),
            ]
        }
        return .clone(task, flags: random.once(in: 3) ? [.CLONE_FS, .CLONE_NEWUTS] : .CLONE_FS, child: twin)
    }
}
