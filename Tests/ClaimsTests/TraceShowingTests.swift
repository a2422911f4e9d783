import KernelABI
import Scenario
import Testing

@testable import Claims

/// What a trace is taken to show, and what it is not.
struct TraceShowingTests {
    /// A program whose first two steps ask for host names.
    private static let program = Program(
        name: "test",
        world: World(cgroups: [], tasks: []),
        steps: ["a", "b"].map { Step(.uname(TaskName($0)!, member: .nodename)) }
    )

    private static func shows(_ showing: ClaimObservation.Showing, _ trace: Trace) -> Bool {
        TraceShowing.find(showing, in: trace, of: program).agrees
    }

    private static func hostnames(_ first: String, _ second: String) throws -> Trace {
        try Trace(
            text: """
                moment start
                  living 2
                moment 0
                  a: uname -> "\(first)"
                  living 2
                moment 1
                  b: uname -> "\(second)"
                  living 2

                """
        )
    }

    @Test func differentAnswersToTwoProcessesAreDifferentHostnames() throws {
        #expect(Self.shows(.differentHostnames, try Self.hostnames("kernaut", "box")))
        #expect(!Self.shows(.differentHostnames, try Self.hostnames("kernaut", "kernaut")))
    }

    @Test func aNameThatOneProcessChangesIsNoDifference() throws {
        let trace = try Trace(
            text: """
                moment start
                  living 1
                moment 0
                  a: uname -> "kernaut"
                  living 1
                moment 1
                  a: uname -> "box"
                  living 1

                """
        )
        #expect(!Self.shows(.differentHostnames, trace))
    }

    private static func forks(_ answer: String, current: Int) throws -> Trace {
        try Trace(
            text: """
                moment start
                  living 2
                  cgroup /box current 2 max 3 events 0 peak 2
                moment 0
                  a: fork -> child b
                  a: fork -> \(answer)
                  living \(current)
                  cgroup /box current \(current) max 3 events 1 peak 3

                """
        )
    }

    @Test func aRefusalWhileTheCgroupIsFullIsTheLimit() throws {
        #expect(Self.shows(.refusalAtLimit(.EAGAIN), try Self.forks("EAGAIN", current: 3)))
    }

    @Test(arguments: [("EAGAIN", 2), ("ENOMEM", 3), ("EAGAIN", 4), ("child c", 3)])
    func anythingElseIsNot(answer: String, current: Int) throws {
        #expect(!Self.shows(.refusalAtLimit(.EAGAIN), try Self.forks(answer, current: current)))
    }

    @Test func aCallThatNeverSucceedsIsNotShown() throws {
        let trace = try Self.forks("EAGAIN", current: 3)
        #expect(Self.shows(.calls(["fork"]), trace))
        #expect(!Self.shows(.calls(["fork", "unshare"]), trace))
    }
}
