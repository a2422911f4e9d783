import KernelModel

/// What an exploration finds, in words.
enum FindingText {
    static func kind(_ kind: Interleavings.Kind) -> String? {
        switch kind {
        case .serial: nil
        case .otherLimit: "refused by a limit that does not refuse it in any order one after the other"
        case .refusedDespiteRoom:
            "refused although there was room: one after the other, in some order, none of these is lost"
        case .grantedBeyondRoom: "granted beyond the room: one after the other, no order grants as much"
        case .otherwise: "no order one after the other has these results"
        }
    }

    static func property(_ property: Interleavings.Property) -> String {
        switch property {
        case .countsWhatIsThere: "at rest, every counter is the number of processes that it counts"
        case .neverCountsLess: "no counter is ever below the number of processes that it counts"
        case .forksKeepPidsMax: "at rest, forks have taken no cgroup over its pids.max"
        case .forksKeepRlimitNproc: "at rest, forks have taken no user over RLIMIT_NPROC"
        case .refusalsAreCounted: "at rest, pids.events has counted each refusal once"
        case .peakCoversCurrent: "at rest, pids.peak is at least pids.current"
        case .neverStuck: "some operation can go on until all are over"
        }
    }

    /// A number of ways, with the digits in groups of three.
    static func number(_ number: UInt128?) -> String {
        guard let number else { return "more than \(UInt128.max)" }
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }
}
