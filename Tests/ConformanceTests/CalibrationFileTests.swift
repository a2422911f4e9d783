import Conformance
import Failure
import Foundation
import Scenario
import Simulation
import Testing

/// The calibration in the cache.
struct CalibrationFileTests {
    private static let calibration = Calibration(
        release: "6.1.0",
        cpus: 2,
        forks: 128,
        costs: [
            Calibration.Cost(
                kind: .refusedByPidsMax(level: 2),
                cpus: 2,
                samples: 30,
                nanoseconds: Estimate(low: 1.5, middle: 2, high: 3)
            )
        ]
    )

    private static func withFile<Value>(_ body: (String) throws -> Value) rethrows -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-calibration-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.appending(path: "calibration.json").path)
    }

    @Test func itIsReadAsItWasWritten() throws {
        try Self.withFile { path in
            #expect(try CalibrationFile.read(path) == nil)
            try CalibrationFile(Self.calibration).write(path)
            #expect(try CalibrationFile.read(path) == Self.calibration)
        }
    }

    @Test(arguments: [
        ("", ""), ("{", ""), ("\"version\" : 1", "\"version\" : 2"), ("\"cpus\" : 2", "\"cpus\" : 0"),
        ("refused-2", "refused"),
        ("\"lowNs\" : 1.5", "\"lowNs\" : 7"), ("\"lowNs\" : 1.5", "\"lowNs\" : -1"),
        ("\"samples\" : 30", "\"samples\" : 0"),
        ("\"highNs\" : 3", "\"highNs\" : 1e300"),
    ])
    func aDamagedFileIsRefusedWithTheCommandThatMakesIt(_ part: String, _ replacement: String) throws {
        try Self.withFile { path in
            try CalibrationFile(Self.calibration).write(path)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let damaged = part.isEmpty ? "" : text.replacingOccurrences(of: part, with: replacement)
            #expect(damaged != text)
            try Data(damaged.utf8).write(to: URL(filePath: path))
            let failure = #expect(throws: Failure.self) { try CalibrationFile.read(path) }
            #expect(failure?.status == .badInput)
            #expect(failure?.place == path)
            #expect(failure?.remedy?.contains("kernaut calibrate") == true)
        }
    }
}
