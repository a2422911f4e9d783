import ContentDigest
public import Failure
import KernelABI
public import Scenario
import Simulation

/// Many programs of a seed, put to a running kernel.
///
/// Programs are generated, predicted, run and compared a chunk at a time, by as many lanes as the observer has; what
/// agrees is counted and forgotten, what does not is kept.
public struct Campaign: Sendable {
    /// Which programs.
    public struct Request: Hashable, Sendable {
        /// The seed.
        public var seed: UInt64
        /// The number of the first program.
        public var first: Int
        /// How many.
        public var count: Int
        /// The hierarchies that programs ask for, some hundred at a time each; none where they do not mind.
        public var hierarchies: [Platform.Hierarchy]
        /// Each program is run a second time, and the traces are compared: Linux against Linux.
        public var twice: Bool
        /// When no further program is begun, in seconds; nil for never.
        public var seconds: Double?

        /// Makes a request.
        public init(
            seed: UInt64,
            first: Int = 0,
            count: Int,
            hierarchies: [Platform.Hierarchy] = [],
            twice: Bool = false,
            seconds: Double? = nil
        ) {
            self.seed = seed
            self.first = first
            self.count = count
            self.hierarchies = hierarchies
            self.twice = twice
            self.seconds = seconds
        }

        /// The hierarchy of a program. Changing it costs a guest some milliseconds, so that many in a row have the same.
        public func hierarchy(of number: Int) -> Platform.Hierarchy? {
            hierarchies.isEmpty ? nil : hierarchies[number / Campaign.block % hierarchies.count]
        }
    }

    /// What came of it.
    public struct Result: Sendable {
        /// What was counted.
        public var tally = ProgramTally()
        /// What did not conform, in the order of the numbers but divergences first, up to ``Campaign/mostKept``.
        public var failures: [(number: Int, verification: Verification)] = []
        /// A digest of all traces without a race, in the order of the numbers: the same again for the same seed.
        public var traces = ""
        /// How long it took, in seconds.
        public var seconds = 0.0
        /// When the first verdict was there, in seconds from the beginning.
        public var firstVerdictSeconds: Double?
        /// The time that was allowed ended before all programs were run.
        public var isCut = false
    }

    /// How many programs in a row ask for the same hierarchy.
    static let block = 500
    /// How many failures are kept.
    public static let mostKept = 50
    private static let chunk = 100

    private let observer: any KernelObserver
    private let request: Request
    private let recording: RunRecording?
    private let progress: @Sendable (Int, ProgramTally) -> Void

    /// Prepares a campaign.
    ///
    /// - Parameters:
    ///   - recording: takes every program with what was observed.
    ///   - progress: called after each chunk with how many programs were run, and the tally so far.
    public init(
        _ observer: any KernelObserver,
        _ request: Request,
        recording: RunRecording? = nil,
        progress: @escaping @Sendable (Int, ProgramTally) -> Void = { _, _ in }
    ) {
        self.observer = observer
        self.request = request
        self.recording = recording
        self.progress = progress
    }

