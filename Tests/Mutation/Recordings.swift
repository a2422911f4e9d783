import Conformance
import ContentDigest
import Failure
import Foundation
import KernelTree
import Scenario

/// What real kernels made of the programs of a seed. Recorded once for each build of the probe and each set of programs, and
/// kept in the cache.
struct Recordings {
    /// Where programs are put to a kernel.
    struct Place: Hashable, Sendable {
        /// `host-6.18.44`, `guest-6.12-v2`
        let name: String
        /// The words after `kernaut verify`.
        let words: [String]
        /// What the programs ask for.
        let hierarchy: Platform.Hierarchy?
        let programs: Int
        /// Without this place all mutants have to die too.
        var isOptional = false
    }

    /// The seed of all recordings.
    static let seed: UInt64 = 1

    private let kernaut: String
    private let folder: String
    private let probeDigest: String

    /// Recordings made by the `kernaut` and the probe that stand in a folder.
    init(products: URL) throws {
        kernaut = products.appending(path: "kernaut").path
        folder = "\(try KernautHome.current().cache)/recordings"
        let probe = products.appending(path: "kernaut-probe")
        for path in [kernaut, probe.path] where !FileManager.default.isExecutableFile(atPath: path) {
            throw Failure(.unavailable, "this is not built", at: path, remedy: "run 'make mutation'")
        }
        probeDigest = ContentDigest(of: Array(try Data(contentsOf: probe))).hexadecimal
    }

    /// The recording of a place, made where it is missing; nil where the place is optional and not to be had here.
    func recording(of place: Place, _ say: (String) -> Void) throws -> String? {
        let path = "\(folder)/\(place.name)-\(key(place)).txt"
        if FileManager.default.fileExists(atPath: path) { return path }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        say("recording \(place.programs) programs: \(place.name)")
        let unfinished = "\(folder)/unfinished-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: unfinished) }
        let run = try Command.run(
            [kernaut, "verify"] + place.words + [
                "--programs", "\(place.programs)", "--seed", "\(Recordings.seed)", "--record", unfinished,
            ]
        )
        let last = run.output.split(separator: "\n").last.map(String.init) ?? ""
        let isThere = FileManager.default.fileExists(atPath: unfinished)
        // A single program that could not be run is left out of the judgement; a whole place is not.
        if run.status == ExitStatus.unavailable.rawValue, !isThere {
            guard place.isOptional, ProcessInfo.processInfo.environment["CI"] == nil else {
                throw Failure(.unavailable, "cannot record: \(last)", at: place.name)
            }
            say("no recording of \(place.name): \(last)")
            return nil
        }
        guard isThere, [0, ExitStatus.unavailable.rawValue].contains(run.status) else {
            say(run.output)
            throw Failure(
                .negative,
                "the model without a mutant does not conform, or the run failed (status \(run.status))",
                at: place.name,
                remedy: "run 'kernaut verify \(place.words.joined(separator: " ")) --programs \(place.programs)'"
            )
        }
        removeOlder(place)
        try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        return path
    }

    /// What a recording depends on besides the kernel: the probe and the programs.
    private func key(_ place: Place) -> String {
        var digests = probeDigest
        for number in 0..<place.programs {
            let program = ProgramGenerator.program(
                seed: Recordings.seed,
                number: number,
                hierarchy: place.hierarchy,
                ownsMachine: place.words.first == "guest"
            )
            digests += ContentDigest(of: Array(program.text.utf8)).hexadecimal
        }
        return String(ContentDigest(of: Array(digests.utf8)).hexadecimal.prefix(12))
    }

    private func removeOlder(_ place: Place) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasPrefix("\(place.name)-") {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}

extension Recordings.Place {
    /// This machine, where it lets programs run.
    static func host(programs: Int) throws -> Recordings.Place {
        let release = try String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        return Recordings.Place(
            name: "host-\(release.trimmingCharacters(in: .whitespacesAndNewlines))",
            words: ["host"],
            hierarchy: nil,
            programs: programs,
            isOptional: true
        )
    }

    /// A guest of a kernel, with `pids` on one of the two hierarchies.
    static func guest(_ kernel: String, _ hierarchy: Platform.Hierarchy, programs: Int) -> Recordings.Place {
        Recordings.Place(
            name: "guest-\(kernel)-\(hierarchy.rawValue)",
            words: ["guest", "--kernel", kernel, "--cgroup", hierarchy.rawValue],
            hierarchy: hierarchy,
            programs: programs
        )
    }
}
