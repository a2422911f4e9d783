import CLinux
import Glibc
import KernelABI
import Scenario

/// The processes of a program: who they are, whose children, and in which slot of the shared table each waits.
struct PuppetStage {
    /// All processes ever, in the order in which they were made.
    var puppets: [Puppet] = []
    private var numbers: [TaskName: Int] = [:]
    private var numbersByPid: [pid_t: Int] = [:]
    private var freeSlots: [UInt32]
    /// How many PID namespaces there are or were, the harness's among them.
    private var spaceCount = 1
    let table: OpaquePointer
    /// Some process may not care for its children's ends, so that they leave no zombies.
    var hasCarelessParents = false
    /// Where the search for a pid that nobody has begins.
    var nextFreePid: pid_t = 20_000
    private let sharesMemory: Bool
    /// Whose clone with `CLONE_VFORK` has not come back, and the child that it made.
    var suspended: [Int: Int] = [:]
    /// Those of these children that have called execve.
    var resumed: Set<Int> = []

    /// Makes an empty stage with room for so many processes at a time; nil where there is no memory.
    init?(slots: Int) {
        guard let table = kernaut_table_make(UInt32(slots)) else { return nil }
        self.init(table: table, slots: slots, sharesMemory: false)
    }

    /// Makes an empty stage in a table that has room for so many processes.
    ///
    /// - Parameter sharesMemory: The first puppets have this process's memory.
    init(table: OpaquePointer, slots: Int, sharesMemory: Bool) {
        self.table = table
        self.sharesMemory = sharesMemory
        freeSlots = (0..<UInt32(slots)).reversed()
    }

    /// Lets puppets do without what this process has in its memory, which they do not use.
    func keepMemoryFromPuppets() { kernaut_keep_memory_from_children(table) }

    /// Kills every process of the program and reaps all. All are this process's children as soon as their parents are dead.
    ///
    /// - Returns: false where one was not to be found.
    func clear() -> Bool {
        for puppet in puppets where puppet.state == .living { kill(puppet.pid, SIGKILL) }
        // Nobody waits for threads.
        let processes = puppets.filter { $0.state != .reaped && $0.leader == nil }
        var left = Set(processes.map(\.pid))
        // Who is in a nested PID namespace may be reaped by the end of that one's first process.
        let nested = Set(processes.lazy.filter { $0.spaces.count > 1 }.map(\.pid))
        while !left.isEmpty {
            let pid = waitpid(-1, nil, 0)
            if pid < 0 && errno == EINTR { continue }
            if pid < 0 && errno == ECHILD { return hasCarelessParents || left.isSubset(of: nested) }
            guard pid > 0, left.remove(pid) != nil else { return false }
        }
        return true
    }

    /// The living process of a name.
    func living(_ name: TaskName) -> Int? {
        guard let number = numbers[name], puppets[number].state == .living else { return nil }
        return number
    }

    /// The name was given to a process, be it alive or not.
    func isKnown(_ name: TaskName) -> Bool { numbers[name] != nil }

    /// The pid of a process that was not reaped yet, as another one knows it: none where that is in a PID namespace that the
    /// process is not in.
    func pid(of name: TaskName, seenBy other: Int) -> pid_t? {
        guard let number = numbers[name], puppets[number].state != .reaped else { return nil }
        return pid(of: number, seenBy: other)
    }

    /// The same of the process with a number.
    func pid(of number: Int, seenBy other: Int) -> pid_t? {
        let space = puppets[other].spaces.count - 1
        let spaces = puppets[number].spaces
        guard spaces.indices.contains(space), spaces[space] == puppets[other].spaces[space] else { return nil }
        return puppets[number].pids[space]
    }

    /// The number of the unreaped process that the harness knows by a pid.
    func number(ofPid pid: pid_t) -> Int? { numbersByPid[pid] }

    /// The number of the unreaped process that another one knows by a pid.
    func number(ofPid pid: pid_t, seenBy other: Int) -> Int? {
        if puppets[other].spaces.count == 1 { return number(ofPid: pid) }
        return puppets.indices.first { puppets[$0].state != .reaped && self.pid(of: $0, seenBy: other) == pid }
    }

