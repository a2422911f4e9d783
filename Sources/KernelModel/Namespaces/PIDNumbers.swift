/// The numbers of a PID namespace: which are taken, by whom, and where the search for the next one begins. `idr` of
/// `struct pid_namespace`, with `idr_alloc_cyclic` and `idr_alloc` of `lib/idr.c`.
struct PIDNumbers: Hashable, Sendable {
    /// `RESERVED_PIDS`, `kernel/pid.c`: once numbers have got beyond it, those below are not given again.
    static let reserved: Int32 = 300

    /// `idr_get_cursor`: the number after the last one that was given in turn.
    var cursor: Int32 = 0
    /// A bit for each number from 0, set where it is taken.
    private var words: [UInt64] = []
    /// The numbers by task, from ``firstTask`` on; 0 for one that has none here.
    private var numbers: [Int32] = []
    private var firstTask = 0

    /// `idr_alloc_cyclic`: the next free number below `end`, beginning again where the end is reached.
    mutating func next(below end: Int32) -> Int32? {
        let start = cursor > PIDNumbers.reserved ? PIDNumbers.reserved : 1
        let from = max(cursor, start)
        guard let number = free(from: from, below: end) ?? (from > start ? free(from: start, below: end) : nil) else {
            return nil
        }
        set(number, true)
        cursor = number + 1
        return number
    }

    /// `idr_alloc` of exactly this number, which leaves the cursor where it is. The number is free.
    mutating func take(_ number: Int32) { set(number, true) }

    /// Whether somebody has a number.
    func isTaken(_ number: Int32) -> Bool {
        let word = Int(number) / 64
        return word < words.count && words[word] >> (UInt64(number) % 64) & 1 == 1
    }

    /// `idr_remove`
    mutating func free(_ number: Int32) { set(number, false) }

    /// `idr_set_cursor` to 0: a namespace that has nobody begins anew.
    mutating func restart() { cursor = 0 }

    /// Whose number it is from now on. ``PIDNumbers/open`` stands for one that the program leaves open.
    mutating func give(_ number: Int32, to task: TaskID) {
        if numbers.isEmpty { firstTask = task.index }
        while numbers.count <= task.index - firstTask { numbers.append(0) }
        numbers[task.index - firstTask] = number
    }

    /// The number of a task that is in the namespace.
    func number(of task: TaskID) -> Int32 {
        let place = task.index - firstTask
        return numbers.indices.contains(place) ? numbers[place] : 0
    }

    /// Frees the number of a task.
    mutating func release(_ task: TaskID) {
        let number = number(of: task)
        if number > 0 { set(number, false) }
    }

    /// A number that the caller chose and the program does not name: one that nobody has, and that turns do not get to.
    static let open: Int32 = -1

    private func free(from start: Int32, below end: Int32) -> Int32? {
        var number = start
        while number < end {
            let word = Int(number) / 64
            guard word < words.count else { return number }
            let free = ~words[word] >> (UInt64(number) % 64)
            if free != 0 {
                number += Int32(free.trailingZeroBitCount)
                return number < end ? number : nil
            }
            number = Int32(word + 1) * 64
        }
        return nil
    }

    private mutating func set(_ number: Int32, _ isTaken: Bool) {
        let (word, bit) = (Int(number) / 64, UInt64(1) << (UInt64(number) % 64))
        while words.count <= word { words.append(0) }
        if isTaken { words[word] |= bit } else { words[word] &= ~bit }
    }
}
