public import Failure
public import Scenario

extension HostProbe {
    /// Measures what forks cost on this machine.
    ///
    /// - Throws: `Failure` with `unavailable` where that cannot be done, such as without root.
    public func forkSamples() async throws(Failure) -> ForkSamples {
        let (output, complaint, status) = try await start(["forks"], input: "")
        if status == HostProbe.unavailable {
            throw Failure(
                .unavailable,
                "forks cannot be timed: \(HostProbe.reason(complaint))",
                at: place,
                remedy: "run this as root, where a hierarchy carries pids"
            )
        }
        guard status == 0 else { throw failed("status \(status): \(complaint)") }
        do {
            return try ForkSamples(text: output)
        } catch {
            throw failed("an answer that cannot be read: \(error)")
        }
    }

    /// Runs a program up to its bomb, which then forks freely on so many processors; returns the record up to there, with
    /// the bomb as one observation, and what its processes have counted.
    ///
    /// - Parameters:
    ///   - milliseconds: how long it is watched after its first refused fork.
    public func freeBomb(
        _ program: Program,
        cpus: Int,
        milliseconds: Int
    ) async throws(Failure) -> (record: RunRecord, counts: FreeBombCounts?) {
        let arguments = ["free-bomb", "--timeout", "\(timeoutSeconds)", "\(cpus)", "\(milliseconds)"]
        let (output, complaint, status) = try await start(arguments, input: program.text)
        guard status != 64 else { throw failed("status \(status): \(complaint)") }
        var reader = RunReader()
        var counts: FreeBombCounts?
        do {
            var number = 0
            for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
                number += 1
                if reader.record.ending != nil { break }
                if let found = try FreeBombCounts(line, number: number) {
                    counts = found
                } else {
                    try reader.read(line)
                }
            }
        } catch {
            throw failed("an answer that cannot be read: \(error)")
        }
        return (reader.record, counts)
    }

    private func failed(_ what: String) -> Failure {
        Failure(.internalFault, "the probe gave \(what)", at: place)
    }
}
