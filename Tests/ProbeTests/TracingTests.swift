import Foundation
import KernelTrace
import Testing

@testable import Probe

/// Tracing on this machine, and what it says where there is none.
@Suite struct TracingTests {
    private static let program = "program \"test\"\ntask p in / as root\np: fork() as c\nend\n"

    /// Whether the kernel's tracing files are here. Guests have them; a host in a virtual machine often has not.
    private static let hasTracing =
        FileManager.default.fileExists(atPath: "/sys/kernel/tracing/trace")
        || FileManager.default.fileExists(atPath: "/sys/kernel/debug/tracing/trace")

    @Test(.disabled(if: hasTracing, "this machine has tracing files"))
    func withoutTracingFilesNothingIsRun() throws {
        let result = try ProbeProcess.run(["calls"], input: Self.program)
        #expect(result.status == 69)
        #expect(result.output.hasPrefix("end skipped "))
        #expect(result.output.split(separator: "\n").last?.hasPrefix("calls skipped ") == true)
    }

    @Test(.disabled(if: hasTracing, "this machine has tracing files"))
    func withoutTracingFilesReturnsAndFunctionsAreSkippedAsWell() throws {
        let returns = try ProbeProcess.run(["returns", "pids_can_fork"], input: Self.program)
        #expect(returns.status == 69)
        #expect(returns.output.split(separator: "\n").last?.hasPrefix("returns skipped ") == true)
        let functions = try ProbeProcess.run(["functions"])
        #expect(functions.status == 69)
        #expect(functions.output.hasPrefix("functions skipped "))
    }

    @Test(arguments: [
        ["returns"], ["returns", "a b"], ["returns", "../x"], ["calls", "x"], ["calls", "--timeout", "0"],
    ])
    func wrongArgumentsAreRefused(_ arguments: [String]) throws {
        #expect(try ProbeProcess.run(arguments).status == 64)
    }

    @Test func aReturnEventIsReadBehindAnyTaskName() throws {
        let line = try #require(
            ReturnEventLine(
                "  kernaut [0] x-102     [000] ...1.    12.345678: k3: (cgroup_can_fork+0x8a/0x170 <- pids_can_fork) value=-11"
            )
        )
        #expect(line.task == 102)
        #expect(line.probe == 3)
        #expect(line.value == -11)
        #expect(ReturnEventLine("# tracer: nop") == nil)
    }
}
