import KernelABI
import Scenario

/// Cgroups as containers have them: which may hold processes, what they give to those below, and the end or the standstill
/// of all in them.
extension ProgramGenerator {
    /// Where first tasks may be put beside others: not above and not below them.
    mutating func domain(beside others: [CgroupPath]) -> CgroupPath {
        let free = sketch.paths.filter { path in
            others.allSatisfy { $0 == path || !($0.isAbove(path) || path.isAbove($0)) }
        }
        return random.pick(free.isEmpty ? others : free)
    }

    /// What is written to the files that switch controllers, and to those that concern all in a cgroup.
    mutating func control(_ number: Int) -> Action {
        isScene = true
        if random.once(in: 4) { return frozen(number) }
        if random.once(in: 6) { return oddControl() }
        if !hasDomains { return random.once(in: 2) ? switched(number) : frozen(number) }
        switch random.below(8) {
        case 0: return killed(number)
        case 1: return switched(number)
        case 2, 7: return innerProcesses(number)
        case 3, 4: return threadedBelow(number)
        case 5: return threadElsewhere(number)
        default: return populatedBelow(number)
        }
    }

    /// Everybody in a cgroup and below it ends at once.
    private mutating func killed(_ number: Int) -> Action {
        if random.once(in: 2) { return killedBelow(number) }
        let person = sketch.people[number]
        var steps: [Action] = []
        if random.once(in: 2) {
            let child = sketch.child(of: number)
            steps.append(.fork(person.name, child: child))
            if random.once(in: 3) { steps.append(.write(person.cgroup, file: "cgroup.freeze", text: "1")) }
        }
        let path = random.once(in: 2) ? person.cgroup : random.pick(sketch.paths + [.root])
        steps.append(.write(path, file: "cgroup.kill", text: random.once(in: 6) ? "0" : "1"))
        let others = sketch.people.filter { !($0.cgroup == path || path.isAbove($0.cgroup)) }
        for place in sketch.people.indices {
            let cgroup = sketch.people[place].cgroup
            if cgroup == path || path.isAbove(cgroup) { sketch.end(place) }
        }
        steps.append(.read(path, file: random.pick(["cgroup.events", "pids.current"])))
        if let other = others.randomPick(&random) {
            steps.append(.attach(other.name, to: path))
            steps.append(
                .fork(other.name, child: sketch.child(of: sketch.people.firstIndex { $0.name == other.name } ?? 0))
            )
        }
        steps.append(.rmdir(path == .root ? random.pick(sketch.paths) : path))
        return play(steps)
    }

    /// A parent is told how its child ended.
    private mutating func killedBelow(_ number: Int) -> Action {
        let person = sketch.people[number]
        let (begin, path, child) = childBelow(number)
        sketch.end(sketch.people.count - 1)
        // No limit is in the way.
        let levels = sequence(first: person.cgroup, next: \.parent).filter { $0 != .root }
        for level in levels { sketch.setLimit(level, .max) }
        return play(
            levels.map { .write($0, file: "pids.max", text: "max") } + begin + [
                .write(path, file: "cgroup.kill", text: "1"),
                .waitCall(person.name, WaitCall(.wait4, .task(child), .WNOHANG)), .rmdir(path),
            ]
        )
    }

    /// `pids` is taken from those below a cgroup and given back, under processes and zombies.
    private mutating func switched(_ number: Int) -> Action {
        sketch.notePIDsTaken()
        let person = sketch.people[number]
        let parent = person.cgroup.parent ?? .root
        let child = sketch.child(of: number)
        var steps: [Action] = []
        if random.once(in: 2) {
            steps += [.fork(person.name, child: child), .exit(child, status: 0)]
            sketch.end(sketch.people.count - 1)
        }
        steps.append(.write(parent, file: "cgroup.subtree_control", text: "-pids"))
        if random.once(in: 2) { steps.append(.read(person.cgroup, file: random.pick(["pids.max", "pids.current"]))) }
        if random.once(in: 3) { steps.append(.write(person.cgroup, file: "pids.max", text: "1")) }
        if random.once(in: 3) { steps.append(.write(person.cgroup, file: "cgroup.subtree_control", text: "+pids")) }
        if random.once(in: 2) { steps.append(.fork(person.name, child: sketch.child(of: number))) }
        steps.append(
            .read(random.once(in: 2) ? parent : person.cgroup, file: random.pick(ProgramGenerator.controlFiles))
        )
        steps.append(.write(parent, file: "cgroup.subtree_control", text: random.pick(["+pids", "+pids", " +pids\n"])))
        if random.once(in: 2) { steps.append(.wait(person.name, child: child)) }
        if random.once(in: 2) { steps.append(.write(person.cgroup, file: "pids.max", text: "\(random.number(0...3))")) }
        steps.append(.fork(person.name, child: sketch.child(of: number)))
        return play(steps)
    }

