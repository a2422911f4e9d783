import Foundation
import KernelABI
import Report
import Scenario
import Simulation
import Testing

struct SimulationReportTests {
    private static func prediction(_ detail: Simulator.Detail) throws -> Prediction {
        let bomb = try #require(TaskName("bomb"))
        let app = try #require(CgroupPath("/box/app"))
        let program = Program(
            name: "bomb",
            world: World(
                cgroups: [
                    CgroupSetup(path: try #require(CgroupPath("/box")), pidsMax: .limited(3)), CgroupSetup(path: app),
                ],
                tasks: [TaskSetup(name: bomb, cgroup: app)]
            ),
            steps: [Step(.bomb(bomb, rounds: 3)), Step(.fork(bomb, child: try #require(TaskName("late"))))]
        )
        return try Simulator.predict(
            program,
            on: Platform(version: KernelVersion(6, 1), hierarchy: .v2),
            detail: detail
        )
    }

    @Test func theTextTellsWhoWasRefusedByWhatAndWhen() throws {
        let prediction = try Self.prediction(.rounds)
        let findings = [Expectation.living(4)].map { $0.finding(in: prediction.evidence) }
        let text = SimulationReport(prediction, about: "A bomb.", findings: findings).text(.plain)
        let expected = """
            bomb  predicted for Linux 6.1, cgroup v2
              A bomb.

              start           1 living
              step 1 round 1  2 living  bomb: 1 fork   1 made
              step 1 round 2  3 living  bomb: 2 forks  1 made
                                                       1 refused: pids.max of /box is 3
              step 1 round 3  3 living  bomb: 3 forks  3 refused: pids.max of /box is 3
              step 2          3 living  bomb: fork     EAGAIN: pids.max of /box is 3

            Refused
              5 × EAGAIN  pids.max of /box is 3  (the cgroup, or one above it, has as many processes as its pids.max allows)
                  kernel/cgroup/pids.c pids_try_charge: new > limit
                  to allow more: raise /box/pids.max (systemd: TasksMax=, Docker: --pids-limit), or let processes end there

            Counters at the end
              cgroup    pids.current  pids.max  room for  pids.peak  pids.events max
              /box      3             3         0 more    3          0
              /box/app  3             max       0 more    4          5

            Expected
              0 of 1 as the scenario says
              living: expected 4, predicted 3
            """
        #expect(text == expected)
    }

    @Test func eventsAreListedWhenTheyAreAskedFor() throws {
        let text = SimulationReport(try Self.prediction(.events)).text(.plain)
        #expect(text.contains("bomb.1: fork"))
        #expect(!text.contains("Expected"))
    }

    @Test func theKeysOfTheDocumentStay() throws {
        for detail in [Simulator.Detail.events, .rounds] {
            let report = SimulationReport(try Self.prediction(detail))
            let data = Data(report.json.utf8)
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(
                Set(document.keys)
                    == ["name", "platform", "moments", "refusals", "expectations", "meetsExpectations"]
            )
            let moments = try #require(document["moments"] as? [[String: Any]])
            #expect(moments.count == 5)
            let round = try #require(moments.first { $0["round"] as? Int == 2 })
            let keys: Set = ["step", "round", "action", "made", "refused", "refusals", "living", "cgroups"]
            #expect(Set(round.keys) == (detail == .events ? keys.union(["events"]) : keys))
            let refusals = try #require(round["refusals"] as? [[String: Any]])
            let decision = try #require(refusals.first?["decision"] as? [String: Any])
            #expect(decision["rule"] as? String == "pids-max")
            #expect(decision["cgroup"] as? String == "/box")
            #expect(decision["limit"] as? Int == 3)
            #expect((decision["citation"] as? [String: Any])?["function"] as? String == "pids_try_charge")
            let cgroups = try #require(round["cgroups"] as? [[String: Any]])
            #expect(
                Set(cgroups[0].keys)
                    == ["path", "pidsCurrent", "pidsMax", "pidsEventsMax", "pidsPeak", "room"]
            )
        }
    }
}
