import Foundation
import Testing

/// `simulate --time`, `verify host --time` and `calibrate` as whole processes. Nothing here depends on time.
struct TimeCommandTests {
    /// A cache with a calibration in it, or with a text in its place.
    private static func withHome<Value>(
        calibration text: String? = calibration,
        _ body: ([String: String]) throws -> Value
    ) throws -> Value {
        let home = FileManager.default.temporaryDirectory.appending(path: "kernaut-home-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        if let text { try Data(text.utf8).write(to: home.appending(path: "calibration.json")) }
        return try body(["KERNAUT_HOME": home.path])
    }

    private static let calibration: String = {
        let costs = ["made", "started", "refused-1", "refused-nproc", "slice"].map { cost in
            "{\"cost\": \"\(cost)\", \"cpus\": 1, \"samples\": 3, \"lowNs\": 90000, \"medianNs\": 100000, \"highNs\": 110000}"
        }
        return "{\"version\": 1, \"kernel\": \"6.1.0\", \"cpus\": 1, \"forksPerSample\": 10, "
            + "\"costs\": [\(costs.joined(separator: ", "))]}"
    }()

    @Test func aBombsTimeFollowsFromTheCalibration() throws {
        try Self.withHome { home in
            let run = try KernautProcess.run(
                ["simulate", Machine.model("fork-bomb"), "--time", "--json"],
                environment: home
            )
            #expect(run.status == 0, "\(run.errors)")
            let document = try run.json()
            // Nine forks and a refusal on one processor; the slice is as long as one fork, so children start in between.
            let reached = try #require((document["firstRefusalMs"] as? [String: Any])?["middle"] as? Double)
            #expect(reached >= 1.0)
            #expect((document["refusalsPerSecond"] as? [String: Any])?["middle"] as? Double == 10_000)
            #expect(document["made"] as? Int == 9)
        }
    }

    @Test func withoutACalibrationTheCommandThatMeasuresIsNamed() throws {
        try Self.withHome(calibration: nil) { home in
            let run = try KernautProcess.run(["simulate", Machine.model("fork-bomb"), "--time"], environment: home)
            #expect(run.status == 69)
            #expect(run.errorLines.count == 1)
            #expect(run.errors.contains("kernaut calibrate"))
        }
    }

    @Test(arguments: ["", "{}", "[1, 2]", "\u{0}\u{1}", "{\"version\": 7}"])
    func aDamagedCalibrationIsOneLineAndCode65(text: String) throws {
        try Self.withHome(calibration: text) { home in
            let run = try KernautProcess.run(["simulate", Machine.model("fork-bomb"), "--time"], environment: home)
            #expect(run.status == 65)
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
            #expect(run.errors.contains("calibration.json"))
        }
    }

    @Test func whatHasNoTimeIsOneLineAndTheDocumentedCode() throws {
        let bomb = Machine.model("fork-bomb")
        let calls: [([String], Int32)] = [
            (["simulate", Machine.model("nested-pods"), "--time"], 65),
            (["simulate", Machine.model("race"), "--time"], 65),
            (["simulate", bomb, "--time", "--cpus", "0"], 64), (["simulate", bomb, "--cpus", "2"], 64),
            (["simulate", bomb, "--time", "--events"], 64), (["simulate", bomb, "--time", "--explore"], 64),
            (["simulate", bomb, "--time", "--set", "pids.max=8,9"], 64),
            (["verify", "host", "--time"], 64), (["verify", "host", bomb, bomb, "--time"], 64),
            (["verify", "host", bomb, "--cpus", "1"], 64), (["verify", "host", bomb, "--time", "60"], 64),
            (["verify", "host", "--programs", "1", "--time", "-3"], 64),
            (["verify", "host", "--programs", "1", "--time"], 64), (["verify", "guest", bomb, "--time"], 64),
        ]
        try Self.withHome { home in
            for (arguments, status) in calls {
                let run = try KernautProcess.run(arguments, environment: home)
                #expect(run.status == status, "\(arguments): \(run.errors)")
                #expect(run.output.isEmpty)
                #expect(run.errorLines.count == 1, "\(run.errors)")
            }
        }
    }

    @Test(.enabled(if: Machine.isRoot, "cgroups need root"), arguments: [["FILE", "--time"], ["--time", "FILE"]])
    func aRealBombIsShownBesideThePredictedOne(arguments: [String]) throws {
        try Self.withHome { home in
            let words = arguments.map { $0 == "FILE" ? Machine.model("fork-bomb") : $0 }
            let run = try KernautProcess.run(["verify", "host"] + words + ["--json"], environment: home)
            #expect(run.status == 0, "\(run.errors)\(run.output)")
            let document = try run.json()
            #expect(document["verdict"] as? String == "conforms")
            for key in ["firstRefusalNs", "refusalsPerSecond"] {
                let figure = try #require(document[key] as? [String: Any])
                #expect(figure["predicted"] != nil)
                #expect(figure["observed"] != nil)
                #expect(figure["ratio"] != nil)
            }
        }
    }
}
