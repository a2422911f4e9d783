import Foundation
import Scenario
import Testing

/// What the probe tells about this machine without running a program.
@Suite struct LookTests {
    @Test func filesFoldersAndWhatIsNotThereAreTold() throws {
        let result = try ProbeProcess.run(["look", "/proc/self/ns", "/proc/filesystems", "/proc/no-such-file"])
        #expect(result.status == 0)
        let sightings = try FileSightings(text: result.output)
        let release = try String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        #expect(sightings.release == release.trimmingCharacters(in: .newlines))
        #expect(sightings.files.map(\.path) == ["/proc/self/ns", "/proc/filesystems", "/proc/no-such-file"])
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/ns").sorted()
        #expect(sightings.files[0].content == .folder(names: names))
        guard case .file(let lines) = sightings.files[1].content else {
            Issue.record("\(sightings.files[1].content)")
            return
        }
        #expect(lines.contains("nodev\tproc"))
        #expect(sightings.files[2].content == .absent)
    }

    @Test(.enabled(if: ProbeProcess.canRun, "needs root")) func startsAreTimedAndLeaveNothingBehind() throws {
        let result = try ProbeProcess.run(["starts"])
        #expect(result.status == 0, "\(result.complaint)")
        let times = try StartTimes(text: result.output)
        #expect(times.nanoseconds.allSatisfy { $0 > 0 })
        #expect(try ProbeProcess.run(["sweep"]).output.isEmpty)
    }
}
