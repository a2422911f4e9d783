import Failure
import KernelABI
import Testing

@testable import KernelTree

@Suite struct KernelRefTests {
    private static let good = """
        kernel: 6.1
        debian:
          architecture: amd64
          suites: [bookworm]
          source: linux-source-6.1
          configuration: linux-config-6.1
          configuration-file: config.xz
          image-of: linux-image-cloud-amd64
        article:
          - { says: a.h, file: include/a.h }
        scopes:
          fork: [kernel/fork.c, kernel/cgroup/*.c]
        """

    @Test func aReferenceSaysWhereTheKernelComesFrom() throws {
        let reference = try KernelRef.parse(KernelRefTests.good, file: "f.yaml")
        #expect(reference.name == "6.1")
        #expect(reference.image == .of(metaPackage: "linux-image-cloud-amd64"))
        #expect(reference.suites == ["bookworm"])
        #expect(reference.scopes == ["fork": ["kernel/fork.c", "kernel/cgroup/*.c"]])
        #expect(reference.articleFiles.map(\.file) == ["include/a.h"])
    }

    @Test func aReleaseThatLooksLikeANumberKeepsItsDigits() throws {
        let text = KernelRefTests.good.replacing("kernel: 6.1\n", with: "kernel: 5.10\n")
        #expect(try KernelRef.parse(text, file: "f").version == KernelVersion(5, 10))
    }

    /// What is replaced by what, and what the one line then has to hold.
    @Test(arguments: [
        ("kernel: 6.1", "kernel: six", "f.yaml:1: "),
        ("kernel: 6.1", "kernels: 6.1", "f.yaml:1: unknown key 'kernels'"),
        ("  source:", "  sauce:", "f.yaml:5: unknown key 'sauce'"),
        ("  source: linux-source-6.1\n", "", "f.yaml:3: the key 'source' is missing"),
        ("suites: [bookworm]", "suites: bookworm", "f.yaml:4: 'suites' has to be a list"),
        ("suites: [bookworm]", "suites: []", "f.yaml:4: 'suites' has to be a list"),
        ("suites: [bookworm]", "suites: [[bookworm]]", "f.yaml:4: an item of 'suites' has to be a text"),
        ("linux-source-6.1", "linux source", "f.yaml:5: 'linux source'"),
        ("linux-source-6.1", "--help", "f.yaml:5: '--help'"),
        ("linux-source-6.1", "{ a: b }", "f.yaml:5: 'source' has to be a text"),
        ("  image-of:", "  image-matching: x\n  image-of:", "'debian' needs one of"),
        ("file: include/a.h", "file: /etc/passwd", "f.yaml:10: '/etc/passwd'"),
        ("kernel/fork.c", "../fork.c", "f.yaml:12: '../fork.c'"),
        ("file: include/a.h", "flie: include/a.h", "f.yaml:10: unknown key 'flie'"),
        ("debian:", "debian: &a", ""),
        ("  architecture: amd64", "  architecture: [", "f.yaml:5: this is not YAML"),
        ("  architecture: amd64", "  architecture: amd64\n  architecture: arm64", "stands twice"),
        ("  architecture: amd64", "\tarchitecture: amd64", "this is not YAML"),
    ])
    func aBadReferenceIsRefusedWithItsLine(_ old: String, _ new: String, _ expected: String) {
        let text = KernelRefTests.good.replacing(old, with: new, maxReplacements: 1)
        if expected.isEmpty {
            #expect(throws: Never.self) { try KernelRef.parse(text, file: "f.yaml") }
            return
        }
        let failure = #expect(throws: Failure.self) { try KernelRef.parse(text, file: "f.yaml") }
        #expect(failure?.status == .badInput)
        #expect(failure?.line.contains(expected) == true, "\(failure?.line ?? "no failure")")
    }

    @Test(arguments: ["", "# nothing", "- a", "42", "\u{0}"])
    func whatIsNoMappingIsRefused(_ text: String) {
        let failure = #expect(throws: Failure.self) { try KernelRef.parse(text, file: "f.yaml") }
        #expect(failure?.line.hasPrefix("f.yaml") == true)
    }

    @Test func anUnknownKernelIsAnsweredWithTheKnownOnes() throws {
        let folder = try TemporaryFolder()
        try folder.write(KernelRefTests.good, to: "kernel-refs/linux-6.1.yaml")
        let home = KernautHome(cache: folder.path, share: folder.path)
        let failure = #expect(throws: Failure.self) { try KernelRef.named("6.2", home: home) }
        #expect(failure?.status == .usage)
        #expect(failure?.line.contains("known are 6.1") == true)
        #expect(try KernelRef.all(home: home).map(\.name) == ["6.1"])
    }
}
