import Failure
import Foundation
import Glibc
import IndexFacts

/// Worker processes that do jobs, each driven by a thread of its own.
///
/// Jobs are handed out in their order, so every worker sees its jobs in that order too. A worker leaves out groups of
/// headers that it has reported before; whoever takes the groups of the lowest job that has them loses nothing by that.
final class Workforce: @unchecked Sendable {
    // `condition` guards everything below it.
    private let condition = NSCondition()
    private var jobs: [Job]
    /// Whether more jobs may come.
    private var isOpen: Bool
    private var next = 0
    private var outcomes: [Int: JobOutcome] = [:]
    private var prefixes: [PrefixState]
    private var failure: Failure?
    private var isStopped = false
    private var workers: [pid_t] = []
    private var running = 0

    private let spool: FactSpool?
    /// What an earlier run has done already.
    private let kept: [Int: FactSpool.Record]
    private let executable: String
    private let timeout: Double

    private enum PrefixState {
        /// Nobody makes it.
        case absent
        case building
        case ready(path: String)
        case failed(String)
    }

    /// - Parameters:
    ///   - jobs: prefixes before the units and the other prefixes that use them.
    ///   - ready: prefixes that are precompiled already, with their files.
    ///   - isOpen: whether more jobs may come; workers wait for them.
    ///   - timeout: how long a unit may take, in seconds; a prefix may take four times as long.
    ///   - spool: where facts are kept until the index is complete; what is there already is not done again.
    init(
        jobs: [Job],
        prefixes: Int,
        ready: [Int: String],
        isOpen: Bool,
        executable: String,
        timeout: Double,
        spool: FactSpool?
    ) {
        self.jobs = jobs
        self.isOpen = isOpen
        self.spool = spool
        kept = jobs.enumerated().reduce(into: [:]) { kept, job in
            if let key = job.element.key { kept[job.offset] = spool?.records[key] }
        }
        self.executable = executable
        self.timeout = timeout
        self.prefixes = (0..<prefixes).map { number in ready[number].map { .ready(path: $0) } ?? .absent }
        expectPrefixes(of: jobs)
    }

    private func expectPrefixes(of jobs: [Job]) {
        for job in jobs { if case .prefix(let prefix) = job.subject { prefixes[prefix] = .building } }
    }

    /// Starts the workers.
    func start(_ count: Int) {
        condition.lock()
        running = min(max(1, count), jobs.count - kept.count)
        condition.unlock()
        for _ in 0..<running {
            let thread = Thread { self.drive() }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Adds the last jobs.
    ///
    /// - Parameter prefixes: how many prefixes there are now.
    func complete(with more: [Job], prefixes count: Int) {
        condition.lock()
        jobs += more
        while prefixes.count < count { prefixes.append(.absent) }
        expectPrefixes(of: more)
        isOpen = false
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for what came of a job; each can be asked for once.
    ///
    /// - Throws: ``Failure`` when no worker can be started.
    func outcome(of job: Int) throws -> JobOutcome {
        if let record = kept[job] {
            // It was whole when the run began.
            guard let bytes = spool?.bytes(of: record), let blob = try? FactBlob(decoding: bytes) else {
                throw Failure(.unavailable, "the facts of an earlier run can no longer be read", remedy: "index again")
            }
            return .facts(blob)
        }
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let outcome = outcomes.removeValue(forKey: job) { return outcome }
            if let failure { throw failure }
            condition.wait()
        }
    }

    /// Ends all workers and waits until their threads are done.
    func stop() {
        condition.lock()
        isStopped = true
        // A worker that is busy is not waited for.
        for worker in workers { kill(worker, SIGKILL) }
        condition.broadcast()
        while running > 0 { condition.wait() }
        condition.unlock()
    }

    /// Whether units may have been parsed on top of a prefix; waits until that is known.
    func hasPrecompiled(_ prefix: Int) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while failure == nil, !isStopped {
            switch prefixes[prefix] {
            case .ready: return true
            case .failed, .absent: return false
            case .building: condition.wait()
            }
        }
        return false
    }

    /// Why prefixes could not be used.
    var prefixProblems: [String] {
        condition.lock()
        defer { condition.unlock() }
        return prefixes.compactMap { if case .failed(let reason) = $0 { reason } else { nil } }
    }

    private func drive() {
        // A worker that died makes writing to it fail, instead of ending kernaut.
        var pipeSignal = sigset_t()
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)
        var worker: WorkerProcess?
        while let (number, job, precompiled) = takeJob() {
            do {
                if worker == nil { worker = try hire() }
                finish(number, job, try outcome(of: job, precompiled: precompiled, &worker))
            } catch let loss as WorkerProcess.Loss {
                let cause = dismiss(&worker, isDying: loss == .died)
                switch loss {
                case .died: finish(number, job, .failed("the index worker did not survive it: \(cause)"))
                case .senseless: finish(number, job, .failed("the index worker sent no answer that makes sense"))
                case .timedOut:
                    finish(number, job, .failed("it took longer than \(Int(patience(with: job).rounded(.up))) s"))
                }
            } catch {
                fail(error as? Failure ?? Failure(.internalFault, "the index workers failed: \(error)"))
            }
        }
        dismiss(&worker)
        condition.lock()
        running -= 1
        condition.broadcast()
        condition.unlock()
    }