    /// The first process of a PID namespace takes no fatal signal from within.
    func isUnkillable(_ number: Int, by other: Int) -> Bool {
        puppets[leader(of: number)].isFirst && puppets[number].spaces == puppets[other].spaces
    }

    /// Notes that a process has unshared its children's PID namespace.
    mutating func notePIDNamespace(of number: Int) {
        puppets[number].childSpaces = puppets[number].spaces + [spaceCount]
        spaceCount += 1
    }

    /// Notes that a process's children will be in the PID namespace of another one.
    mutating func notePIDNamespace(of number: Int, as other: TaskName) {
        guard let entered = numbers[other] else { return }
        notePIDNamespace(of: number, spaces: puppets[entered].spaces)
    }

    /// Notes the PID namespaces that a process's children will be in.
    mutating func notePIDNamespace(of number: Int, spaces: [Int]) { puppets[number].childSpaces = spaces }

    /// A process that was not reaped yet.
    func unreaped(_ name: TaskName) -> Puppet? {
        guard let number = numbers[name], puppets[number].state != .reaped else { return nil }
        return puppets[number]
    }

    /// Makes a child of the harness itself, or tells the errno: ENOSPC when there is no room.
    mutating func spawn(_ name: TaskName) -> Answer<Int> {
        guard let slot = freeSlots.popLast() else { return .failure(.ENOSPC) }
        let pid = kernaut_puppet_spawn(table, slot, sharesMemory ? 1 : 0)
        guard pid > 0 else {
            freeSlots.append(slot)
            return .failure(Errno(rawValue: Int32(-pid)))
        }
        return .success(add(name, pids: [pid_t(pid)], spaces: [0], slot: slot, parent: nil))
    }

    /// Has a puppet make a child; nil as the slot tells that there is no room left.
    mutating func fork(_ parent: Int, _ birth: Birth, as name: TaskName) throws(Lost) -> Answer<Int>? {
        guard let slot = freeSlots.popLast() else { return nil }
        let flags = birth.flags
        let answer: Answer<Int64>
        switch birth {
        case .fork: answer = try call(parent, KERNAUT_FORK, UInt64(slot))
        case .vfork: answer = try call(parent, KERNAUT_VFORK, UInt64(slot))
        case .clone: answer = try call(parent, KERNAUT_CLONE, UInt64(slot), flags.rawValue)
        case .clone3(let args, let directory):
            try prepare(args, directory, of: parent)
            answer = try call(parent, KERNAUT_CLONE3, UInt64(slot))
        }
        switch answer {
        case .failure(let errno):
            freeSlots.append(slot)
            return .failure(errno)
        case .success(let pid):
            if flags.contains(.CLONE_AUTOREAP) { hasCarelessParents = true }
            let isThread = flags.contains(.CLONE_THREAD)
            let isSibling = isThread || flags.contains(.CLONE_PARENT)
            let adopted = isSibling ? puppets[leader(of: parent)].parent : parent
            var spaces = puppets[parent].childSpaces
            if flags.contains(.CLONE_NEWPID) {
                spaces = puppets[parent].spaces + [spaceCount]
                spaceCount += 1
            }
            if flags.contains(.CLONE_PIDFD_AUTOKILL) {
                try awaitKill(of: pid, madeBy: parent)
                let gone = add(name, pids: [pid_t(pid)], spaces: spaces, slot: slot, parent: adopted)
                becomeReaped(gone)
                return .success(gone)
            }
            let pids: [pid_t]
            var folder: String?
            // Of a thread in a nested PID namespace no pidfd tells what it has open.
            let isFarAway = puppets[parent].leader != nil && puppets[parent].spaces.count > 1
            if isThread || flags.contains(.CLONE_VFORK) || isFarAway {
                let found = try self.folder(of: name, slot, isThread: isThread, madeBy: parent)
                pids = try self.pids(of: name, in: found)
                folder = isThread ? found : nil
            } else {
                pids = spaces.count == 1 ? [pid_t(pid)] : try self.pids(of: name, pid_t(pid), knownBy: parent)
            }
            guard pids.count == spaces.count else { throw Lost(name: name, what: "has the pids \(pids)") }
            let open = birth.openLevels(of: spaces.count)
            let thread = isThread ? leader(of: parent) : nil
            let made = add(
                name,
                pids: pids,
                spaces: spaces,
                open,
                slot: slot,
                parent: adopted,
                leader: thread,
                folder: folder
            )
            if flags.contains(.CLONE_VFORK) { suspended[parent] = made }
            return .success(made)
        }
    }

