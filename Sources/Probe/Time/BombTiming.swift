import CLinux

/// What is timed in place of a program's bomb, and the memory in which the puppets count.
///
/// The memory has to be there before the conductor is, so that the conductor and all puppets have it.
struct BombTiming {
    /// What is timed.
    enum Subject {
        /// The bomb itself, whose processes fork freely. It is watched for so long after its first refusal, and given up where
        /// none comes in that time.
        case freeBomb(watchedMilliseconds: Int)
        /// Forks that succeed.
        case made
        /// Forks that the program's limits refuse.
        case refused
        /// How long a process goes on while another one waits.
        case slice

        fileprivate var kind: kernaut_timing_kind {
            switch self {
            case .freeBomb: KERNAUT_FREE_BOMB
            case .made: KERNAUT_TIME_MADE
            case .refused: KERNAUT_TIME_REFUSED
            case .slice: KERNAUT_TIME_SLICE
            }
        }
    }

    let subject: Subject
    /// How many processors fork at the same time.
    let cpus: Int
    let memory: OpaquePointer

    /// Maps the memory; nil where there is none.
    ///
    /// - Parameters:
    ///   - forks: how many forks are one sample.
    ///   - batches: how many samples each processor gives.
    ///   - processes: how many processes a bomb may have.
    init?(_ subject: Subject, cpus: Int, forks: Int = 1, batches: Int = 1, processes: Int = 1) {
        var order = kernaut_timing_order(
            kind: subject.kind,
            cpus: UInt32(cpus),
            forks: UInt32(forks),
            batches: UInt32(batches)
        )
        guard let memory = kernaut_timing_make(&order, UInt32(processes)) else { return nil }
        self.subject = subject
        self.cpus = cpus
        self.memory = memory
    }

    /// Ends the mapping.
    func release() { kernaut_timing_unmap(memory) }

    /// The samples of a kind that the puppets left.
    func samples(_ kind: kernaut_sample) -> [Int64] {
        [Int64](unsafeUninitializedCapacity: Int(KERNAUT_MOST_SAMPLES)) { buffer, count in
            count = Int(kernaut_timing_samples(memory, kind, buffer.baseAddress))
        }
    }
}
