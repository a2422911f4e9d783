import CLinux
import Glibc
import Scenario

extension Probe {
    /// `free-bomb [--timeout SECONDS] CPUS MILLISECONDS`: runs the program on standard input up to its first bomb, which then
    /// forks freely on so many processors, and is watched for so long after the first refusal. Prints the record, with the
    /// line of ``FreeBombCounts`` before the bomb's only observation.
    static func runFreeBomb(_ options: [String]) -> Exit {
        let timeout = timeoutOptions(options)
        let words = Array(options.dropFirst(timeout.count))
        let most = Int(kernaut_processors())
        guard words.count == 2, let cpus = Int(words[0]), let milliseconds = Int(words[1]),
            (1...most).contains(cpus), (1...3_600_000).contains(milliseconds)
        else {
            complain("free-bomb: expected a number of processors up to \(most) and of milliseconds, found '\(options)'")
            return .usage
        }
        return runPrograms(timeout) { serveFreeBomb(cpus: cpus, milliseconds: milliseconds, timeoutSeconds: $0) }
    }

    private static func serveFreeBomb(cpus: Int, milliseconds: Int, timeoutSeconds: Int) -> Exit {
        let signals = kernaut_signal_descriptor()
        guard signals >= 0,
            let timing = BombTiming(
                .freeBomb(watchedMilliseconds: milliseconds),
                cpus: cpus,
                processes: ProcessBound.ceiling + Supervisor.margin
            )
        else { return .fault }
        defer { timing.release() }
        var supervisor = Supervisor(output: .descriptor(1), timeoutSeconds: timeoutSeconds, signals: signals)
        supervisor.timing = timing
        let source = ProgramSource(input: .descriptor(0), output: .descriptor(1), signals: signals)
        var session = Session(supervisor: supervisor, source: source, place: .host)
        return session.run()
    }
}