    /// Has a puppet make a system call, and returns what came back.
    func call(
        _ number: Int,
        _ order: kernaut_order,
        _ a: UInt64 = 0,
        _ b: UInt64 = 0
    ) throws(Lost) -> Answer<Int64> {
        let puppet = puppets[number]
        let result = kernaut_puppet_call(table, puppet.slot, puppet.pid, order, a, b)
        if result == -Int64(ESTALE) { throw Lost(name: puppet.name) }
        return result < 0 ? .failure(Errno(rawValue: Int32(-result))) : .success(result)
    }

    /// Has several puppets fork at once, each until it is refused. The children are named as a bomb's.
    ///
    /// - Returns: for each racer how many children it made and what refused it; nil where there was no room for all.
    mutating func race(_ racers: [Int]) throws(Lost) -> [(made: Int, refused: Errno)]? {
        let slots = freeSlots
        var answers = [Int64](repeating: 0, count: racers.count)
        guard kernaut_race_prepare(table, slots, UInt32(slots.count)) == 0,
            kernaut_race_run(
                table,
                racers.map { puppets[$0].slot },
                racers.map { puppets[$0].pid },
                UInt32(racers.count),
                &answers
            ) == 0
        else { throw Lost(name: puppets[racers[0]].name) }
        let racersBySlot = Dictionary(uniqueKeysWithValues: racers.map { (puppets[$0].slot, $0) })
        var made = [Int: Int]()
        for place in slots.indices {
            let entry = kernaut_race_child_at(table, UInt32(place))
            guard let parent = racersBySlot[entry.racer] else { continue }
            made[parent, default: 0] += 1
            let name = nextBombChild(of: parent)
            countBombChild(of: parent)
            _ = add(name, pids: [pid_t(entry.pid)], spaces: [0], slot: entry.slot, parent: parent)
            freeSlots.removeAll { $0 == entry.slot }
        }
        if answers.contains(-Int64(ENOSPC)) { return nil }
        return zip(racers, answers).map { (made[$0] ?? 0, Errno(rawValue: Int32(-$1))) }
    }

    /// Has a puppet kill its own process, which it knows by the pid of some task of it.
    mutating func suicide(_ number: Int, _ target: Int, signal: Int32) throws(Lost) {
        let puppet = puppets[number]
        let pid = puppets[leader(of: number)].pid
        guard let own = puppets[target].pids.last, kernaut_puppet_suicide(table, puppet.slot, pid, own, signal) == 0
        else {
            throw Lost(name: puppet.name)
        }
        try noteEnd(of: number)
    }

    /// Puts a text where the next call of a puppet finds it; the text fits.
    func setText(_ number: Int, _ text: String) { setText(slot: puppets[number].slot, text) }

