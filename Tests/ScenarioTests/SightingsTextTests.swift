import Scenario
import Testing

/// What the probe says about files and starts, read back.
@Suite struct SightingsTextTests {
    @Test func sightingsAreReadBackAsTheyWere() throws {
        let sightings = FileSightings(
            release: "6.18.44-cloud \"x\"",
            files: [
                FileSighting(path: "/proc/cgroups", content: .file(lines: ["#name\tid", "pids\t0", "| \"odd\""])),
                FileSighting(path: "/proc/empty", content: .file(lines: [])),
                FileSighting(path: "/proc/self/ns", content: .folder(names: ["cgroup", "uts"])),
                FileSighting(path: "/proc/none here", content: .absent),
                FileSighting(path: "/proc/kmsg", content: .unreadable(reason: "open /proc/kmsg: EPERM")),
            ]
        )
        #expect(try FileSightings(text: sightings.text) == sightings)
    }

    @Test(arguments: [
        "", "file \"/x\"\n", "kernel \"6.1\"\n| \"line\"\n", "kernel \"6.1\"\nabsent \"/x\"\n| \"line\"\n",
        "kernel \"6.1\"\npipe \"/x\"\n", "kernel \"6.1\"\nfile /x\n", "kernel \"6.1\"\nunreadable \"/x\"\n",
    ])
    func whatIsNotWellFormedIsRefused(text: String) {
        #expect(throws: TextError.self) { try FileSightings(text: text) }
    }

    @Test func startTimesAreReadBackAsTheyWere() throws {
        let times = StartTimes(release: "6.1.192", nanoseconds: [3, 1, 2])
        #expect(try StartTimes(text: times.text) == times)
        #expect(times.median == 2)
        #expect(throws: TextError.self) { try StartTimes(text: "kernel \"6.1\"\n") }
        #expect(throws: TextError.self) { try StartTimes(text: "kernel \"6.1\"\nstart 5 ms\n") }
    }
}
