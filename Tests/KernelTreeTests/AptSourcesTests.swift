import Failure
import Testing

@testable import KernelTree

@Suite struct AptSourcesTests {
    private static let targets = """
        http://mirror.example/debian/ trixie Packages main Debian
        http://mirror.example/debian/ trixie Translations main Debian
        http://mirror.example/debian/ trixie Packages contrib Debian
        http://security.example/debian-security/ trixie-security Packages main Debian
        https://other.example/apt/ stable Packages main Some Vendor

        """

    private func list(_ sources: AptSources, _ suites: [String]) throws -> String {
        try sources.list(of: suites, architecture: "amd64", keyring: "/k.gpg")
    }

    @Test func suitesComeFromTheHostsOwnMirrorsAndAreSignedByDebian() throws {
        let sources = AptSources(indexTargets: AptSourcesTests.targets)
        #expect(
            try list(sources, ["bookworm", "bookworm-security"]) == """
                deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main
                deb [arch=amd64 signed-by=/k.gpg] http://security.example/debian-security bookworm-security main

                """
        )
    }

    @Test func aHostWithoutSecurityUpdatesGetsNone() throws {
        let sources = AptSources(indexTargets: "http://m.example/debian/ bookworm Packages main Debian\n")
        #expect(
            try list(sources, ["bookworm", "bookworm-security"])
                == "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian bookworm main\n"
        )
    }

    @Test func addressesAreFoundBeforeAptHasFetchedAnyList() throws {
        let sources = AptSources(
            updateAddresses: """
                'http://m.example/debian/dists/bookworm/InRelease' m.example_debian_dists_bookworm_InRelease 0
                'http://m.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' m.example_Packages 0
                'http://s.example/sec/dists/bookworm-security/InRelease' s.example_InRelease 0
                """
        )
        #expect(sources.suites.map(\.name) == ["bookworm", "bookworm-security"])
        #expect(try list(sources, ["bookworm"]).contains(" http://m.example/debian bookworm main\n"))
    }

    @Test(arguments: ["", "https://other.example/apt/ stable Packages main Some Vendor\n"])
    func aHostWithoutDebiansMirrorIsToldSo(_ targets: String) {
        let failure = #expect(throws: Failure.self) {
            try list(AptSources(indexTargets: targets), ["bookworm", "bookworm-security"])
        }
        #expect(failure?.status == .unavailable)
        #expect(failure?.line.contains("--tree") == true)
    }
}
