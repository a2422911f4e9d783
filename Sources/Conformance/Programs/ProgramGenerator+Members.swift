import KernelABI
import Scenario

/// The files that list who is in a cgroup, and directories of cgroups that are held open.
extension ProgramGenerator {
    mutating func members(_ number: Int) -> Action {
        isScene = true
        switch random.below(6) {
        case 5: return outOf64Bits()
        case 0: return .write(random.pick(sketch.paths), file: memberFile().rawValue, text: random.pick(Self.nobody))
        case 1, 2: return moveOneself(number)
        default: return heldDirectory(number)
        }
    }

    /// Texts at the borders of what is read as a pid: what is no number, what is negative, what nobody has.
    private static let nobody = [
        "x", "", " ", "-", "-1", " -1\n", "1 1", "1\n1", "0x", "08", "4194304", " 4194305\n", "+4194304", "0x400000",
        "020000000", "2147483647", "2147483648", "-2147483649", "9223372036854775808", "-9223372036854775809",
        "99999999999999999999", String(repeating: " ", count: 4096) + "-1",
    ]

    /// Texts that are read as 0.
    private static let oneself = ["0", "0", "0", " 0\n", "0x0", "00", "-0", "+0"]

    /// The borders of 64 bits with a sign.
    private mutating func outOf64Bits() -> Action {
        let path = random.pick(sketch.paths)
        let file = random.pick(["cgroup.max.depth", "cgroup.max.descendants"])
        let borders = ["-9223372036854775808", "-9223372036854775809", "9223372036854775807", "9223372036854775808"]
        return play(
            borders.map { .write(path, file: "pids.max", text: $0) }
                + borders.filter { _ in isUnified }.map { .write(path, file: file, text: $0) }
        )
    }

    private mutating func memberFile() -> CgroupMemberFile {
        if random.once(in: 8) { return random.pick(CgroupMemberFile.allCases) }
        return random.once(in: 3) ? (isUnified ? .threads : .tasks) : .procs
    }

    /// A process moves itself, if it may, and what comes of it is where it is.
    private mutating func moveOneself(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let path = random.once(in: 6) ? .root : random.pick(sketch.paths)
        if random.once(in: 4) { return moveThread(number, to: path) }
        if random.once(in: 4) {
            let text = random.pick(Self.nobody.filter { $0.utf8.count < 100 })
            sequel = [.readProcess(task, of: task, .cgroup)]
            return .writeMembers(task, path, memberFile(), text: text)
        }
        let move = Action.writeMembers(task, path, memberFile(), text: random.pick(Self.oneself))
        sketch.move(number, to: path)
        sequel = [.readProcess(task, of: task, .cgroup), .fork(task, child: sketch.child(of: number))]
        guard sketch.people[number].user != .root, !hasRace, random.once(in: 2) else { return move }
        // Who is no owner of the file is as good as root in a user namespace where root has an id.
        sketch.noteMap()
        sketch.addNamespaces(number, .CLONE_NEWUSER)
        sequel = (random.once(in: 3) ? [] : [.mapIDs(task)]) + [move] + sequel
        return .unshare(task, flags: .CLONE_NEWUSER)
    }

    /// One of two threads moves itself, and what comes of each is where that one is.
    private mutating func moveThread(_ number: Int, to path: CgroupPath) -> Action {
        let task = sketch.people[number].name
        let thread = sketch.child(of: number)
        sketch.move(sketch.people.count - 1, to: path)
        let (one, other) = (sketch.child(of: sketch.people.count - 1), sketch.child(of: number))
        return play([
            .clone(task, flags: [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM], child: thread),
            .writeMembers(thread, path, isUnified ? .threads : .tasks, text: random.pick(Self.oneself)),
            .fork(thread, child: one), .readProcess(one, of: one, .cgroup), .fork(task, child: other),
            .readProcess(other, of: other, .cgroup),
        ])
    }

    /// A directory stays what it was: a child is born there, or cannot be, since the cgroup is gone and another one has its name.
    private mutating func heldDirectory(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let path = inner("w", of: random.once(in: 3) ? .root : random.pick(sketch.paths))
        sketch.make(path)
        let file = newFile()
        let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
        let child = sketch.child(of: number)
        let born = sketch.people.count - 1
        sequel = [.open(task, .cgroup(path), as: file)]
        switch random.below(5) {
        case 0:
            sketch.move(born, to: path)
            sequel += [
                .clone3(task, into, into: .file(file), child: child), .readProcess(child, of: child, .cgroup),
                .rmdir(path),
            ]
        case 1:
            // What is no cgroup's directory, and what is open no more.
            let other = newFile()
            sequel = [
                random.once(in: 2)
                    ? .open(task, .root, as: other) : .open(task, .namespace(of: task, .cgroup), as: other),
                .clone3(task, into, into: .file(other), child: child), .close(task, other),
                .clone3(task, into, into: .file(other), child: sketch.child(of: number)),
            ]
        case 2:
            // A child has its parent's descriptors.
            let last = sketch.child(of: born)
            sequel += [
                .fork(task, child: child), .rmdir(path), .clone3(child, into, into: .file(file), child: last),
                .setnsFile(child, file, flags: []),
            ]
        default:
            let last = sketch.child(of: number)
            sketch.move(sketch.people.count - 1, to: path)
            sequel += [
                .rmdir(path), .clone3(task, into, into: .file(file), child: child), .mkdir(path),
                .clone3(task, into, into: .file(file), child: sketch.child(of: number)),
                .clone3(task, into, into: .cgroup(path), child: last),
            ]
        }
        return .mkdir(path)
    }
}
