import Failure
import KernelABI
import Scenario
import Simulation
import Testing

struct SweepTests {
    private static let bomb = """
        program "bomb"
        cgroup /box max 12
        cgroup /box/app max 10
        task bomb in /box/app as root
        bomb: bomb(5)
        end
        """

    private static func failure(_ texts: String...) -> Failure? {
        do throws(Failure) {
            _ = try Sweep(texts)
            return nil
        } catch { return error }
    }

    @Test func everyCombinationIsAPointTheLastKeyFastest() throws {
        let sweep = try Sweep(["pids.max=2..10:4", "rounds=1,max"])
        #expect(
            sweep.points.map { $0.values.map(\.value) } == [
                ["2", "1"], ["2", "max"], ["6", "1"], ["6", "max"], ["10", "1"], ["10", "max"],
            ]
        )
        #expect(try Sweep([]).points.count == 1)
        #expect(try Sweep(["rounds=3"]).points.map { $0.values.map(\.key) } == [["rounds"]])
    }

    @Test(arguments: ["pids.max=9..3", "pids.max=1..x", "pids.max=1..9:0", "pids.max=..4", "pids.max=1..2:3:4"])
    func whatIsNoRangeIsToldInOneLine(_ text: String) {
        #expect(Self.failure(text)?.status == .usage)
    }

    @Test func tooManyCombinationsAreRefusedBeforeAnyIsMade() {
        #expect(Self.failure("pids.max=1..4000000000")?.status == .usage)
        #expect(Self.failure("pids.max=1..200", "rounds=1..200")?.what.contains("combinations") == true)
    }

    @Test func aRangeGoesUpToTheLargestNumber() throws {
        let last = UInt64.max
        #expect(try Sweep(["nproc=5..9:\(last)"]).points.map { $0.values[0].value } == ["5"])
        #expect(
            try Sweep(["nproc=\(last - 4)..\(last):3"]).points.map { $0.values[0].value }
                == [last - 4, last - 1].map(String.init)
        )
    }

    @Test func refusalsOfAPointAreInOneOrder() async throws {
        let text = """
            program "two"
            cgroup /a max 1
            cgroup /b max 1
            task a in /a as root
            task b in /b as root
            b: fork() as x
            a: fork() as y
            end

            """
        let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v2)
        let points = try await Sweep(["/a:pids.max=1,1,1,1"]).run(try Program(text: text), on: platform) { _ in "two" }
        for point in points { #expect(point.refusals.map(\.decision.level.description) == ["/b", "/a"]) }
    }

    @Test func theLimitThatBindsChangesAlongASweep() async throws {
        let program = try Program(text: Self.bomb)
        let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v2)
        let points = try await Sweep(["pids.max=2..14:4"]).run(program, on: platform) { _ in "bomb" }
        #expect(points.map(\.made) == [1, 5, 9, 11])
        #expect(
            points.map { $0.refusals.map(\.decision.level.description) } == [
                ["/box/app"], ["/box/app"], ["/box/app"], ["/box"],
            ]
        )
        #expect(points.map { $0.firstRefusal?.round } == [2, 3, 4, 4])
    }

    @Test func aKeyWithoutSubjectIsTheBombs() async throws {
        let program = try Program(text: Self.bomb.replacing("as root", with: "as \"alice\""))
        let platform = Platform(version: KernelVersion(6, 1), hierarchy: .v2)
        let points = try await Sweep(["nproc=3,100"]).run(program, on: platform) { _ in "bomb" }
        #expect(points.map(\.made) == [2, 9])
        let none = try Program(text: "program \"none\"\ntask a in / as root\na: fork() as b\nend\n")
        await #expect(throws: Failure.self) {
            _ = try await Sweep(["pids.max=3,4"]).run(none, on: platform) { _ in "none" }
        }
    }
}
