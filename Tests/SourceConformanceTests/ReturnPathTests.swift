import KernelABI
import KernelTrace
import SourceConformance
import Testing

/// An error on its way up a path of a small source that libclang really parsed.
@Suite struct ReturnPathTests {
    private static let files = [
        "kernel/fork.c": """
        struct ops { int (*can_fork)(void); };
        int try_charge(void) { return -11; }
        static int can_fork(void) { return try_charge(); }
        struct ops pids = { .can_fork = can_fork };
        int copy_process(struct ops *o) { return o->can_fork(); }
        long __do_sys_clone(struct ops *o) { return copy_process(o); }
        """
    ]

    private func check() throws -> ReturnPathCheck {
        try ReturnPathCheck(
            store: IndexedSources(Self.files).store,
            systemCall: "clone",
            citation: SourceCitation(function: "try_charge", file: "kernel/fork.c"),
            errno: .EAGAIN
        )
    }

    private func trace(_ returns: [(Int, String, Int64)]) -> ReturnTrace {
        var trace = ReturnTrace()
        trace.probes = ["__x64_sys_clone", "copy_process", "can_fork"].map {
            ReturnProbe(function: $0, symbols: [$0], refusal: nil)
        }
        trace.probes += ["__do_sys_clone", "try_charge"].map {
            ReturnProbe(function: $0, symbols: [], refusal: "no such function in this kernel")
        }
        trace.returns = returns.map { ObservedReturn(task: $0.0, function: $0.1, value: $0.2) }
        return trace
    }

    @Test func thePathLeadsFromTheSystemCallToTheCitation() throws {
        let functions = try check().functions
        #expect(functions == ["__x64_sys_clone", "__do_sys_clone", "copy_process", "can_fork", "try_charge"])
    }

    @Test func anErrorIsFollowedUpThroughItsOwnTask() throws {
        let comparison = try check().judge(
            trace([
                (1, "can_fork", 4_294_967_285), (2, "can_fork", 0), (2, "copy_process", 0), (1, "copy_process", -11),
                (2, "__x64_sys_clone", 7), (1, "__x64_sys_clone", -11),
            ])
        )
        #expect(comparison.conforms)
        #expect(comparison.journeys.count == 1)
        let outcomes = comparison.journeys.first?.journey.steps.map(\.outcome)
        #expect(
            outcomes == [.failed(.EAGAIN), .notSeparate, .failed(.EAGAIN), .failed(.EAGAIN), .notSeparate]
        )
    }

    @Test func anErrorThatIsSwallowedDiverges() throws {
        let comparison = try check().judge(
            trace([(1, "can_fork", -11), (1, "copy_process", 0), (1, "__x64_sys_clone", 9)])
        )
        #expect(!comparison.conforms)
    }

    @Test func anErrorThatIsNotSeenDoesNotConform() throws {
        #expect(try !check().judge(trace([(1, "can_fork", 0)])).conforms)
    }

    @Test func aLaterReturnOfTheSameTaskIsNotTakenForThisOne() throws {
        // The first fork came in by another system call.
        let comparison = try check().judge(
            trace([
                (1, "can_fork", -11), (1, "copy_process", -11), (1, "can_fork", 0), (1, "copy_process", 0),
                (1, "__x64_sys_clone", 9),
            ])
        )
        #expect(comparison.journeys.first?.journey.steps.first?.outcome == .notSeen)
    }
}