    private static let controlFiles = ["cgroup.subtree_control", "cgroup.controllers", "pids.current"]

    /// Processes above others: in a cgroup that has given `pids` to those below.
    private mutating func innerProcesses(_ number: Int) -> Action {
        let person = sketch.people[number]
        let parent = person.cgroup.parent ?? .root
        var steps: [Action] = []
        let child = sketch.child(of: number)
        steps.append(.fork(person.name, child: child))
        switch random.below(3) {
        case 0: steps.append(.attach(child, to: parent))
        case 1:
            let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
            steps.append(.clone3(person.name, into, into: .cgroup(parent), child: sketch.child(of: number)))
        default:
            steps += [.attach(person.name, to: parent), .attach(child, to: parent)]
            sketch.move(number, to: parent)
        }
        sketch.move(sketch.people.count - 1, to: parent)
        steps += [.read(parent, file: "cgroup.type"), .read(person.cgroup, file: "cgroup.type")]
        if random.once(in: 2) {
            steps += [.exit(child, status: 0), .attach(person.name, to: parent)]
            sketch.move(number, to: parent)
        }
        return play(steps)
    }

    /// A cgroup that is made below one with processes, and has its parent's domain or is of no use.
    private mutating func threadedBelow(_ number: Int) -> Action {
        let person = sketch.people[number]
        let path = inner("x", of: person.cgroup)
        sketch.make(path)
        var steps: [Action] = [.mkdir(path)]
        if !random.once(in: 3) {
            steps.append(.write(person.cgroup, file: "cgroup.subtree_control", text: "+pids"))
        }
        if random.once(in: 2) { steps.append(.write(path, file: "cgroup.type", text: "threaded")) }
        steps.append(.read(random.once(in: 3) ? person.cgroup : path, file: "cgroup.type"))
        switch random.below(7) {
        case 0, 4, 5:
            let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
            steps.append(.clone3(person.name, into, into: .cgroup(path), child: sketch.child(of: number)))
            sketch.move(sketch.people.count - 1, to: path)
        case 1:
            let child = sketch.child(of: number)
            steps += [.fork(person.name, child: child), .attach(child, to: path)]
            sketch.move(sketch.people.count - 1, to: path)
        case 2: steps.append(.write(path, file: "cgroup.subtree_control", text: "+pids"))
        case 6:
            // Where that is no domain, what is below has none to be a part of.
            let below = inner("y", of: path)
            sketch.make(below)
            steps += [.mkdir(below), .write(below, file: "cgroup.type", text: "threaded")]
        default:
            steps.append(.attach(person.name, to: path))
            sketch.move(number, to: path)
        }
        steps.append(.write(path, file: random.pick(["cgroup.kill", "cgroup.kill", "cgroup.type"]), text: "1"))
        steps.append(.fork(person.name, child: sketch.child(of: number)))
        return play(steps)
    }

    /// A child in a new cgroup below its parent's.
    private mutating func childBelow(_ number: Int) -> (steps: [Action], path: CgroupPath, child: TaskName) {
        let person = sketch.people[number]
        let path = inner("y", of: person.cgroup)
        sketch.make(path)
        let child = sketch.child(of: number)
        sketch.move(sketch.people.count - 1, to: path)
        return ([.mkdir(path), .fork(person.name, child: child), .attach(child, to: path)], path, child)
    }

