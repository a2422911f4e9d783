public import Failure
import Foundation
import Scenario
public import Simulation

/// The calibration that the cache keeps, as JSON. It is what `kernaut calibrate --json` prints.
public struct CalibrationFile: Codable, Sendable {
    /// A cost: the quartiles of its samples, in nanoseconds.
    public struct Cost: Codable, Sendable {
        /// `made`, `started`, `refused-1` … `refused-4`, `refused-nproc`, `slice`
        public let cost: String
        /// How many processors forked at the same time.
        public let cpus: Int
        /// How many samples there were.
        public let samples: Int
        /// The first quartile.
        public let lowNs: Double
        /// The median.
        public let medianNs: Double
        /// The third quartile.
        public let highNs: Double
    }

    /// The form of the file.
    public let version: Int
    /// What `uname -r` prints.
    public let kernel: String
    /// How many processors the machine has.
    public let cpus: Int
    /// How many forks one sample is the mean of.
    public let forksPerSample: Int
    /// The costs.
    public let costs: [Cost]

    private static let known = 1
    private static let largest = 1 << 20

    /// A calibration as a file has it.
    public init(_ calibration: Calibration) {
        version = CalibrationFile.known
        kernel = calibration.release
        cpus = calibration.cpus
        forksPerSample = calibration.forks
        costs = calibration.costs.map { cost in
            Cost(
                cost: cost.kind.word,
                cpus: cost.cpus,
                samples: cost.samples,
                lowNs: cost.nanoseconds.low,
                medianNs: cost.nanoseconds.middle,
                highNs: cost.nanoseconds.high
            )
        }
    }

    /// The calibration that a file holds; nil where there is no such file.
    ///
    /// - Throws: `Failure` with `badInput` for a file that holds something else.
    public static func read(_ path: String) throws(Failure) -> Calibration? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file: CalibrationFile
        do {
            guard let handle = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadUnknown) }
            let data = try handle.read(upToCount: largest) ?? Data()
            file = try JSONDecoder().decode(CalibrationFile.self, from: data)
        } catch {
            throw damaged("it is no calibration", path)
        }
        guard file.version == known else { throw damaged("it is a calibration of another version", path) }
        guard (1...65536).contains(file.cpus), file.forksPerSample > 0 else {
            throw damaged("the calibration has no processors or no samples", path)
        }
        var costs: [Calibration.Cost] = []
        for cost in file.costs {
            guard let kind = ForkSamples.Kind(cost.cost), (1...file.cpus).contains(cost.cpus), cost.samples > 0,
                // A day for one fork: whatever is above was not measured.
                cost.lowNs > 0, cost.lowNs <= cost.medianNs, cost.medianNs <= cost.highNs, cost.highNs < 86_400e9
            else { throw damaged("the cost \(cost.cost.prefix(40)) is no cost", path) }
            costs.append(
                Calibration.Cost(
                    kind: kind,
                    cpus: cost.cpus,
                    samples: cost.samples,
                    nanoseconds: Estimate(low: cost.lowNs, middle: cost.medianNs, high: cost.highNs)
                )
            )
        }
        return Calibration(release: file.kernel, cpus: file.cpus, forks: file.forksPerSample, costs: costs)
    }

    /// Writes the file, which takes its name only when it is complete.
    ///
    /// - Throws: `Failure` with `unavailable` where it cannot be written.
    public func write(_ path: String) throws(Failure) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let url = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try encoder.encode(self).write(to: url, options: .atomic)
        } catch {
            throw Failure(
                .unavailable,
                "the calibration cannot be written",
                at: path,
                remedy: "set KERNAUT_HOME to a directory that can be written"
            )
        }
    }

    private static func damaged(_ what: String, _ path: String) -> Failure {
        Failure(.badInput, what, at: path, remedy: "measure again with 'sudo kernaut calibrate'")
    }
}
