import KernelABI
import Scenario

/// Cgroups that come and go: under living processes, under zombies, with others below, and again under the same name.
extension ProgramGenerator {
    /// A cgroup that may be there already, or whose parent may not.
    mutating func mkdir(_ number: Int) -> Action {
        let above = random.once(in: 4) ? .root : random.pick(sketch.paths)
        let name = random.pick(["x", "x", "y"])
        let path = random.once(in: 6) ? random.pick(sketch.paths) : inner(name, of: above)
        let isNew = !sketch.paths.contains(path)
        sketch.make(path)
        let person = sketch.people[number]
        switch random.below(isNew ? 5 : 2) {
        case 0:
            // A place without a parent, and with one.
            let inner = inner("z", of: path)
            sketch.make(inner)
            isScene = true
            sequel = [
                .rmdir(path), .mkdir(inner), .mkdir(path), .mkdir(inner), .rmdir(path), .rmdir(inner), .rmdir(path),
            ]
        case 1, 2:
            // What ends there is counted above for longer than the cgroup is there.
            sketch.move(number, to: path)
            let child = sketch.child(of: number)
            sketch.end(sketch.people.count - 1)
            sequel = [
                .attach(person.name, to: path), .fork(person.name, child: child),
                .attach(person.name, to: person.cgroup),
                .rmdir(path), .exit(child, status: 0), .rmdir(path), .mkdir(path), .wait(person.name, child: child),
            ]
            sketch.move(number, to: person.cgroup)
        case 3:
            // A limit goes with the cgroup that had it.
            let text = "\(random.number(0...2))"
            sequel = [
                .write(path, file: "pids.max", text: text), .rmdir(path), .write(path, file: "pids.max", text: text),
                .mkdir(path), .attach(person.name, to: path), .fork(person.name, child: sketch.child(of: number)),
            ]
            sketch.move(number, to: path)
        default:
            sketch.move(number, to: path)
            sequel = [
                .attach(person.name, to: path), .fork(person.name, child: sketch.child(of: number)), .rmdir(path),
            ]
        }
        return .mkdir(path)
    }

    mutating func rmdir() -> Action {
        let path = random.pick(sketch.paths)
        sketch.unsettle(path)
        let inhabitants = sketch.people.indices.filter {
            sketch.people[$0].cgroup == path && !sketch.people[$0].hasEnded
        }
        if inhabitants.count == 1, random.once(in: 2) {
            // The last one ends, or goes.
            let name = sketch.people[inhabitants[0]].name
            if random.once(in: 2) {
                sketch.end(inhabitants[0])
                sequel = [.rmdir(path), .read(path, file: "pids.current")]
                return .exit(name, status: 0)
            }
            sketch.move(inhabitants[0], to: .root)
            sequel = [.rmdir(path), .attach(name, to: path)]
            return .attach(name, to: .root)
        }
        switch random.below(4) {
        case 0: sequel = [.read(path, file: "pids.current")]
        case 2: sequel = [.rmdir(path)]
        case 1: sequel = [.attach(sketch.people[someone()].name, to: path), .read(path, file: "cgroup.events")]
        default: sequel = [.read(path, file: "cgroup.events")]
        }
        return .rmdir(path)
    }

    /// The files of the cgroup itself: how much may be below it, and the end of all in it.
    mutating func writeCoreFile() -> Action {
        let path = random.once(in: 5) ? .root : random.pick(sketch.paths)
        let isOdd = random.once(in: 2)
        if random.once(in: 3) {
            return .write(path, file: "cgroup.kill", text: isOdd ? random.pick(ProgramGenerator.oddNumbers) : "1")
        }
        let file = random.pick(["cgroup.max.depth", "cgroup.max.descendants"])
        let text = isOdd ? random.pick(ProgramGenerator.oddNumbers) : "\(random.number(0...2))"
        let (one, other) = (inner("x", of: path), inner("y", of: path))
        let inner = inner("z", of: one)
        for path in [one, other, inner] { sketch.make(path) }
        switch random.below(4) {
        case 0:
            sequel = [
                .write(path, file: file, text: random.pick(ProgramGenerator.oddNumbers)), .read(path, file: file),
            ]
        case 1: sequel = [.mkdir(one), .mkdir(inner), .read(path, file: file)]
        case 2: sequel = [.mkdir(one), .mkdir(other), .rmdir(one), .mkdir(other)]
        default: sequel = [.mkdir(one), .mkdir(inner), .mkdir(other)]
        }
        return .write(path, file: file, text: text)
    }

    /// Texts at the borders of what the kernel reads as a number of 32 bits.
    private static let oddNumbers = [
        "max", "max", " 1 ", "1\n", "+1", "01", "0x1", "0", "2", "-1", "-1", "-1", "-2", "", "x", "1 1", "2147483647",
        "2147483648", "4294967297", "4294967297", "-2147483648", "-2147483649", "9223372036854775808",
        "9223372036854775808",
        "-9223372036854775809", "-9223372036854775809", "1x", "99999999999999999999",
        "99999999999999999999",
        String(repeating: " ", count: 4096) + "1",
    ]

    func inner(_ name: String, of path: CgroupPath) -> CgroupPath {
        guard let inner = path.child(name) else { preconditionFailure("a letter is a name") }
        return inner
    }
}
