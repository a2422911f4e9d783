public import Failure
public import Scenario

/// A scenario over many settings: every combination of the values that `--set` gives its keys.
///
///     try Sweep(["pids.max=50..500:50", "rounds=4,6"]).points.count   // 20
public struct Sweep: Sendable {
    /// One combination: for each key, in the order in which they were given, its value.
    public struct Point: Hashable, Sendable {
        /// Keys as they were given, such as `/box:pids.max`, and their values.
        public let values: [Value]
    }

    /// A key and what it is set to.
    public struct Value: Hashable, Sendable {
        /// As it was given: `/box:pids.max`.
        public let key: String
        /// A number, or `max`.
        public let value: String
    }

    /// The most combinations that are run.
    public static let mostPoints = 10_000

    /// All combinations; the last key changes fastest.
    public let points: [Point]

    /// Reads the settings.
    ///
    /// - Parameter texts: each `KEY=VALUE`, where the value may be a list (`1,2,5`) or a range with both ends and a step
    ///   (`50..500:50`; a step of 1 where none is given).
    /// - Throws: `Failure` with status `usage`.
    public init(_ texts: [String]) throws(Failure) {
        var points = [Point(values: [])]
        for text in texts {
            // Whether the key is one is for the setting to say.
            guard let equals = text.lastIndex(of: "=") else {
                _ = try Setting(text)
                continue
            }
            let key = String(text[..<equals])
            let values = try Sweep.values(text[text.index(after: equals)...], of: text)
            guard points.count * values.count <= Sweep.mostPoints else {
                throw Failure(
                    .usage,
                    "more than \(Sweep.mostPoints) combinations",
                    at: "--set \(text)",
                    remedy: "take larger steps"
                )
            }
            points = points.flatMap { point in
                values.map { Point(values: point.values + [Value(key: key, value: $0)]) }
            }
        }
        self.points = points
    }

    private static func values(_ text: Substring, of whole: String) throws(Failure) -> [String] {
        var values: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let dots = part.firstRange(of: "..") else {
                values.append(String(part))
                continue
            }
            let rest = part[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false)
            guard let first = UInt64(part[..<dots.lowerBound]), (1...2).contains(rest.count),
                let last = UInt64(rest[0]), first <= last,
                let step = rest.count == 2 ? UInt64(rest[1]) : 1, step > 0
            else {
                throw Failure(
                    .usage,
                    "\(part) is no range",
                    at: "--set \(whole)",
                    remedy: "write FROM..TO:STEP, such as 50..500:50"
                )
            }
            guard (last - first) / step < UInt64(mostPoints) else {
                throw Failure(
                    .usage,
                    "more than \(mostPoints) values",
                    at: "--set \(whole)",
                    remedy: "take larger steps"
                )
            }
            values += (0...(last - first) / step).map { String(first + $0 * step) }
        }
        return values
    }
}

/// What a scenario comes to at one point of a sweep.
public struct SweptPoint: Sendable {
    /// The settings.
    public let point: Sweep.Point
    /// How many processes were made, by forks of all kinds.
    public let made: Int
    /// The refusals, counted by what decided them, the most frequent first, and of two the earlier one.
    public let refusals: [CountedDecision]
    /// The most that lived after any one moment.
    public let mostLiving: Int
    /// How many live at the end.
    public let living: Int
    /// The moment of the first refusal; nil where nothing is refused.
    public let firstRefusal: Moment?

    /// How many calls were refused.
    public var refused: Int { refusals.reduce(0) { $0 + $1.count } }
}

extension Sweep {
    /// Predicts every point, on all cores.
    ///
    /// - Parameter locate: names the place of a step in an error.
    /// - Returns: one result a point, in their order.
    /// - Throws: the `Failure` of the first point that has one.
    public func run(
        _ program: Program,
        on platform: Platform,
        locate: @escaping @Sendable (Int?) -> String
    ) async throws(Failure) -> [SweptPoint] {
        let results: [Int: Result<SweptPoint, Failure>] = await withTaskGroup(
            of: (Int, Result<SweptPoint, Failure>).self
        ) { group in
            for (number, point) in points.enumerated() {
                group.addTask {
                    do throws(Failure) {
                        return (number, .success(try Sweep.predict(point, program, platform, locate)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return try points.indices.map { index throws(Failure) in
            guard let result = results[index] else { preconditionFailure("every point has a result") }
            return try result.get()
        }
    }

    private static func predict(
        _ point: Point,
        _ program: Program,
        _ platform: Platform,
        _ locate: @escaping (Int?) -> String
    ) throws(Failure) -> SweptPoint {
        var program = program
        for value in point.values { program = try Setting("\(value.key)=\(value.value)").applied(to: program) }
        let prediction = try Simulator.predict(program, on: platform, detail: .rounds, locate: locate)
        var order: [Decision] = []
        var counts: [Decision: Int] = [:]
        for refusal in prediction.moments.flatMap(\.refusals) {
            // What the count had come to differs from one refusal to the next, and is not why.
            var decision = refusal.decision
            decision.count = nil
            if counts[decision] == nil { order.append(decision) }
            counts[decision, default: 0] += refusal.count
        }
        return SweptPoint(
            point: point,
            made: prediction.moments.reduce(0) { $0 + $1.made },
            refusals: order.enumerated()
                .sorted { (counts[$1.element, default: 0], $0.offset) < (counts[$0.element, default: 0], $1.offset) }
                .map { CountedDecision(decision: $0.element, count: counts[$0.element, default: 0]) },
            mostLiving: prediction.moments.map(\.snapshot.living).max() ?? 0,
            living: prediction.moments.last?.snapshot.living ?? 0,
            firstRefusal: prediction.moments.first { $0.refused > 0 }
        )
    }
}