    /// The same of a slot.
    func setText(slot: UInt32, _ text: String) {
        let bytes = Array(text.utf8)
        precondition(bytes.count <= Int(KERNAUT_TEXT_CAPACITY))
        let target = UnsafeMutableRawPointer(kernaut_puppet_text(table, slot)!)
        bytes.withUnsafeBytes {
            target.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(target), byteCount: $0.count)
        }
    }

    /// The text that the last call of a puppet left.
    func text(_ number: Int) -> String { String(cString: kernaut_puppet_text(table, puppets[number].slot)) }

    /// The wait status that the last wait of a puppet left.
    func waitStatus(_ number: Int) -> Int32 { kernaut_puppet_wait_status(table, puppets[number].slot) }

    /// Has a puppet end, and returns when it is a zombie, its children being the harness's; or when it is gone, where it is a
    /// thread.
    mutating func end(_ number: Int, status: UInt8) throws(Lost) {
        if isThreaded(number) { return try endThread(number, status: status) }
        let puppet = puppets[number]
        guard kernaut_puppet_exit(table, puppet.slot, puppet.pid, status) == 0 else { throw Lost(name: puppet.name) }
        try noteEnd(of: number)
    }

    /// Notes that a process is a zombie, and that its children are its PID namespace's first process's, or the harness's. The
    /// end of a first process is that of everybody in there.
    mutating func becomeZombie(_ number: Int) {
        puppets[number].state = .zombie
        guard let space = puppets[number].spaces.last else { return }
        if puppets[number].isFirst {
            for other in puppets.indices
            where other != number && puppets[other].state != .reaped && puppets[other].spaces.contains(space) {
                becomeReaped(other)
            }
        }
        let reaper =
            subreaper(above: number)
            ?? puppets.indices.first { puppets[$0].isFirst && puppets[$0].spaces.last == space }.flatMap(alive)
        for task in tasks(ledBy: number) {
            for child in children(of: task) { puppets[child].parent = reaper }
        }
    }

    /// The nearest ancestor in a process's PID namespace that takes orphans.
    private func subreaper(above number: Int) -> Int? {
        var ancestor = puppets[number].parent
        while let candidate = ancestor, puppets[candidate].spaces == puppets[number].spaces {
            let leader = leader(of: candidate)
            if puppets[leader].isSubreaper, let thread = alive(leader) { return thread }
            ancestor = puppets[leader].parent
        }
        return nil
    }

    /// Notes that a process takes orphans, or does no more.
    mutating func noteSubreaper(_ number: Int, _ isSubreaper: Bool) {
        puppets[leader(of: number)].isSubreaper = isSubreaper
    }

    /// Notes that a process is a zombie, and may have threads.
    mutating func becomeDelayedZombie(_ number: Int) { puppets[number].state = .zombie }

    /// Notes whose child a process is.
    mutating func adopt(_ number: Int, by parent: Int?) { puppets[number].parent = parent }

    /// The unreaped process of a name.
    func unreapedNumber(_ name: TaskName) -> Int? {
        numbers[name].flatMap { puppets[$0].state == .reaped ? nil : $0 }
    }

    /// Notes that a zombie is reaped.
    mutating func becomeReaped(_ number: Int) {
        puppets[number].state = .reaped
        numbersByPid[puppets[number].pid] = nil
        freeSlots.append(puppets[number].slot)
    }

    /// The unreaped children of a process.
    func children(of number: Int) -> [Int] {
        puppets.indices.filter {
            puppets[$0].parent == number && puppets[$0].state != .reaped && puppets[$0].leader == nil
        }
    }

    /// The name of a process's next child in a bomb, if its next fork succeeds.
    func nextBombChild(of number: Int) -> TaskName { puppets[number].name.child(puppets[number].bombChildren + 1) }

    /// Notes that a bomb gave a process a child.
    mutating func countBombChild(of number: Int) { puppets[number].bombChildren += 1 }

    private mutating func add(
        _ name: TaskName,
        pids: [pid_t],
        spaces: [Int],
        _ openLevels: Set<Int> = [],
        slot: UInt32,
        parent: Int?,
        leader: Int? = nil,
        folder: String? = nil
    ) -> Int {
        let isFirst = spaces.count > 1 && !puppets.contains { $0.spaces.last == spaces.last }
        puppets.append(
            Puppet(
                name: name,
                pids: pids,
                spaces: spaces,
                openLevels: openLevels,
                childSpaces: spaces,
                isFirst: isFirst,
                slot: slot,
                parent: parent,
                leader: leader,
                folder: folder
            )
        )
        numbers[name] = puppets.count - 1
        numbersByPid[pids[0]] = puppets.count - 1
        return puppets.count - 1
    }
}

/// What a call returned, where an error number is an answer like any other.
enum Answer<Value> {
    case success(Value)
    case failure(Errno)
}
