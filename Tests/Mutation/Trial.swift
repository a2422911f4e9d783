import Failure
import Foundation

/// Puts a mutant to recordings until one of them disagrees.
struct Trial: Sendable {
    /// What became of a mutant.
    enum Outcome: Hashable, Sendable {
        /// Something does not conform any more: in which program, where that stands, and what differs.
        case killed(program: String, place: String, by: String)
        /// Everything conforms: so many programs, so many values.
        case survived(programs: Int, values: Int)
    }

    private let judge: String
    private let recordings: [String]

    init(judge: String, recordings: [String]) {
        self.judge = judge
        self.recordings = recordings
    }

    /// Tries the mutant of a number; 0 is the model as it is.
    ///
    /// - Throws: `Failure` where the judge cannot be run, or a recording cannot be read.
    func outcome(of number: Int) throws -> Outcome {
        let run = try judged(number, [])
        let words =
            run.output.split(separator: "\n").last?.split(separator: "\t", omittingEmptySubsequences: false)
            .map(String.init) ?? []
        switch run.status {
        case 0 where words.count == 2:
            return .survived(programs: Int(words[0]) ?? 0, values: Int(words[1]) ?? 0)
        case 1 where words.count == 4:
            return .killed(program: words[0], place: words[1], by: words[3])
        case 128...:
            // A broken invariant, or no end: the last program that was begun is the one.
            let lines = try judged(number, ["--tell"]).output.split(separator: "\n")
            let last =
                lines.last { $0.split(separator: "\t").count == 2 }?.split(separator: "\t").map(String.init) ?? []
            guard last.count == 2 else { break }
            let reason = run.output.split(separator: "\n").first { $0.contains("Fatal error") }.map(String.init)
            let told = reason.map { $0.components(separatedBy: "Fatal error: ").last ?? $0 }
            return .killed(program: last[0], place: last[1], by: told ?? "ended by signal \(run.status - 128)")
        default: break
        }
        throw Failure(
            .internalFault,
            "the judge ended with status \(run.status): \(run.output.split(separator: "\n").last ?? "")",
            at: judge
        )
    }

    private func judged(_ number: Int, _ options: [String]) throws -> Command {
        // A fault's backtrace would take seconds, and nobody reads it.
        try Command.run(
            [judge] + options + recordings,
            environment: ["KERNAUT_MUTANT": "\(number)", "SWIFT_BACKTRACE": "enable=no"]
        )
    }
}