    /// libclang may not survive on top of a prefix what it survives by itself. A prefix is not made a second time: units may be on
    /// top of the first one by then.
    private func outcome(of job: Job, precompiled: String?, _ worker: inout WorkerProcess?) throws -> JobOutcome {
        do {
            return try perform(job, precompiled: precompiled, worker!)
        } catch WorkerProcess.Loss.died where precompiled != nil && job.isUnit {
            dismiss(&worker, isDying: true)
            worker = try hire()
            return try perform(job, precompiled: nil, worker!)
        }
    }

    /// Whether an earlier run has done a job.
    func isKept(_ job: Int) -> Bool { kept[job] != nil }

    private func hire() throws -> WorkerProcess {
        condition.lock()
        defer { condition.unlock() }
        // Whoever stops has killed those that there were, and waits for nobody new.
        if isStopped { throw WorkerProcess.Loss.died }
        let worker = try WorkerProcess(executable: executable)
        workers.append(worker.id)
        return worker
    }

    @discardableResult
    private func dismiss(_ worker: inout WorkerProcess?, isDying: Bool = false) -> String {
        guard let ending = worker else { return "" }
        worker = nil
        // Once its end was taken note of, its number may become another process's: nobody must kill it any more.
        condition.lock()
        workers.removeAll { $0 == ending.id }
        condition.unlock()
        return ending.end(isDying: isDying)
    }

    /// The next job, once the prefix that it builds on is there; nil when there is none.
    private func takeJob() -> (number: Int, job: Job, precompiled: String?)? {
        condition.lock()
        defer { condition.unlock() }
        while kept[next] != nil { next += 1 }
        while next == jobs.count, isOpen, !isStopped, failure == nil { condition.wait() }
        guard !isStopped, failure == nil, next < jobs.count else { return nil }
        let number = next
        let job = jobs[number]
        next += 1
        for prefix in job.bases {
            waiting: while true {
                if isStopped || failure != nil { return nil }
                switch prefixes[prefix] {
                case .ready(let path): return (number, job, path)
                case .failed, .absent: break waiting
                case .building: condition.wait()
                }
            }
        }
        return (number, job, nil)
    }

    private func perform(_ job: Job, precompiled: String?, _ worker: WorkerProcess) throws -> JobOutcome {
        let order = job.order(precompiled)
        try worker.send(order)
        let deadline = MonotonicClock.seconds + patience(with: job)
        while true {
            let frame = try worker.receive(before: deadline)
            switch frame.kind {
            case .prefixReady:
                if case .prefix(let prefix) = job.subject, case .prefix(let path, _) = order.task {
                    set(prefix, to: .ready(path: path))
                }
            case .facts:
                let blob: FactBlob
                do {
                    blob = try FactBlob(decoding: frame.bytes)
                } catch {
                    return .failed("the index worker sent facts that make no sense, at byte \(error.offset)")
                }
                if let key = job.key { try spool?.append(frame.bytes, job: key, worker: worker.number) }
                return .facts(blob)
            case .unparsable: return .failed(String(decoding: frame.bytes, as: UTF8.self))
            case .refused:
                guard case .unit(mayBeRefused: true) = order.task else { throw WorkerProcess.Loss.senseless }
                return .refused(below: frame.bytes.isEmpty ? nil : String(decoding: frame.bytes, as: UTF8.self))
            case .order: throw WorkerProcess.Loss.senseless
            }
        }
    }

    /// A prefix is many files' headers at once, and many files wait for it.
    private func patience(with job: Job) -> Double {
        if case .prefix = job.subject { timeout * 4 } else { timeout }
    }

    private func set(_ prefix: Int, to state: PrefixState) {
        condition.lock()
        prefixes[prefix] = state
        condition.broadcast()
        condition.unlock()
    }

    private func finish(_ number: Int, _ job: Job, _ outcome: JobOutcome) {
        condition.lock()
        outcomes[number] = outcome
        if case .prefix(let prefix) = job.subject, case .failed(let reason) = outcome {
            prefixes[prefix] = .failed(reason)
        }
        condition.broadcast()
        condition.unlock()
    }

    private func fail(_ reason: Failure) {
        condition.lock()
        failure = failure ?? reason
        condition.broadcast()
        condition.unlock()
    }
}