    /// Somebody below somebody, as long as nothing is given to those below.
    private mutating func populatedBelow(_ number: Int) -> Action {
        let person = sketch.people[number]
        let (begin, path, child) = childBelow(number)
        var steps = begin
        switch random.below(5) {
        case 0, 4: steps.append(.write(person.cgroup, file: "cgroup.subtree_control", text: "+pids"))
        case 1: steps.append(.write(random.once(in: 2) ? path : person.cgroup, file: "cgroup.type", text: "threaded"))
        case 2:
            let other = inner("x", of: person.cgroup)
            sketch.make(other)
            steps += [
                .mkdir(other),
                .write(other, file: "cgroup.type", text: random.pick(["threaded", "threaded", "domain"])),
            ]
        default: steps.append(.write(person.cgroup, file: "cgroup.kill", text: "1"))
        }
        steps += [
            .read(path, file: random.pick(["cgroup.type", "cgroup.events"])),
            .attach(person.name, to: path), .attach(child, to: person.cgroup),
        ]
        return play(steps)
    }

    /// Everybody in a cgroup stands still, until it is told to go on.
    private mutating func frozen(_ number: Int) -> Action {
        let person = sketch.people[number]
        let path = random.once(in: 3) ? person.cgroup.parent ?? .root : person.cgroup
        let others = sketch.people.indices.filter {
            let cgroup = sketch.people[$0].cgroup
            return !sketch.people[$0].hasEnded && cgroup != path && !path.isAbove(cgroup)
        }
        var steps: [Action] = [.write(path, file: "cgroup.freeze", text: "1")]
        if random.once(in: 2) { steps.append(.read(random.once(in: 2) ? person.cgroup : path, file: "cgroup.events")) }
        if let other = others.randomPick(&random) {
            let name = sketch.people[other].name
            switch random.below(4) {
            case 0:
                sketch.end(number)
                steps.append(.signal(name, to: person.name, signal: .kill))
            case 1:
                let into = CloneArgs(flags: .CLONE_INTO_CGROUP)
                steps.append(.clone3(name, into, into: .cgroup(path), child: sketch.child(of: other)))
                sketch.move(sketch.people.count - 1, to: path)
            case 2:
                steps += [.attach(name, to: path), .read(path, file: "cgroup.events")]
                sketch.move(other, to: path)
            default:
                steps += [
                    .attach(person.name, to: sketch.people[other].cgroup),
                    .fork(person.name, child: sketch.child(of: number)),
                ]
                sketch.move(number, to: sketch.people[other].cgroup)
            }
        }
        if random.once(in: 3) {
            let made = inner("z", of: path)
            sketch.make(made)
            steps += [.mkdir(made), .read(made, file: random.pick(["cgroup.events", "cgroup.freeze"])), .rmdir(made)]
        }
        if random.once(in: 6) { steps.append(.kill(person.name)) }
        steps += [
            .read(path, file: random.pick(["cgroup.freeze", "cgroup.events"])),
            .write(path, file: "cgroup.freeze", text: random.once(in: 8) ? random.pick(["2", "-1", "1"]) : "0"),
            .read(person.cgroup, file: "cgroup.events"), .fork(person.name, child: sketch.child(of: number)),
        ]
        return play(steps)
    }

    private mutating func oddControl() -> Action {
        let path = random.once(in: 4) ? .root : random.pick(sketch.paths)
        let texts = [
            "+memory", "+memory", "+memory -pids", "-memory", "+pids +io", "+pids -pids", "pids", "=pids", "=pids",
            "xpids",
            "+nothing", "+devices", "+misc", "+", "+pids\n-pids", "", "+pids  +pids",
        ]
        switch random.below(4) {
        case 0: return play([.write(path, file: "cgroup.freeze", text: random.pick(["2", "-1", "x", " 0 ", "0x0"]))])
        case 1:
            let text = random.pick(["domain", "threaded\n", " threaded", "Threaded", "", "threaded domain"])
            return play([.write(path, file: "cgroup.type", text: text), .read(path, file: "cgroup.type")])
        default:
            let text = random.pick(texts)
            if text.contains("-") { sketch.notePIDsTaken() }
            return play([
                .write(path, file: "cgroup.subtree_control", text: text), .read(path, file: "cgroup.subtree_control"),
            ])
        }
    }

    /// The first step now, the others after it.
    mutating func play(_ steps: [Action]) -> Action {
        sequel = Array(steps.dropFirst())
        return steps[0]
    }
}

extension CgroupPath {
    /// Whether another path leads through this one.
    fileprivate func isAbove(_ other: CgroupPath) -> Bool {
        sequence(first: other) { $0.parent }.dropFirst().contains(self)
    }
}

extension Array {
    fileprivate func randomPick(_ random: inout SeededGenerator) -> Element? { isEmpty ? nil : random.pick(self) }
}
