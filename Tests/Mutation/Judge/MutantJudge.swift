import Conformance
import Failure
import Glibc
import Scenario
import Simulation

/// Judges recordings by the model with one mutant in it, until something does not conform.
///
/// With `--tell` it says before each program which one comes, for a mutant that ends this process.
@main
enum MutantJudge {
    private static let mostSeconds: rlim_t = 120
    private static let mostBytes: rlim_t = 8 << 30

    static func main() {
        // A mutant may never come to an end, or take all memory there is.
        limit(__rlimit_resource_t(RLIMIT_CPU.rawValue), mostSeconds)
        limit(__rlimit_resource_t(RLIMIT_AS.rawValue), mostBytes)
        limit(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
        let tells = CommandLine.arguments.contains("--tell")
        var replay = Replay()
        do throws(Failure) {
            for path in CommandLine.arguments.dropFirst() where path != "--tell" {
                var file = try RecordedFile(path: path)
                while let run = try file.next() {
                    // What was not carried out to its end says nothing about the model.
                    guard run.record.ending == .completed else { continue }
                    if tells { say([run.program.name, file.place]) }
                    replay.add(run, at: file.place)
                    if let failure = replay.failures.first { end(run, failure.verification, file.place) }
                }
            }
        } catch {
            say([error.line])
            exit(error.status.rawValue)
        }
        say(["\(replay.tally.programs)", "\(replay.tally.compared)"])
        exit(replay.tally.compared > 0 ? 0 : 70)
    }

    private static func end(_ run: RecordedRun, _ verification: Verification, _ place: String) -> Never {
        let difference = verification.comparison?.differences.first
        let step = difference?.step.map { "step \($0 + 1), " } ?? ""
        let shown = difference.map { row in
            let predicted = row.predicted.isEmpty ? "nothing" : row.predicted.joined(separator: " or ")
            return "\(step)\(row.subject): predicted \(predicted), observed \(row.observed ?? "nothing")"
        }
        say([run.program.name, place, verification.verdict.name, shown ?? verification.verdict.reason ?? ""])
        exit(1)
    }

    private static func say(_ words: [String]) {
        print(words.joined(separator: "\t"))
        fflush(nil)
    }

    private static func limit(_ resource: __rlimit_resource_t, _ most: rlim_t) {
        var limit = rlimit(rlim_cur: most, rlim_max: most)
        _ = setrlimit(resource, &limit)
    }
}
