/// Concurrent operations as a machine: threads whose atomic steps read and write a record of small numbers.
///
/// A number in a record is the distance from the value before the operations, so that two bytes hold it.
struct RaceMachine {
    /// A level of the hierarchy that something depends on, or that somebody reads.
    struct Level {
        let css: CSSID
        /// `counter`: a slot.
        let counter: Int
        /// The limits that it has in the course of the operations, first the one before them.
        var limits: [Int64]
        /// Which of ``limits`` holds: a slot; nil where nobody writes it.
        var limit: Int?
        /// The slots of what is only looked at; nil where nobody looks.
        var seen: Seen?
        /// `counter` before the operations.
        let before: Int64
        /// `watermark` before the operations.
        let watermarkBefore: Int64

        /// How far the counter may rise under a limit.
        func room(_ limit: Int) -> Int { Int(clamping: limits[limit] - before) }
    }

    /// Slots that no decision depends on.
    struct Seen {
        /// `watermark`; nil where the kernel has none.
        let watermark: Int?
        /// What `max` in `pids.events` reads.
        let events: Int
        /// The processes that are there, zombies among them.
        let present: Int
        /// The most of them so far.
        let mostPresent: Int
    }

    /// What counts a user's processes and is asked for room.
    struct User {
        let ucounts: UcountsID
        let counter: Int
        let present: Int?
        let before: Int64
        /// The highest limit that a fork is held to here; nil where some fork is held to none.
        var highestLimit: Int64?
    }

    /// What became of an operation: slots.
    struct Result: Hashable {
        /// How many children were made; for what is no fork, whether it is done.
        let made: Int
        /// ``RaceEdge/undecided``, or the refusal.
        let refusal: Int
    }

    /// Where a task may be that is moved meanwhile.
    struct Places {
        /// Which of ``cgroups`` it is in: a slot.
        let slot: Int
        /// The cgroups, first the one before the operations.
        let cgroups: [CgroupID]
    }

    var levels: [Level] = []
    var users: [User] = []
    var threads: [RaceThread] = []
    var results: [Result] = []
    /// The refusals; ``RaceEdge/firstRefusal`` is the first of them.
    var refusals: [ForkRefusal] = []
    /// The tasks that are moved.
    var places: [TaskID: Places] = [:]
    /// How many forks hold the lock, and whether a move does: slots; nil where nothing moves.
    var lock: (readers: Int, writer: Int)?
    /// The record before the operations.
    var start: [Int16] = []

    /// The refusal of a result.
    func refusal(_ result: Int16) -> ForkRefusal? {
        result < RaceEdge.firstRefusal ? nil : refusals[Int(result - RaceEdge.firstRefusal)]
    }

    /// Whether no operation is under way.
    func isAtRest(_ record: ArraySlice<Int16>) -> Bool {
        threads.allSatisfy { $0.isAtRest(record[record.startIndex + $0.position]) }
    }

    /// Takes a thread's next step.
    ///
    /// - Returns: false where the thread has ended, or waits for another; then the record is as it was.
    func advance(_ record: inout [Int16], _ number: Int) -> Bool {
        let thread = threads[number]
        let position = Int(record[thread.position])
        guard position < thread.nodes.count else { return false }
        let node = thread.nodes[position]
        guard let edge = take(node, thread.added, &record) else { return false }
        if edge.result == RaceEdge.granted {
            record[results[node.operation].made] += 1
        } else if edge.result != RaceEdge.undecided {
            record[results[node.operation].refusal] = edge.result
        }
        record[thread.position] = Int16(edge.node)
        // What no later step reads would tell states apart that are the same.
        if let added = thread.added, edge.node == thread.nodes.count || !thread.nodes[edge.node].step.readsAdded {
            record[added] = 0
        }
        return true
    }

