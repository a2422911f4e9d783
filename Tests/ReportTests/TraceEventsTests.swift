import Foundation
import KernelABI
import Report
import Scenario
import Simulation
import Testing

struct TraceEventsTests {
    private struct Event: Decodable {
        let name: String
        let ph: String
        let tid: Int
        let ts: Int
        let dur: Int?
    }

    private struct File: Decodable {
        let traceEvents: [Event]
        let otherData: [String: String]
    }

    private static func file(_ lines: String) throws -> File {
        let program = try Program(text: "program \"test\"\n\(lines)\nend\n")
        let platform = Platform(version: KernelVersion(6, 12), hierarchy: .v2)
        let trace = TraceEvents(try Simulator.predict(program, on: platform))
        return try JSONDecoder().decode(File.self, from: Data(trace.json().utf8))
    }

    @Test func aLifeEndsWithTheFirstProcessOfItsPIDNamespaceAndHoldsItsCalls() throws {
        let events = try Self.file(
            """
            cgroup /box max 9
            task shell in /box as root
            shell: clone(CLONE_NEWPID) as init
            init: fork() as child
            child: uname()
            shell: kill(init, 9)
            shell: uname()
            """
        ).traceEvents
        let lives = Dictionary(
            uniqueKeysWithValues: events.filter { $0.ph == "X" && ["shell", "init", "child"].contains($0.name) }
                .map { ($0.name, $0) }
        )
        #expect(lives["child"]?.ts == 2_000)
        #expect(lives["child"]?.dur == 3_000)
        #expect(lives["init"].map { $0.ts + ($0.dur ?? 0) } == 5_000)
        #expect(lives["shell"]?.dur == 6_000)
        for call in events where call.ph == "X" && lives[call.name] == nil {
            let life = try #require(lives.values.first { $0.tid == call.tid })
            #expect(life.ts <= call.ts && call.ts + (call.dur ?? 0) <= life.ts + (life.dur ?? 0))
        }
    }

    @Test func refusalsAreInstantsAndCountersAreTracks() throws {
        let events = try Self.file("cgroup /box max 2\ntask bomb in /box as root\nbomb: bomb(3)").traceEvents
        #expect(events.count { $0.ph == "i" && $0.name == "EAGAIN" } == 4)
        #expect(events.count { $0.ph == "C" && $0.name == "/box pids.current" } == 4)
    }

    @Test func whatHasNoTrackIsCounted() throws {
        let file = try Self.file("cgroup /box max 3000\ntask bomb in /box as root\nbomb: bomb(12)")
        #expect(file.otherData["processesLeftOut"] == "1000")
        #expect(Set(file.traceEvents.map(\.tid)).count == TraceEvents.mostProcesses + 1)
    }
}
