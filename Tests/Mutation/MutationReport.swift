import Foundation

/// Which mutants were killed, by what.
struct MutationReport {
    let outcomes: [(mutant: Mutant, outcome: Trial.Outcome)]
    let recordings: [String]
    /// How many recorded programs agree with the model as it is.
    let programs: Int
    /// How many values of theirs.
    let values: Int
    let seconds: (recording: Double, building: Double, judging: Double)

    /// No mutant survived, and there was one.
    var isClean: Bool { !outcomes.isEmpty && killed == outcomes.count }

    private var killed: Int {
        outcomes.count { if case .killed = $0.outcome { true } else { false } }
    }

    /// One line for each mutant, the survivors last, then the count.
    var text: String {
        let names = outcomes.map(\.mutant.name.count).max() ?? 0
        let broken = outcomes.map(\.mutant.breaks.text.count).max() ?? 0
        func line(_ mutant: Mutant, _ fate: String, _ how: String) -> String {
            let name = mutant.name.padding(toLength: names, withPad: " ", startingAt: 0)
            let rule = mutant.breaks.text.padding(toLength: broken, withPad: " ", startingAt: 0)
            return "\(fate)  \(name)  \(rule)  \(how)"
        }
        var lines = [
            "\(programs) programs of \(recordings.count) recordings agree with the model as it is, \(values) values",
            "",
        ]
        var survivors: [String] = []
        for (mutant, outcome) in outcomes {
            switch outcome {
            case .killed(let program, let place, let by):
                lines.append(line(mutant, "killed  ", "\(MutationReport.recording(place)) \(program): \(by)"))
            case .survived:
                survivors.append(line(mutant, "SURVIVED", mutant.file))
            }
        }
        let rules = Set(outcomes.map(\.mutant.breaks)).count
        return
            (lines + survivors + [
                "",
                "recording \(MutationReport.short(seconds.recording)) s, building \(MutationReport.short(seconds.building)) s, "
                    + "judging \(MutationReport.short(seconds.judging)) s",
                "killed \(killed) of \(outcomes.count), which break \(rules) rules and mechanisms",
            ]).joined(separator: "\n")
    }

    /// The same as JSON.
    func json() throws -> String {
        struct MutantDocument: Encodable {
            let name: String
            let breaks: String
            let file: String
            let isKilled: Bool
            let recording: String?
            let program: String?
            let by: String?
        }
        struct Document: Encodable {
            let killed: Int
            let total: Int
            let programs: Int
            let values: Int
            let recordings: [String]
            let recordingSeconds: Double
            let buildingSeconds: Double
            let judgingSeconds: Double
            let mutants: [MutantDocument]
        }
        let mutants = outcomes.map { mutant, outcome -> MutantDocument in
            var (recording, program, reason): (String?, String?, String?) = (nil, nil, nil)
            if case .killed(let name, let place, let by) = outcome {
                (recording, program, reason) = (MutationReport.recording(place), name, by)
            }
            return MutantDocument(
                name: mutant.name,
                breaks: mutant.breaks.text,
                file: mutant.file,
                isKilled: recording != nil,
                recording: recording,
                program: program,
                by: reason
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            killed: killed,
            total: outcomes.count,
            programs: programs,
            values: values,
            recordings: recordings.map(MutationReport.recording),
            recordingSeconds: seconds.recording,
            buildingSeconds: seconds.building,
            judgingSeconds: seconds.judging,
            mutants: mutants
        )
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    /// `guest-6.12-v2` of `…/recordings/guest-6.12-v2-0123456789ab.txt:17`.
    private static func recording(_ place: String) -> String {
        let file = place.split(separator: "/").last ?? ""
        return file.split(separator: "-").dropLast().joined(separator: "-")
    }

    private static func short(_ seconds: Double) -> String { String(format: "%.1f", seconds) }
}
