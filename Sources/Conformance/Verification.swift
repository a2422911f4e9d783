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
}

/// Predicts programs for the running kernel, runs them on it, and compares.
public struct HostVerifier: Sendable {
    private let probe: HostProbe

    /// A verifier that runs programs by a probe.
    public init(_ probe: HostProbe) { self.probe = probe }

    /// Verifies programs, one after the other, in the order in which they are given.
    ///
    /// - Throws: `badInput` for a program that makes no sense, before anything is run; `internalFault` where the probe
    ///   cannot be started. Everything else is a verdict.
    public func verify(_ cases: [VerificationCase]) async throws(Failure) -> [Verification] {
        let (platform, missing) = try await probe.platform()
        var verifications = try cases.map { subject throws(Failure) in
            try Verification(predicting: subject.program, on: platform)
        }
        if let missing {
            for index in verifications.indices { verifications[index].verdict = .skipped(reason: missing) }
            return verifications
        }
        let runnable = verifications.indices.filter { verifications[$0].prediction != nil }
        guard !runnable.isEmpty else { return verifications }
        let records = try await probe.observe(runnable.map { cases[$0].program })
        for (index, record) in zip(runnable, records) {
            verifications[index].judge(record, cases[index].expectations)
        }
        return verifications
    }
}

extension Verification {
    /// A verification before its run. Its verdict stands where nothing is run.
    init(predicting program: Program, on platform: Platform?) throws(Failure) {
        self.program = program
        self.platform = platform
        findings = []
        verdict = .skipped(reason: "nothing was run")
        guard let platform else { return }
        do {
            // Rounds alone first: the events of a million forks are not worth their memory if none of them can be made.
            let most = try program.mostLiving(on: platform)
            guard most <= HostProbe.mostProcesses else {
                verdict = .unsupported(
                    reason: "\(most) processes at a time, and at most \(HostProbe.mostProcesses) are made on a host"
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
        if !record.trace.observations.isEmpty {
            observed = record.trace
            comparison = Comparison(prediction, record.trace)
        }
        switch record.ending {
        case .completed:
            if let observed, !observed.observations.isEmpty {
                findings = expectations.map { $0.finding(in: Evidence(observed)) }
            }
            verdict = judgement
        case .skipped(let reason): verdict = .skipped(reason: reason)
        case .unsupported(let reason): verdict = .unsupported(reason: reason)
        case .timedOut(let seconds): verdict = .timedOut(seconds: seconds)
        case .badProgram(let reason):
            // The model took the program for a sensible one.
            verdict = .harnessError(reason: "the probe refuses the program: \(reason)")
        case .fault(let reason): verdict = .harnessError(reason: reason)
        case .interrupted: verdict = .harnessError(reason: "the run was interrupted")
        case nil: verdict = .harnessError(reason: "the probe ended before the program did")
        }
    }

    private var judgement: Verdict {
        guard let comparison, comparison.compared > 0 else { return .harnessError(reason: "nothing was compared") }
        let isMet = !findings.contains { $0.result == .unmet }
        return comparison.differences.isEmpty && isMet ? .conforms : .diverges
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
