import KernelABI
import Scenario
import Testing

@Suite struct RecordedRunTests {
    private func runs(_ text: String) throws -> [RecordedRun] {
        var reader = RecordedRunReader()
        var runs: [RecordedRun] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let run = try reader.read(line) { runs.append(run) }
        }
        try reader.finish()
        return runs
    }

    @Test func everyRandomRunIsReadBackAsItWas() throws {
        var text = "# recorded\n\n"
        var written: [RecordedRun] = []
        for seed in UInt64(1)...500 {
            var generator = SeededGenerator(state: seed)
            let run = RecordedRun(
                generator.program(),
                RunRecord(
                    platform: Platform(version: KernelVersion(6, 12, 3), hierarchy: seed % 2 == 0 ? .v1 : .v2),
                    trace: generator.trace(),
                    ending: seed % 3 == 0 ? .timedOut(seconds: 3) : .completed
                )
            )
            written.append(run)
            text += run.text
            if seed % 5 == 0 { text += "\n# next\n" }
        }
        #expect(try runs(text) == written)
    }

    @Test func aRunWithoutAnEndingIsWrittenWithAFault() throws {
        let program = try Program(text: "program \"p\"\ntask a in / as root\nend\n")
        let run = RecordedRun(program, RunRecord(platform: nil, trace: Trace(observations: []), ending: nil))
        #expect(try runs(run.text).map(\.record.ending) == [.fault(reason: "the probe ended before the program did")])
    }

    @Test(arguments: [
        ("hello", 1, "a program"),
        ("\n# x\nprogram \"p\"\ncgroup x max 1\nend", 4, "a cgroup's path such as /box/app"),
        ("program \"p\"\nend\nmoment start\n  living x\nend completed", 4, "a number of processes"),
        ("program \"p\"\nend\nmoment start\n  living 1", 5, "the run's ending"),
        ("program \"p\"", 2, "the program's end"),
        ("program \"p\"\nend\nend completed\nend completed", 4, "a program"),
    ])
    func badInputIsToldWithItsLineInTheFile(text: String, line: Int, expected: String) {
        let error = #expect(throws: TextError.self) { try runs(text) }
        #expect(error?.line == line)
        #expect(error?.expected == expected)
    }
}
