/// A free-running bomb by the clock: every process of it forks again and again, its children as well.
///
/// The processors are work-conserving: none is idle while a process waits. A new process goes to an idle processor at
/// once, else to the end of one queue. A process whose slice is over goes there, too. A fork costs its parent `made`, a
/// child's first turn begins with `started`, a refused fork costs `refused`; nobody waits for anything but a processor, and
/// nothing else runs on the machine.
///
/// So the number of processes doubles with every `made` as long as there are idle processors, and grows by `cpus` with
/// every `made` from then on.
public struct BombClock: Hashable, Sendable {
    /// What things cost, in nanoseconds of processor time.
    public struct Costs: Hashable, Sendable {
        /// A fork that succeeds, to the parent.
        public var made: Double
        /// A child's beginning, before its own first fork.
        public var started: Double
        /// A fork that is refused.
        public var refused: Double
        /// How long a process goes on while others wait.
        public var slice: Double

        /// Makes costs.
        public init(made: Double, started: Double, refused: Double, slice: Double) {
            self.made = made
            self.started = started
            self.refused = refused
            self.slice = slice
        }
    }

    /// What comes of a bomb.
    public struct Course: Hashable, Sendable {
        /// From the beginning to the return of the first refused fork, in nanoseconds.
        public var firstRefusal_ns: Double
        /// The processor time of all processes up to then, in nanoseconds.
        public var cpu_ns: Double
        /// How many processes, the first one among them, had had a processor by then.
        public var started: Int
    }

    /// What things cost.
    public var costs: Costs
    /// How many processors the bomb has, from 1.
    public var cpus: Int

    /// Makes a clock.
    public init(costs: Costs, cpus: Int) {
        precondition(cpus > 0, "a bomb needs a processor")
        self.costs = costs
        self.cpus = cpus
    }

    /// How many forks are refused in a second when nothing is left but refusals.
    public var refusalsPerSecond: Double { Double(cpus) * 1e9 / costs.refused }

    /// Runs a bomb of one process that has room for so many children, up to its first refusal.
    public func run(room: Int) -> Course {
        var room = room
        var waiting = Queue()
        // A processor that has got a process stays busy: the process never waits.
        var processors = [Processor(isStarted: true, sliceEnd: costs.slice, begin: 0)]
        var next = Moments()
        next.insert(0, 0)
        var started = 1
        while true {
            let (now, number) = next.popFirst()
            if processors[number].isForking {
                processors[number].isForking = false
                if processors.count < cpus {
                    processors.append(Processor(isStarted: false, sliceEnd: now + costs.slice, begin: now))
                    next.insert(now, processors.count - 1)
                } else {
                    waiting.append(isStarted: false)
                }
            }
            if now >= processors[number].sliceEnd, let other = waiting.popFirst() {
                waiting.append(isStarted: processors[number].isStarted)
                processors[number].isStarted = other
                processors[number].sliceEnd = now + costs.slice
            }
            if !processors[number].isStarted {
                processors[number].isStarted = true
                started += 1
                next.insert(now + costs.started, number)
            } else if room > 0 {
                room -= 1
                processors[number].isForking = true
                next.insert(now + costs.made, number)
            } else {
                let end = now + costs.refused
                let cpu = processors.reduce(0) { $0 + max(0, end - $1.begin) }
                return Course(firstRefusal_ns: end, cpu_ns: cpu, started: started)
            }
        }
    }

    private struct Processor {
        /// Its process has had its first turn.
        var isStarted: Bool
        var isForking = false
        var sliceEnd: Double
        let begin: Double

        init(isStarted: Bool, sliceEnd: Double, begin: Double) {
            self.isStarted = isStarted
            self.sliceEnd = sliceEnd
            self.begin = begin
        }
    }

    /// The processes without a processor, of each of which no more is known than whether it has had its first turn.
    private struct Queue {
        private var entries: [Bool] = []
        private var first = 0

        mutating func append(isStarted: Bool) { entries.append(isStarted) }

        mutating func popFirst() -> Bool? {
            guard first < entries.count else { return nil }
            defer { first += 1 }
            return entries[first]
        }
    }

    /// When each busy processor is done with what it does: a binary heap. Of those at the same time, the lowest number is
    /// first, so that a run is the same every time.
    private struct Moments {
        private var heap: [(time: Double, number: Int)] = []

        private static func comes(_ left: (time: Double, number: Int), before right: (time: Double, number: Int))
            -> Bool
        {
            left.time == right.time ? left.number < right.number : left.time < right.time
        }

        mutating func insert(_ time: Double, _ number: Int) {
            heap.append((time, number))
            var place = heap.count - 1
            while place > 0, Moments.comes(heap[place], before: heap[(place - 1) / 2]) {
                heap.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
        }

        mutating func popFirst() -> (time: Double, number: Int) {
            precondition(!heap.isEmpty, "a bomb's first processor is always busy")
            heap.swapAt(0, heap.count - 1)
            let first = heap.removeLast()
            var place = 0
            while true {
                let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
                guard let least = children.min(by: { Moments.comes(heap[$0], before: heap[$1]) }),
                    Moments.comes(heap[least], before: heap[place])
                else { return first }
                heap.swapAt(place, least)
                place = least
            }
        }
    }
}
