import Conformance
import Failure
import KernelABI
import Scenario

/// Everything that the statements want to be looked at, seen once on one running kernel.
struct Observations {
    private let place: String
    private let verifications: [String: Verification]
    private let files: Sighting<FileSightings>
    private let measurements: [ClaimQuantity: Sighting<Measurement>]

    /// Looks at everything that the statements name.
    ///
    /// - Parameter scenarios: the scenarios that the statements name, by name.
    /// - Throws: `Failure` when the observer itself fails; what cannot be seen is a reason.
    init(
        of claims: [Claim],
        scenarios: [String: VerificationCase],
        by observer: some ClaimObserver
    ) async throws(Failure) {
        var names: [String] = []
        var paths: [String] = []
        var quantities: [ClaimQuantity] = []
        for observation in claims.flatMap(\.parts).compactMap(\.observation) {
            switch observation {
            case .scenario(let name, _): names.append(name)
            case .file(let path, _), .folder(let path, _, _): paths.append(path)
            case .measure(let quantity, _, _): quantities.append(quantity)
            }
        }
        place = observer.place
        // Programs come first: a guest mounts its cgroups for them.
        let known = unique(names).filter { scenarios[$0] != nil }
        let verified = known.isEmpty ? [] : try await observer.verify(known.compactMap { scenarios[$0] })
        verifications = Dictionary(uniqueKeysWithValues: zip(known, verified))
        files = paths.isEmpty ? .skipped(reason: "nothing to look at") : try await observer.look(at: unique(paths))
        var measurements: [ClaimQuantity: Sighting<Measurement>] = [:]
        for quantity in unique(quantities) { measurements[quantity] = try await observer.measure(quantity) }
        self.measurements = measurements
    }

    /// What was seen of an observation.
    func fact(_ observation: ClaimObservation) -> ObservedFact {
        switch observation {
        case .scenario(let name, let showing): scenario(name, showing)
        case .file(let path, let words): file(path, words)
        case .folder(let path, let names, let except): folder(path, names, except)
        case .measure(let quantity, let atLeast, let atMost): measure(quantity, atLeast, atMost)
        }
    }

    private func scenario(_ name: String, _ showing: ClaimObservation.Showing) -> ObservedFact {
        guard let verification = verifications[name] else { return skipped("there is no scenario \(name)") }
        let kernel = verification.platform?.version.description
        switch verification.verdict {
        case .conforms, .diverges: break
        // Nothing is said about the kernel where the run did not come to its end.
        case .skipped(let reason), .unsupported(let reason): return skipped(reason, kernel)
        case .timedOut, .harnessError: return skipped("\(verification.verdict)", kernel)
        }
        guard let trace = verification.observed else { return skipped("nothing was observed", kernel) }
        let (agrees, seen) = TraceShowing.find(showing, in: trace, of: verification.program)
        return fact(agrees, ["scenario \(name) \(verification.verdict.name)"] + seen, kernel)
    }

    private func file(_ path: String, _ words: [String]) -> ObservedFact {
        read(path) { content, kernel in
            guard case .file(let lines) = content else { return fact(false, ["\(path) is no file"], kernel) }
            let found = Set(lines.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) })
            let absent = words.filter { !found.contains($0) }
            let count = lines.count { !$0.hasPrefix("#") }
            var seen = ["\(path) is there, with \(count) entries"]
            if !absent.isEmpty {
                seen.append("it does not name \(absent.listed)")
            } else if !words.isEmpty {
                seen.append("it names \(words.listed)")
            }
            return fact(absent.isEmpty, seen, kernel)
        }
    }

    private func folder(_ path: String, _ names: [String], _ except: String?) -> ObservedFact {
        read(path) { content, kernel in
            guard case .folder(let found) = content else { return fact(false, ["\(path) is no folder"], kernel) }
            let counted = found.filter { name in except.map { !name.hasSuffix($0) } ?? true }
            return fact(
                Set(counted) == Set(names),
                ["\(path) has \(counted.count) entries: \(counted.listed)"],
                kernel
            )
        }
    }

    private func read(
        _ path: String,
        _ judge: (FileSighting.Content, String) -> ObservedFact
    ) -> ObservedFact {
        switch files {
        case .skipped(let reason): return skipped(reason)
        case .seen(let sightings):
            let kernel = KernelVersion(sightings.release)?.description ?? sightings.release
            guard let file = sightings.files.first(where: { $0.path == path }) else {
                return skipped("nobody looked at \(path)", kernel)
            }
            switch file.content {
            case .absent: return fact(false, ["there is no \(path)"], kernel)
            case .unreadable(let reason): return skipped(reason, kernel)
            case .file, .folder: return judge(file.content, kernel)
            }
        }
    }

    private func measure(_ quantity: ClaimQuantity, _ atLeast: Double?, _ atMost: Double?) -> ObservedFact {
        switch measurements[quantity] {
        case .skipped(let reason): return skipped(reason)
        case nil: return skipped("nobody measured it")
        case .seen(let measurement):
            let agrees =
                atLeast.map { measurement.value >= $0 } ?? true && atMost.map { measurement.value <= $0 } ?? true
            let value = quantity.text(measurement.value)
            return fact(agrees, ["\(value), \(measurement.method)"], measurement.kernel)
        }
    }

    private func fact(_ agrees: Bool, _ seen: [String], _ kernel: String?) -> ObservedFact {
        ObservedFact(place: place, kernel: kernel, result: agrees ? .agrees : .disagrees, seen: seen)
    }

    private func skipped(_ reason: String, _ kernel: String? = nil) -> ObservedFact {
        ObservedFact(place: place, kernel: kernel, result: .skipped(reason: reason), seen: [])
    }
}

extension ClaimQuantity {
    /// `1.3 ms`, `2.0 s`, `256 MiB`
    fileprivate func text(_ value: Double) -> String {
        func rounded(_ value: Double) -> String {
            let tenths = (value * 10).rounded()
            guard tenths < 1e15 else { return "\(value)" }
            return "\(Int(tenths) / 10).\(Int(tenths) % 10)"
        }
        switch self {
        case .containerStart, .guestStart: return value < 1 ? "\(rounded(value * 1000)) ms" : "\(rounded(value)) s"
        case .guestMemory: return "\(rounded(value / 1_048_576)) MiB"
        }
    }
}

private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
}
