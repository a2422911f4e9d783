import Scenario
import Testing

/// What the probe prints of timed forks, and what is no such text.
struct TimeTextTests {
    @Test func samplesAreReadAsTheyAreWritten() throws {
        let kinds: [ForkSamples.Kind] = [
            .made, .started, .refusedByPidsMax(level: 1), .refusedByPidsMax(level: 4), .refusedByNproc, .slice,
        ]
        let samples = ForkSamples(
            release: "6.1 \"x\"",
            cpus: 2,
            forks: 128,
            series: kinds.map { ForkSamples.Series(kind: $0, cpus: 2, nanoseconds: [1, 23]) }
        )
        #expect(try ForkSamples(text: samples.text) == samples)
        #expect(try ForkSamples(text: "moment start\n\(samples.text)") == samples)
    }

    @Test(arguments: [
        "", "cost made cpus 1 ns 5\n", "kernel \"x\" cpus 0 forks 1\n",
        "kernel \"x\" cpus 1 forks 1\ncost made cpus 1 ns\n",
        "kernel \"x\" cpus 1 forks 1\ncost refused-0 cpus 1 ns 5\n",
        "kernel \"x\" cpus 1 forks 1\ncost eaten cpus 1 ns 5\n",
        "kernel \"x\" cpus 1 forks 1\ncost made cpus 1 ns five\n",
    ])
    func whatIsNoRecordOfSamplesIsRefused(text: String) {
        #expect(throws: TextError.self) { try ForkSamples(text: text) }
    }

    @Test(arguments: [nil, 3_456_789] as [Int64?])
    func aBombsCountsAreReadAsTheyAreWritten(firstRefusal: Int64?) throws {
        let counts = FreeBombCounts(
            cpus: 2,
            made: 9,
            refused: 41,
            firstRefusal_ns: firstRefusal,
            startedByFirstRefusal: 3,
            cpuByFirstRefusal_ns: 17,
            window_ns: 1000,
            windowRefused: 40,
            windowCPU_ns: 900
        )
        #expect(try FreeBombCounts(Substring(counts.text), number: 1) == counts)
        #expect(try FreeBombCounts("moment start", number: 1) == nil)
        #expect(throws: TextError.self) { try FreeBombCounts("free-bomb cpus 2 made", number: 1) }
    }
}
