/// SplitMix64: numbers that are the same for the same seed on every machine and in every release of Swift.
struct SeededGenerator {
    private var state: UInt64

    /// The numbers of one program of a seed: those of the next program have nothing to do with them.
    init(seed: UInt64, number: Int) {
        // Both go through the mixing function: states that lie a multiple of the increment apart would be one stream.
        state = UInt64(truncatingIfNeeded: number)
        let place = next()
        state = seed ^ place
        state = next()
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number of `0 ..< bound`. The bias of the remainder is below one in 2^50 for the bounds that programs have.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// A number of a range.
    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True once in `times`.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }

    /// One of several.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// One of several, each as often as its weight says.
    mutating func pick<Element>(weighted elements: [(weight: Int, element: Element)]) -> Element {
        var rest = below(elements.reduce(0) { $0 + $1.weight })
        for (weight, element) in elements {
            if rest < weight { return element }
            rest -= weight
        }
        preconditionFailure("the weights add up to more than every number that is drawn")
    }
}
