import Failure
import Foundation
import KernelABI
import KernelModel
import Report
import Scenario
import Simulation
import Testing

struct ExplorationTests {
    private static let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v2)

    private static func explore(
        _ steps: String,
        _ concurrent: Range<Int>?,
        mostStates: Int = 100_000
    ) throws -> Exploration {
        let text = """
            program "at-once"
            cgroup /box max 4
            cgroup /box/app max 5
            task a in /box/app as root
            task b in /box/app as root
            \(steps)
            end
            """
        return try Simulator.explore(
            try Program(text: text),
            on: platform,
            concurrent: concurrent.map { [$0] } ?? [],
            mostStates: mostStates
        )
    }

    /// The exit code that an exploration fails with; 0 where it does not.
    private static func status(_ steps: String, _ concurrent: Range<Int>?, mostStates: Int = 100_000) -> Int32 {
        do {
            _ = try explore(steps, concurrent, mostStates: mostStates)
            return 0
        } catch let failure as Failure { return failure.status.rawValue } catch { return 70 }
    }

    private static let forks = "a: fork() as a0\na: fork() as a1\nb: fork() as b1"

    @Test func stepsBeforeAGroupAreTakenInTheirOrder() throws {
        let group = try #require(try Self.explore(Self.forks, 1..<3).groups.first)
        #expect(group.before.cgroups.map(\.current) == [3, 3])
        #expect(group.operations.map(\.step) == [1, 2])
        #expect(Set(group.interleavings.outcomes.map { $0.results.map(\.made) }) == [[1, 0], [0, 1]])
    }

    @Test func aRaceIsExploredWithoutBeingMarkedAndALaterGroupGoesOnFromItsOrder() throws {
        let steps = "@host: race a b\n@host: write /box pids.max \"6\"\na: fork() as x\nb: fork() as y"
        let groups = try Self.explore(steps, 2..<4).groups
        #expect(groups.map(\.steps) == [0..<1, 2..<4])
        #expect(groups[0].operations.map { $0.actor?.description } == ["a", "b"])
        #expect(groups[1].before.cgroups[0].current == 4)
    }

    @Test func aProcessTakesItsOwnStepsInTheirOrder() throws {
        let group = try #require(try Self.explore("a: fork() as x\na: fork() as y\na: fork() as z", 0..<3).groups.first)
        #expect(group.threads == 1)
        #expect(group.interleavings.interleavings == 1)
        #expect(group.interleavings.outcomes[0].results.map(\.made) == [1, 1, 0])
    }

    @Test func whoDoesNotLiveMakesNoCall() throws {
        let steps = "b: exit(0)\nb: fork() as x\na: fork() as y"
        let group = try #require(try Self.explore(steps, 1..<3).groups.first)
        #expect(group.silent == [1])
        #expect(group.operations.count == 1)
    }

    @Test func whatCannotBeExploredIsTold() {
        #expect(Self.status(Self.forks, nil) == 65)
        #expect(Self.status(Self.forks, 0..<3, mostStates: 5) == 65)
        #expect(Self.status("a: uname()\nb: fork() as x", 0..<2) == 69)
        #expect(Self.status("a: bomb(2)\nb: fork() as x", 0..<2) == 69)
        #expect(Self.status("a: fork() as x\nx: fork() as y", 0..<2) == 69)
        #expect(Self.status("a: wait()\nb: fork() as x", 0..<2) == 69)
        #expect(Self.status("a: fork() as x\na: wait(x)\nb: fork() as y", 1..<3) == 65)
        #expect(Self.status("@host: write /box pids.max \"-1\"\nb: fork() as x", 0..<2) == 65)
        #expect(Self.status("a: unshare(CLONE_NEWPID)\na: fork() as x\nb: fork() as y", 1..<3) == 69)
    }

    @Test func theTextStatesTheBoundAndASchedule() throws {
        let text = ExplorationReport(try Self.explore(Self.forks, 1..<3)).text(.plain)
        for line in [
            "Steps 2 to 3, at once", "  2 operations of 2 callers, from this state; 2 levels: /box/app, /box",
            "  1.  a has a1; b EAGAIN by pids.max of /box",
            "kernel/cgroup/pids.c pids_try_charge        b charges /box: 5 of 4, refused",
            "pids.peak of /box/app is 5, above what was ever there, 4, as in some order one after the other",
            "  holds  at rest, every counter is the number of processes that it counts",
        ] {
            #expect(text.contains(line), "\(line)")
        }
    }

    @Test func theKeysOfTheDocumentStay() throws {
        let json = ExplorationReport(try Self.explore(Self.forks, 1..<3), about: "At once.").json
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(Set(document.keys) == ["name", "about", "platform", "groups"])
        let group = try #require((document["groups"] as? [[String: Any]])?.first)
        #expect(Set(group.keys) == ["operations", "bound", "outcomes", "peaks", "invariants"])
        let bound = try #require(group["bound"] as? [String: Any])
        #expect(
            Set(bound.keys)
                == ["callers", "levels", "states", "interleavings", "longestSteps", "atomicSteps", "leftOut"]
        )
        let outcome = try #require((group["outcomes"] as? [[String: Any]])?.first)
        #expect(Set(outcome.keys) == ["kind", "results", "cgroups", "interleavings", "schedule"])
        let results = try #require(outcome["results"] as? [[String: Any]])
        #expect(results.first { $0["made"] as? Int == 0 }?["cgroup"] as? String == "/box")
        let step = try #require((outcome["schedule"] as? [[String: Any]])?.first)
        #expect(Set(step.keys) == ["operation", "kind", "text", "function", "file"])
    }
}