    /// Runs it.
    ///
    /// - Throws: `Failure` where the observer is not there at all; what happens to single programs is a verdict.
    public func run() async throws(Failure) -> Result {
        let queue = ChunkQueue(request, chunk: Campaign.chunk)
        let clock = ContinuousClock()
        let begin = clock.now
        @Sendable func elapsed() -> Double { (clock.now - begin) / .seconds(1) }
        let outcome: Swift.Result<Result, Failure> = await withTaskGroup(of: Swift.Result<Void, Failure>.self) {
            group in
            for lane in 0..<observer.lanes {
                group.addTask {
                    do throws(Failure) {
                        while let numbers = await queue.next(at: elapsed()) {
                            let chunk = try await run(numbers, lane)
                            await queue.add(chunk, at: elapsed())
                            progress(await queue.programs, await queue.tally)
                        }
                        return .success(())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for await lane in group {
                if case .failure(let failure) = lane {
                    group.cancelAll()
                    await queue.stop()
                    return .failure(failure)
                }
            }
            return .success(await queue.result(seconds: elapsed()))
        }
        return try outcome.get()
    }

    private func run(_ numbers: Range<Int>, _ lane: Int) async throws(Failure) -> ChunkResult {
        var result = ChunkResult(first: numbers.lowerBound)
        let hierarchy = request.hierarchy(of: numbers.lowerBound)
        let (platform, missing) = try await observer.platform(for: hierarchy)
        if let missing { throw Failure(.unavailable, missing, at: observer.place) }
        guard let platform else { throw Failure(.unavailable, "what it runs on cannot be told", at: observer.place) }
        let programs = try numbers.map { number throws(Failure) in
            try GeneratedProgram(
                seed: request.seed,
                number: number,
                hierarchy: hierarchy,
                ownsMachine: observer.ownsMachine,
                on: platform
            )
        }
        let records = try await observe(programs.map(\.program), lane: lane)
        try await recording?.add(zip(programs, records).map { RecordedRun($0.program, $1) }, first: numbers.lowerBound)
        for (generated, record) in zip(programs, records) { result.add(generated, record) }
        if request.twice {
            let again = try await observe(programs.map(\.program), lane: lane)
            for index in programs.indices { result.compare(programs[index], records[index], again[index]) }
        }
        return result
    }

    /// Has programs run, and those again that threads of the machine have disturbed, a few times.
    private func observe(_ programs: [Program], lane: Int) async throws(Failure) -> [RunRecord] {
        var records = try await observer.observe(programs, lane: lane)
        for _ in 0..<3 {
            let disturbed = records.indices.filter { records[$0].ending == .disturbed }
            if disturbed.isEmpty { break }
            let again = try await observer.observe(disturbed.map { programs[$0] }, lane: lane)
            for (index, record) in zip(disturbed, again) { records[index] = record }
        }
        return records
    }
}

/// What came of one chunk.
struct ChunkResult: Sendable {
    let first: Int
    var tally = ProgramTally()
    var failures: [(number: Int, verification: Verification)] = []
    var traces = ""

    init(first: Int) { self.first = first }

    mutating func add(_ generated: GeneratedProgram, _ record: RunRecord) {
        if !generated.program.hasRace { traces += record.trace.text }
        let (verification, compared) = Verification.judging(record, generated.prediction)
        tally.add(verification.verdict, of: generated.program, verification.prediction, compared: compared)
        if verification.verdict != .conforms { failures.append((generated.number, verification)) }
    }

    mutating func compare(_ generated: GeneratedProgram, _ first: RunRecord, _ second: RunRecord) {
        guard !generated.program.hasRace else { return }
        let isSame = first.ending == .completed && first == second
        tally.add(sameTwice: isSame)
        guard !isSame, first.ending == .completed else { return }
        var verification = Verification(predicted: generated.prediction)
        verification.judge(second, [])
        verification.verdict = .harnessError(reason: "the same program gave another trace the second time")
        failures.append((generated.number, verification))
    }
}

/// The chunks of a campaign, and what came of those that are done.
private actor ChunkQueue {
    private let request: Campaign.Request
    private let chunk: Int
    private var next: Int
    private var isStopped = false
    private var failures: [(number: Int, verification: Verification)] = []
    private var digests: [Int: ContentDigest] = [:]
    private var firstVerdict: Double?
    private(set) var tally = ProgramTally()

    var programs: Int { tally.programs }

    init(_ request: Campaign.Request, chunk: Int) {
        self.request = request
        self.chunk = chunk
        next = request.first
    }

    func next(at seconds: Double) -> Range<Int>? {
        let end = request.first + request.count
        if let bound = request.seconds, seconds >= bound { isStopped = true }
        guard !isStopped, next < end else { return nil }
        // The first one is small, so that something can be said soon. None crosses from one hierarchy to the next.
        let size = next == request.first ? 1 : chunk
        let border = (next / Campaign.block + 1) * Campaign.block
        let numbers = next..<min(next + size, end, border)
        next = numbers.upperBound
        return numbers
    }

    func stop() { isStopped = true }

    func add(_ result: ChunkResult, at seconds: Double) {
        tally.add(result.tally)
        failures += result.failures
        digests[result.first] = ContentDigest(of: Array(result.traces.utf8))
        if firstVerdict == nil { firstVerdict = seconds }
    }

    func result(seconds: Double) -> Campaign.Result {
        var result = Campaign.Result()
        result.tally = tally
        // What was not run comes last: a divergence must not be lost among it.
        func order(_ failure: (number: Int, verification: Verification)) -> (Int, Int) {
            switch failure.verification.verdict {
            case .diverges, .harnessError, .timedOut: (0, failure.number)
            case .conforms, .skipped, .unsupported: (1, failure.number)
            }
        }
        result.failures = Array(failures.sorted { order($0) < order($1) }.prefix(Campaign.mostKept))
        let ordered = digests.sorted { $0.key < $1.key }.map(\.value.hexadecimal).joined(separator: " ")
        result.traces = ContentDigest(of: Array(ordered.utf8)).hexadecimal
        result.seconds = seconds
        result.firstVerdictSeconds = firstVerdict
        result.isCut = tally.programs < request.count
        return result
    }
}
