/// Every reason that is written down. A rule that comes takes the place of a reason, which can go then: the check counts
/// those that speak of nothing any more.
enum OriginReasons {
    static let all: [OriginReason] =
        fork + clone3 + execve + namespaces + setns + writes + cgroupDirectories + otherCalls + wait
        + processFiles

    /// What several kinds of reasons say in the same words.
    static let noMemory = "memory exhaustion: the model's memory has no end"
    static let badAddress = "programs pass addresses that are theirs"
}
