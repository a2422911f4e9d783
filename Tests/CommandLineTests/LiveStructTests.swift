import Foundation
import Testing

/// `kernaut struct NAME --live`: the running kernel beside the source.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct LiveStructTests {
    static let hasTypeInformation = FileManager.default.isReadableFile(atPath: "/sys/kernel/btf/vmlinux")

    @Test(.enabled(if: hasTypeInformation, "the running kernel gives no type information"))
    func theRunningKernelStandsBesideTheSource() throws {
        let run = try KernautProcess.run("struct", "new_utsname", "--live", "--kernel", Machine.kernel, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let structures = try #require(try run.json()["structures"] as? [[String: Any]])
        // Its layout has not changed since there is a domain name in it.
        #expect(structures.map { $0["result"] as? String } == ["equal"])
        #expect(structures.map { $0["kernelSizeBytes"] as? Int } == [390])
        let members = try #require(structures.first?["members"] as? [[String: Any]])
        #expect(members.count == 6)

        let text = try KernautProcess.run("struct", "task_struct", "--live", "--kernel", Machine.kernel)
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.output.contains("struct task_struct"))
        #expect(text.output.contains("nsproxy"))
    }

    @Test func withoutTypeInformationOneLineSaysWhatIsMissing() throws {
        let run = try KernautProcess.run(
            "struct",
            "nsproxy",
            "--live",
            "--btf",
            "/no/such/file",
            "--kernel",
            Machine.kernel
        )
        #expect(run.status == 69)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.contains("/no/such/file"))
    }

    @Test func bytesThatAreNoTypeInformationAreBadInput() throws {
        let run = try KernautProcess.run(
            "struct",
            "nsproxy",
            "--live",
            "--btf",
            Machine.model("fork-bomb"),
            "--kernel",
            Machine.kernel
        )
        #expect(run.status == 65)
        #expect(run.errorLines.count == 1)
    }

    @Test(.enabled(if: hasTypeInformation, "the running kernel gives no type information"))
    func aNameThatNeitherHasIsANegativeAnswer() throws {
        let run = try KernautProcess.run("struct", "no_such_struct", "--live", "--kernel", Machine.kernel)
        #expect(run.status == 1)
        #expect(run.errorLines.count == 1)
    }

    @Test func liveAndChainDoNotGoTogether() throws {
        #expect(try KernautProcess.run("struct", "task_struct", "--live", "--to", "new_utsname").status == 64)
        #expect(try KernautProcess.run("struct", "task_struct", "--btf", "/dev/null").status == 64)
    }
}
