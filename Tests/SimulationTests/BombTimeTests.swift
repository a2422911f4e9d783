import Failure
import Foundation
import KernelABI
import Report
import Scenario
import Simulation
import Testing

/// Which bombs have a predicted time, and what it says.
struct BombTimeTests {
    private static let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v2)
    private static let nested = """
        cgroup /a max 100
        cgroup /a/b max 20
        cgroup /a/b/c max max
        task bomb in /a/b/c as root
        task other in /a as root
        other: fork() as child
        bomb: bomb(1)
        other: fork() as late
        """

    private static func bomb(_ lines: String) throws -> TimedBomb {
        let program = try Program(text: "program \"test\"\n\(lines)\nend\n")
        return try TimedBomb(program, on: platform) { $0.map { "step \($0 + 1)" } ?? "test" }
    }

    private static func calibration(cpus: Int = 2) -> Calibration {
        func cost(_ kind: ForkSamples.Kind, _ cpus: Int, _ middle: Double) -> Calibration.Cost {
            let estimate = Estimate(low: middle / 2, middle: middle, high: middle * 2)
            return Calibration.Cost(kind: kind, cpus: cpus, samples: 9, nanoseconds: estimate)
        }
        return Calibration(
            release: "6.1.0-test",
            cpus: cpus,
            forks: 10,
            costs: [
                cost(.slice, 1, 1e9), cost(.made, 1, 100_000), cost(.started, 1, 1000),
                cost(.refusedByPidsMax(level: 1), 1, 50_000), cost(.refusedByPidsMax(level: 2), 1, 60_000),
                cost(.made, cpus, 300_000), cost(.started, cpus, 1000),
                cost(.refusedByPidsMax(level: 1), cpus, 70_000),
            ]
        )
    }

    @Test func limitsAreThoseAboveTheBombAndTheFirstToBeFullIsReached() throws {
        let bomb = try Self.bomb(Self.nested)
        #expect(bomb.made == 19)
        #expect(bomb.refusal == .refusedByPidsMax(level: 2))
        #expect(bomb.limits.map(\.name) == ["pids.max of /a/b", "pids.max of /a"])
        #expect(bomb.limits.map(\.room) == [19, 97])
        #expect(bomb.limits.map(\.isReached) == [true, false])
        #expect(bomb.program.steps.count == 2)
    }

    @Test func aBombThatFindsItsLimitFullIsRefusedAtOnce() throws {
        let bomb = try Self.bomb("cgroup /a max 1\ntask bomb in /a as root\nbomb: bomb(3)")
        #expect(bomb.made == 0)
        let time = try BombTime(bomb, calibration: Self.calibration(), cpus: 1)
        #expect(time.firstRefusal_ns.middle == 50_000)
    }

    @Test func aUsersOwnLimitStopsABomb() throws {
        let bomb = try Self.bomb("cgroup /a max 100\ntask bomb in /a as \"x\" nproc 8\nbomb: bomb(1)")
        #expect(bomb.refusal == .refusedByNproc)
        #expect(bomb.made == 7)
    }

    @Test(arguments: [
        "cgroup /a max 9\ntask a in /a as root\na: uname()",
        "cgroup /a max 9\ntask a in /a as root\na: bomb(1)\na: bomb(2)",
        "cgroup /a max 9\ntask a in /a as root\na: exit(0)\na: bomb(1)",
        "cgroup /a max max\ntask a in /a as root\na: bomb(1)",
    ])
    func whatHasNoTimeIsBadInput(_ lines: String) throws {
        let failure = #expect(throws: Failure.self) { try Self.bomb(lines) }
        #expect(failure?.status == .badInput)
    }

    @Test func aBombThatDoesMoreThanForkHasNoModel() throws {
        var program = try Program(text: "program \"t\"\n\(Self.nested)\nend\n")
        let name = try #require(TaskName("bomb"))
        program.steps[1].action = .bomb(name, rounds: 2, workload: BombWorkload(isLinear: true))
        let failure = #expect(throws: Failure.self) {
            try TimedBomb(program, on: Self.platform) { _ in "t" }
        }
        #expect(failure?.status == .unavailable)
    }

    @Test(arguments: [(1, 100_000.0), (2, 200_000), (3, 300_000), (64, 300_000)])
    func costsLieOnALineBetweenOneProcessorAndAll(cpus: Int, made: Double) throws {
        #expect(Self.calibration(cpus: 3).cost(.made, cpus: cpus)?.middle == made)
    }

    @Test func aLevelThatWasNotMeasuredCostsWhatTheNextLowerOneDoes() {
        let calibration = Self.calibration()
        #expect(calibration.refusal(.refusedByPidsMax(level: 2), cpus: 1)?.middle == 60_000)
        #expect(calibration.refusal(.refusedByPidsMax(level: 7), cpus: 1)?.middle == 60_000)
        #expect(calibration.refusal(.refusedByNproc, cpus: 1) == nil)
    }

    @Test func samplesAreSummedUpAsQuartiles() {
        let series = ForkSamples.Series(kind: .made, cpus: 1, nanoseconds: [50, 10, 30, 20, 40])
        let samples = ForkSamples(release: "r", cpus: 1, forks: 8, series: [series])
        #expect(Calibration(samples).costs[0].nanoseconds == Estimate(low: 20, middle: 30, high: 40))
    }

    @Test func quartilesOfTheCostsAreTheEndsOfThePrediction() throws {
        let bomb = try Self.bomb("cgroup /a max 11\ntask bomb in /a as root\nbomb: bomb(1)")
        let time = try BombTime(bomb, calibration: Self.calibration(), cpus: 1)
        #expect(time.firstRefusal_ns == Estimate(low: 525_000, middle: 1_050_000, high: 2_100_000))
        #expect(time.refusalsPerSecond == Estimate(low: 10_000, middle: 20_000, high: 40_000))
    }

    @Test func aCalibrationWithoutTheCostIsAFailure() throws {
        let bomb = try Self.bomb("cgroup /a max 100\ntask bomb in /a as \"x\" nproc 8\nbomb: bomb(1)")
        let failure = #expect(throws: Failure.self) {
            try BombTime(bomb, calibration: Self.calibration(), cpus: 1)
        }
        #expect(failure?.status == .badInput)
    }

    @Test func theReportStatesModelAndCostsAndTheDocumentHasTheFigures() throws {
        let bomb = try Self.bomb(Self.nested)
        let report = BombTimeReport(try BombTime(bomb, calibration: Self.calibration(), cpus: 4), on: Self.platform)
        let text = report.text(.plain)
        for part in [
            "Model", "pids.max of /a/b is 20", "never reached", "6.1.0-test", "measured on at most 2 processors",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        let data = Data(report.json.utf8)
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(document["made"] as? Int == 19)
        #expect(document["cpus"] as? Int == 4)
        let limits = try #require(document["limits"] as? [[String: Any]])
        #expect(limits.map { $0["reachedMs"] != nil } == [true, false])
        #expect((document["model"] as? String)?.isEmpty == false)
    }
}
