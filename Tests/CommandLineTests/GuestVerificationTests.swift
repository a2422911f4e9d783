import Foundation
import Testing

/// `kernaut verify guest` on the real image of the kernel whose source is indexed.
@Suite(.serialized) struct GuestVerificationTests {
    private static let enabled = Machine.hasGuest && Machine.hasIndex

    @Test(.enabled(if: enabled, "needs QEMU and a fetched, indexed kernel"))
    func scenariosAndStructuresConformInAGuest() throws {
        let answer = try KernautProcess.run("verify", "guest", "--kernel", Machine.kernel, "--json")
        #expect(answer.status == 0, "\(answer.errors)")
        let document = try answer.json()
        let programs = try #require(document["programs"] as? [[String: Any]])
        #expect(programs.count >= 8)
        #expect(programs.allSatisfy { $0["verdict"] as? String == "conforms" && ($0["compared"] as? Int ?? 0) > 0 })
        let structures = try #require(document["structures"] as? [String: Any])
        #expect((structures["members"] as? Int ?? 0) > 300)
        #expect(structures["equal"] as? Int == structures["members"] as? Int)
    }

    @Test(.enabled(if: enabled, "needs QEMU and a fetched, indexed kernel"), arguments: ["v1", "v2"])
    func generatedProgramsConformInAGuest(hierarchy: String) throws {
        let answer = try KernautProcess.run(
            "verify",
            "guest",
            "--kernel",
            Machine.kernel,
            "--programs",
            "40",
            "--seed",
            "1",
            "--cgroup",
            hierarchy,
            "--guests",
            "1",
            "--twice",
            "--json"
        )
        #expect(answer.status == 0, "\(answer.errors)")
        let document = try answer.json()
        #expect(document["programs"] as? Int == 40)
        #expect((document["compared"] as? Int ?? 0) > 1_000)
        #expect(document["differentTwice"] as? Int == 0)
    }

    @Test(.enabled(if: enabled, "needs QEMU and a fetched, indexed kernel"))
    func theBootOfAGuestIsHeldAgainstTheIndex() throws {
        let answer = try KernautProcess.run("verify", "calls", "boot", "--kernel", Machine.kernel, "--json")
        #expect(answer.status == 0, "\(answer.errors)")
        let document = try answer.json()
        let pieces = try #require(document["pieces"] as? [[String: Any]])
        #expect(pieces.map { $0["name"] as? String } == ["boot"])
        // What came first is kept: the initcalls.
        #expect((pieces.first?["answered"] as? Int ?? 0) > 300)
        #expect((document["pairs"] as? Int ?? 0) > 3000)
        #expect(document["recall"] as? Double == 1)
    }

    @Test(.enabled(if: enabled, "needs QEMU and a fetched, indexed kernel"))
    func aGuestEndsWithTheKernautThatBootedIt() throws {
        let process = Process()
        process.executableURL = KernautProcess.products.appending(path: "kernaut")
        process.arguments = ["verify", "guest", "--kernel", Machine.kernel, "--programs", "100000", "--guests", "1"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var guests: [Int32] = []
        for _ in 0..<200 where guests.isEmpty {
            usleep(50_000)
            guests = Self.descendants(of: process.processIdentifier).filter { Self.name(of: $0).hasPrefix("qemu") }
        }
        #expect(guests.count == 1)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        for _ in 0..<100 where guests.contains(where: { kill($0, 0) == 0 && !Self.isZombie($0) }) { usleep(50_000) }
        #expect(guests.allSatisfy { kill($0, 0) != 0 || Self.isZombie($0) })
    }

    @Test func aKernelThatWasNotFetchedIsToldInOneLine() throws {
        let answer = try KernautProcess.run(
            "verify",
            "guest",
            "--kernel",
            "6.1",
            environment: ["KERNAUT_HOME": "/nowhere"]
        )
        #expect(answer.status == 69)
        #expect(answer.errorLines.count == 1)
        #expect(answer.errors.contains("kernaut kernel fetch 6.1"))
    }

    private static func descendants(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let parents = names.compactMap { Int32($0) }.compactMap { pid in
            status(pid, "PPid").flatMap { Int32($0) }.map { (pid, $0) }
        }
        let children = parents.filter { $0.1 == parent }.map(\.0)
        return children + children.flatMap(descendants)
    }

    private static func name(of pid: Int32) -> String { status(pid, "Name") ?? "" }
    private static func isZombie(_ pid: Int32) -> Bool { status(pid, "State")?.hasPrefix("Z") ?? true }

    private static func status(_ pid: Int32, _ key: String) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(key):") }
        return line.map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) }
    }
}
