/// What forks cost on a running kernel, as they were measured, in nanoseconds of processor time.
///
/// A sample is the mean of one batch of forks by one process; the batches of several processors ran at the same time.
public struct ForkSamples: Hashable, Sendable {
    /// What samples are of.
    public enum Kind: Hashable, Sendable {
        /// The parent's time for a fork that succeeds. The child waits.
        case made
        /// The child's time from its beginning up to where it would fork itself.
        case started
        /// The caller's time for a fork that `pids.max` refuses: of its own cgroup at level 1, of the one above at 2.
        case refusedByPidsMax(level: Int)
        /// The caller's time for a fork that `RLIMIT_NPROC` refuses.
        case refusedByNproc
        /// How long a process goes on while another one waits for its processor, by the clock.
        case slice

        /// `made`, `refused-2`, `refused-nproc`
        public var word: String {
            switch self {
            case .made: "made"
            case .started: "started"
            case .refusedByPidsMax(let level): "refused-\(level)"
            case .refusedByNproc: "refused-nproc"
            case .slice: "slice"
            }
        }

        /// Reads what ``word`` writes.
        public init?(_ word: String) {
            switch word {
            case "made": self = .made
            case "started": self = .started
            case "refused-nproc": self = .refusedByNproc
            case "slice": self = .slice
            default:
                guard word.hasPrefix("refused-"), let level = Int(word.dropFirst(8)), (1...64).contains(level) else {
                    return nil
                }
                self = .refusedByPidsMax(level: level)
            }
        }
    }

    /// The samples of one kind.
    public struct Series: Hashable, Sendable {
        /// What they are of.
        public var kind: Kind
        /// How many processors forked at the same time.
        public var cpus: Int
        /// At least one, in the order in which they were taken.
        public var nanoseconds: [Int64]

        /// Makes a series.
        public init(kind: Kind, cpus: Int, nanoseconds: [Int64]) {
            precondition(!nanoseconds.isEmpty, "nothing was measured")
            self.kind = kind
            self.cpus = cpus
            self.nanoseconds = nanoseconds
        }
    }

    /// What `uname -r` prints there.
    public var release: String
    /// How many processors the measuring process might use.
    public var cpus: Int
    /// How many forks one sample is the mean of.
    public var forks: Int
    /// The series.
    public var series: [Series]

    /// Makes a record.
    public init(release: String, cpus: Int, forks: Int, series: [Series]) {
        self.release = release
        self.cpus = cpus
        self.forks = forks
        self.series = series
    }

    /// One line for the machine, then one for each series:
    ///
    ///     kernel "6.18.44-cloud-amd64" cpus 2 forks 128
    ///     cost made cpus 1 ns 51234 50987 52001
    public var text: String {
        "kernel \(TextQuoting.quoted(release)) cpus \(cpus) forks \(forks)\n"
            + series.map { "\($0.line)\n" }.joined()
    }

    /// Reads what ``text`` writes; lines that begin otherwise are not looked at.
    public init(text: some StringProtocol) throws(TextError) {
        var machine: (release: String, cpus: Int, forks: Int)?
        var series: [Series] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            var cursor = TextCursor(Substring(line), line: number)
            if cursor.skip("kernel") {
                let release = try cursor.quoted("a kernel's release")
                try cursor.expect("cpus")
                let cpus: Int = try cursor.number("a number of processors")
                try cursor.expect("forks")
                machine = (release, cpus, try cursor.number("a number of forks"))
                try cursor.expectEnd()
            } else if cursor.skip("cost") {
                series.append(try Series(&cursor))
            }
        }
        guard let machine, machine.cpus > 0, machine.forks > 0 else {
            throw TextError(line: number, expected: "a kernel, its processors and the forks of a sample", found: "")
        }
        self.init(release: machine.release, cpus: machine.cpus, forks: machine.forks, series: series)
    }
}

extension ForkSamples.Series {
    /// `cost refused-2 cpus 2 ns 41234 40987`
    public var line: String {
        "cost \(kind.word) cpus \(cpus) ns \(nanoseconds.map(String.init).joined(separator: " "))"
    }

    init(_ cursor: inout TextCursor) throws(TextError) {
        kind = try cursor.value("a kind of cost such as made or refused-1") { ForkSamples.Kind($0) }
        try cursor.expect("cpus")
        cpus = try cursor.number("a number of processors")
        try cursor.expect("ns")
        nanoseconds = []
        while !cursor.isAtEnd { nanoseconds.append(try cursor.number("a number of nanoseconds")) }
        guard !nanoseconds.isEmpty else { throw cursor.error(expected: "at least one sample") }
    }
}