    private func take(_ node: RaceNode, _ added: Int?, _ record: inout [Int16]) -> RaceEdge? {
        switch node.step {
        case .askUser(let user, let room): return Int(record[users[user].counter]) >= room ? node.otherwise : node.next
        case .askCountedUser(let user, let room):
            return Int(record[users[user].counter]) > room ? node.otherwise : node.next
        case .countUser(let user): record[users[user].counter] += 1
        case .uncountUser(let user), .uncountReaped(let user): record[users[user].counter] -= 1
        case .charge(let level):
            let count = charge(level, added, &record)
            if levels[level].limit == nil, Int(count) > levels[level].room(0) { return node.otherwise }
        case .compare(let level):
            guard let added, let limit = levels[level].limit else { preconditionFailure("a limit that nobody writes") }
            if Int(record[added]) > levels[level].room(Int(record[limit])) { return node.otherwise }
        case .chargeForAttach(let level): _ = charge(level, added, &record)
        case .readWatermark(let level):
            return raised(level, added, record) > record[watermark(level)] ? node.next : node.otherwise
        case .writeWatermark(let level): record[watermark(level)] = raised(level, added, record)
        case .revert(let level), .cancelFork(let level), .unchargeForAttach(let level), .release(let level):
            record[levels[level].counter] -= 1
        case .countEvent(let levels):
            for level in levels { if let seen = self.levels[level].seen { record[seen.events] += 1 } }
        case .writeLimit(let level, let limit): if let slot = levels[level].limit { record[slot] = limit }
        case .makeChild(let levels, let users):
            for level in levels { enter(level, &record) }
            for user in users { add(1, self.users[user].present, &record) }
            add(-1, lock?.readers, &record)
        case .holdForFork(let place):
            guard let lock, record[lock.writer] == 0 else { return nil }
            record[lock.readers] += 1
            return branch(node, place, record)
        case .letGo: add(-1, lock?.readers, &record)
        case .lockAttach(let place, let ended):
            guard let lock, record[lock.writer] == 0, record[lock.readers] == 0 else { return nil }
            record[lock.writer] = 1
            if let ended, record[ended] > 0 { return node.otherwise }
            return branch(node, place, record)
        case .unlockAttach: add(-1, lock?.writer, &record)
        case .move(let place, let destination, let enters, let leaves):
            for level in enters { enter(level, &record) }
            for level in leaves { add(-1, levels[level].seen?.present, &record) }
            record[place] = destination
        case .exit(let ended):
            if let lock, record[lock.writer] > 0 { return nil }
            record[ended] = 1
        case .takeZombie(let place, let ended, let leaves, let users):
            if let ended, record[ended] == 0 { return nil }
            for level in leaves[place.map { Int(record[$0]) } ?? 0] { add(-1, levels[level].seen?.present, &record) }
            for user in users { add(-1, self.users[user].present, &record) }
            return branch(node, place, record)
        }
        return node.next
    }

    private func branch(_ node: RaceNode, _ place: Int?, _ record: [Int16]) -> RaceEdge {
        if node.branches.isEmpty { return node.next }
        return node.branches[place.map { Int(record[$0]) } ?? 0]
    }

    private func add(_ number: Int16, _ slot: Int?, _ record: inout [Int16]) {
        if let slot { record[slot] += number }
    }

    private func charge(_ level: Int, _ added: Int?, _ record: inout [Int16]) -> Int16 {
        let slot = levels[level].counter
        record[slot] += 1
        if let added { record[added] = record[slot] }
        return record[slot]
    }

    private func enter(_ level: Int, _ record: inout [Int16]) {
        guard let seen = levels[level].seen else { return }
        record[seen.present] += 1
        record[seen.mostPresent] = max(record[seen.mostPresent], record[seen.present])
    }

    /// What the watermark would become by the last addition, as its distance.
    func raised(_ level: Int, _ added: Int?, _ record: [Int16]) -> Int16 {
        guard let added else { preconditionFailure("a watermark goes by what was added") }
        let distance = Int64(record[added]) + levels[level].before - levels[level].watermarkBefore
        // A watermark far above the counter is not reached; how far does not matter.
        return Int16(clamping: distance)
    }

    private func watermark(_ level: Int) -> Int {
        guard let slot = levels[level].seen?.watermark else { preconditionFailure("a kernel without watermarks") }
        return slot
    }
}
