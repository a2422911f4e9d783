public import Failure
public import Scenario
public import Simulation

/// A program to verify, and what its author expects of it.
public struct VerificationCase: Hashable, Sendable {
    /// The program.
    public var program: Program
    /// The author's expectations, which an observation has to meet besides the prediction.
    public var expectations: [Expectation]

    /// Makes a case.
    public init(_ program: Program, expectations: [Expectation] = []) {
        self.program = program
        self.expectations = expectations
    }
}

/// A program, what was predicted for it, what was observed, and the verdict.
public struct Verification: Hashable, Sendable {
    /// The program.
    public var program: Program
    /// What it ran on; nil where that could not be told.
    public var platform: Platform?
    /// The model's prediction for that platform; nil where there is no platform, or the model does not know the program.
    public var prediction: Prediction?
    /// What was observed; nil where nothing was run. Not all of the program where the run did not complete.
    public var observed: Trace?
    /// Prediction and observation side by side; nil where one of them is missing.
    public var comparison: Comparison?
    /// The author's expectations beside what was observed; none where the run did not complete.
    public var findings: [Finding]
    /// The verdict.
    public var verdict: Verdict
    /// The last part of what the kernel said, where a guest was lost.
    public var consoleLog: String?
}

/// Predicts programs for a running kernel, runs them on it, and compares.
public struct Verifier: Sendable {
    private let observer: any KernelObserver

    /// A verifier that runs programs by an observer.
    public init(_ observer: any KernelObserver) { self.observer = observer }

    /// Verifies programs, one after the other, in the order in which they are given.
    ///
    /// - Throws: `badInput` for a program that makes no sense, before anything is run; `internalFault` where the observer
    ///   cannot be started. Everything else is a verdict.
    public func verify(_ cases: [VerificationCase], lane: Int = 0) async throws(Failure) -> [Verification] {
        var platforms: [Platform.Hierarchy?: (platform: Platform?, missing: String?)] = [:]
        var verifications: [Verification] = []
        for subject in cases {
            let hierarchy = subject.program.hierarchy
            if platforms[hierarchy] == nil { platforms[hierarchy] = try await observer.platform(for: hierarchy) }
            guard let (platform, missing) = platforms[hierarchy] else { preconditionFailure("it was asked above") }
            var verification = try Verification(
                predicting: subject.program,
                on: platform,
                most: observer.mostProcesses
            )
            if let missing { verification.verdict = .skipped(reason: missing) }
            verifications.append(verification)
        }
        let runnable = verifications.indices.filter {
            verifications[$0].prediction != nil && platforms[cases[$0].program.hierarchy]?.missing == nil
        }
        guard !runnable.isEmpty else { return verifications }
        let records = try await observer.observe(runnable.map { cases[$0].program }, lane: lane)
        for (index, record) in zip(runnable, records) {
            verifications[index].judge(record, cases[index].expectations)
        }
        return verifications
    }
}

extension Verifier {
    /// Whether the model takes a program at all, on the platform that it would run on.
    func isSensible(_ program: Program) async throws(Failure) -> Bool {
        guard let platform = try await observer.platform(for: program.hierarchy).platform else { return false }
        return (try? Simulator.predict(program, on: platform, detail: .rounds)) != nil
    }
}

extension Verification {
    /// A verification of a program that was predicted already, before its run.
    init(predicted prediction: Prediction) {
        program = prediction.program
        platform = prediction.platform
        self.prediction = prediction
        findings = []
        verdict = .skipped(reason: "nothing was run")
    }

    /// A verification before its run. Its verdict stands where nothing is run.
    init(predicting program: Program, on platform: Platform?, most allowed: Int) throws(Failure) {
        self.program = program
        self.platform = platform
        findings = []
        verdict = .skipped(reason: "nothing was run")
        guard let platform else { return }
        do {
            // Rounds alone first: the events of a million forks are not worth their memory if none of them can be made.
            let most = try program.mostLiving(on: platform)
            guard most <= allowed else {
                verdict = .unsupported(
                    reason: "\(most) processes at a time, and at most \(allowed) are made on a running kernel"
                )
                return
            }
            prediction = try Simulator.predict(program, on: platform)
        } catch {
            guard error.status == .unavailable else { throw error }
            verdict = .unsupported(reason: error.line)
        }
    }

    /// Takes in what the probe recorded, and gives the verdict.
    mutating func judge(_ record: RunRecord, _ expectations: [Expectation]) {
        guard let prediction else { return }
        consoleLog = record.consoleLog
        if !record.trace.observations.isEmpty {
            observed = record.trace
            let prediction = following(record.trace) ?? prediction
            self.prediction = prediction
            comparison = Comparison(prediction, record.trace)
        }
        switch record.ending {
        case .completed:
            guard let ran = record.platform, ran.isSame(as: prediction.platform) else {
                // The prediction would be for another kernel than the one that was observed.
                verdict = .harnessError(
                    reason: "the program ran on \(record.platform?.text ?? "an unknown platform")"
                )
                return
            }
            if let observed, !observed.observations.isEmpty {
                findings = expectations.map { $0.finding(in: Evidence(observed)) }
            }
            verdict = judgement
        default: verdict = Verdict(record.ending)
        }
    }

    /// The prediction that goes on from what was observed where the kernel leaves an outcome open.
    private func following(_ trace: Trace) -> Prediction? {
        let isOpen = program.steps.contains { if case .race = $0.action { true } else { false } }
        guard isOpen, let platform else { return nil }
        return try? Simulator.predict(program, on: platform, following: trace)
    }

    private var judgement: Verdict {
        guard let comparison, comparison.compared > 0 else { return .harnessError(reason: "nothing was compared") }
        let isMet = !findings.contains { $0.result == .unmet }
        return comparison.differences.isEmpty && isMet ? .conforms : .diverges
    }
}

extension Verdict {
    /// The verdict on a run that did not complete.
    init(_ ending: RunEnding?) {
        switch ending {
        case .completed: preconditionFailure("a completed run is judged by what was observed")
        case .skipped(let reason): self = .skipped(reason: reason)
        case .unsupported(let reason): self = .unsupported(reason: reason)
        case .timedOut(let seconds): self = .timedOut(seconds: seconds)
        case .badProgram(let reason):
            // The model took the program for a sensible one.
            self = .harnessError(reason: "the probe refuses the program: \(reason)")
        case .fault(let reason): self = .harnessError(reason: reason)
        case .interrupted: self = .harnessError(reason: "the run was interrupted")
        case nil: self = .harnessError(reason: "the probe ended before the program did")
        }
    }
}

extension Program {
    /// The most processes that live at one time, as the model has it.
    ///
    /// - Throws: as `Simulator.predict` does.
    public func mostLiving(on platform: Platform) throws(Failure) -> Int {
        try Simulator.predict(self, on: platform, detail: .rounds).moments.map(\.snapshot.living).max() ?? 0
    }
}
