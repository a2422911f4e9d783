/// Every state that a machine can get to, breadth first: a state's number is no smaller than that of any state that takes
/// fewer steps to get to, so that the first one of a kind has a shortest schedule.
struct StateSpace {
    /// Who may go on in a state.
    enum Scheduling: Hashable {
        /// Every thread.
        case anyStep
        /// A thread in the middle of an operation alone: operations are taken one after the other, in every order.
        case wholeOperations
    }

    /// A thread's number is a byte.
    static let mostThreads = Int(UInt8.max)
    /// No state.
    static let none = UInt32.max
    /// How far a number may be from where it began: one step more must still fit in two bytes.
    private static let farthest: Int16 = 32_000

    let machine: RaceMachine
    private let scheduling: Scheduling
    private let width: Int
    /// The records of all states, one after the other.
    private var records: [Int16] = []
    /// A state and the thread from which each state was reached first.
    private var origins: [(state: UInt32, thread: UInt8)] = []
    /// For each state and thread the next state, or ``none``.
    private var successors: [UInt32] = []
    /// An open hash table of numbers of states.
    private var table: [UInt32]

    /// How many states there are.
    var count: Int { origins.count }

    /// - Returns: nil where there are more than `mostStates` states, or numbers grow beyond what a record holds.
    init?(_ machine: RaceMachine, _ scheduling: Scheduling = .anyStep, mostStates: Int) {
        guard machine.threads.count <= StateSpace.mostThreads else { return nil }
        self.machine = machine
        self.scheduling = scheduling
        width = machine.start.count
        table = Array(repeating: StateSpace.none, count: 1 << 10)
        guard insert(machine.start, from: StateSpace.none, by: 0) != nil else { return nil }
        var state = 0
        while state < count {
            let record = Array(self.record(state))
            let only = scheduling == .wholeOperations ? threadUnderWay(record) : nil
            for thread in machine.threads.indices {
                var next = record
                guard only == nil || only == thread, machine.advance(&next, thread) else {
                    successors.append(StateSpace.none)
                    continue
                }
                guard let number = insert(next, from: UInt32(state), by: UInt8(thread)), count <= mostStates else {
                    return nil
                }
                successors.append(number)
            }
            state += 1
        }
    }

    /// The record of a state.
    func record(_ state: Int) -> ArraySlice<Int16> { records[(state * width)..<((state + 1) * width)] }

    /// A number of a state.
    func value(_ slot: Int, _ state: Int) -> Int16 { records[state * width + slot] }

    /// The states that one step leads to, with the thread that takes it.
    func next(_ state: Int) -> ArraySlice<UInt32> {
        let threads = machine.threads.count
        return successors[(state * threads)..<((state + 1) * threads)]
    }

    /// Whether no thread can go on.
    func isEnd(_ state: Int) -> Bool { next(state).allSatisfy { $0 == StateSpace.none } }

    /// Whether every thread has come to its end.
    func isComplete(_ state: Int) -> Bool {
        machine.threads.allSatisfy { Int(value($0.position, state)) == $0.nodes.count }
    }

    /// The states on a shortest way to a state, the first one first, and who took the step to it.
    func way(to state: Int) -> [(state: Int, thread: Int)] {
        var way: [(state: Int, thread: Int)] = []
        var current = state
        while origins[current].state != StateSpace.none {
            way.append((current, Int(origins[current].thread)))
            current = Int(origins[current].state)
        }
        return way.reversed()
    }

    private func threadUnderWay(_ record: [Int16]) -> Int? {
        machine.threads.firstIndex { !$0.isAtRest(record[$0.position]) }
    }

    // MARK: - The table

    private mutating func insert(_ record: [Int16], from origin: UInt32, by thread: UInt8) -> UInt32? {
        guard record.allSatisfy({ $0 <= StateSpace.farthest }) else { return nil }
        let mask = table.count - 1
        var place = StateSpace.hash(record) & mask
        while table[place] != StateSpace.none {
            if records[(Int(table[place]) * width)..<((Int(table[place]) + 1) * width)].elementsEqual(record) {
                return table[place]
            }
            place = (place + 1) & mask
        }
        let number = UInt32(count)
        table[place] = number
        records += record
        origins.append((origin, thread))
        if count * 2 > table.count { grow() }
        return number
    }

    // The seeds of Swift's own hashes change with each process; a search has to take the same way each time.
    private static func hash(_ record: some Sequence<Int16>) -> Int {
        var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
        for value in record {
            hash = (hash ^ UInt64(UInt16(bitPattern: value))) &* 0x2545_f491_4f6c_dd1d
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash)
    }

    private mutating func grow() {
        let mask = table.count * 2 - 1
        table = Array(repeating: StateSpace.none, count: table.count * 2)
        for state in 0..<count {
            var place = StateSpace.hash(record(state)) & mask
            while table[place] != StateSpace.none { place = (place + 1) & mask }
            table[place] = UInt32(state)
        }
    }
}
