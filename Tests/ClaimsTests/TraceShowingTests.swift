import KernelABI
import Scenario
import Testing

@testable import Claims

/// What a trace is taken to show, and what it is not.
struct TraceShowingTests {
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
        #expect(TraceShowing.find(.differentHostnames, in: try Self.hostnames("kernaut", "box")).agrees)
        #expect(!TraceShowing.find(.differentHostnames, in: try Self.hostnames("kernaut", "kernaut")).agrees)
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
        #expect(!TraceShowing.find(.differentHostnames, in: trace).agrees)
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
        #expect(TraceShowing.find(.refusalAtLimit(.EAGAIN), in: try Self.forks("EAGAIN", current: 3)).agrees)
    }

    @Test(arguments: [("EAGAIN", 2), ("ENOMEM", 3), ("EAGAIN", 4), ("child c", 3)])
    func anythingElseIsNot(answer: String, current: Int) throws {
        #expect(!TraceShowing.find(.refusalAtLimit(.EAGAIN), in: try Self.forks(answer, current: current)).agrees)
    }

    @Test func aCallThatNeverSucceedsIsNotShown() throws {
        let trace = try Self.forks("EAGAIN", current: 3)
        #expect(TraceShowing.find(.calls(["fork"]), in: trace).agrees)
        #expect(!TraceShowing.find(.calls(["fork", "unshare"]), in: trace).agrees)
    }
}
