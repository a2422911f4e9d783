import Failure
import Glibc

/// Debian's archive, seen through an apt whose state is in the cache: it installs nothing and needs no root.
///
/// apt itself keeps the chain of trust: the release file is signed by a key of Debian's keyring, it has the digests of
/// the package lists, and these have the digests of the packages.
struct AptArchive {
    private let folder: String
    private var settings: String { Path.join(folder, "apt.conf") }

    /// The places of Debian's keyring: its package names it so on Debian 12 and before, and so from Debian 13 on.
    private static let keyrings = ["gpg", "pgp"].map { "/usr/share/keyrings/debian-archive-keyring.\($0)" }

    /// Sets up apt's state for a kernel's suites.
    ///
    /// - Throws: `Failure` (69) when there is no apt, no keyring, or no mirror in the host's settings.
    static func open(for reference: KernelRef, home: KernautHome) async throws -> AptArchive {
        guard let keyring = keyrings.first(where: Path.exists) else {
            throw Failure(
                .unavailable,
                "Debian's keys are not here, so that nothing of its archive can be verified",
                at: keyrings[0],
                remedy: "apt-get install debian-archive-keyring"
            )
        }
        let sources = try await hostSources()
        let list = try sources.list(of: reference.suites, architecture: reference.architecture, keyring: keyring)

        let archive = AptArchive(folder: Path.join(home.apt, reference.name))
        for part in ["lists/partial", "cache/archives/partial"] {
            try CacheFiles.makeFolder(Path.join(archive.folder, part))
        }
        try CacheFiles.write(Array(list.utf8), to: Path.join(archive.folder, "sources.list"))
        try CacheFiles.write([], to: Path.join(archive.folder, "status"))
        try CacheFiles.write(Array(archive.configuration(reference.architecture).utf8), to: archive.settings)
        return archive
    }

    private static func hostSources() async throws -> AptSources {
        let targets = try await Program.run(["apt-get", "indextargets", "--format", AptSources.format])
        let sources = AptSources(indexTargets: targets.output)
        if !sources.suites.isEmpty { return sources }
        // apt has fetched no list yet, as in a fresh container.
        return AptSources(updateAddresses: try await Program.run(["apt-get", "--print-uris", "update"]).output)
    }

    /// Read after the host's own settings, so that proxies and certificates of the host stay in force.
    private func configuration(_ architecture: String) -> String {
        """
        Dir::State "\(folder)";
        Dir::State::lists "\(folder)/lists";
        Dir::State::status "\(folder)/status";
        Dir::State::extended_states "\(folder)/extended_states";
        Dir::Cache "\(folder)/cache";
        Dir::Cache::pkgcache "pkgcache.bin";
        Dir::Cache::srcpkgcache "srcpkgcache.bin";
        Dir::Etc::sourcelist "\(folder)/sources.list";
        Dir::Etc::sourceparts "/dev/null";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "/dev/null";
        Dir::Etc::trusted "/dev/null";
        Dir::Etc::trustedparts "/dev/null";
        APT::Architecture "\(architecture)";
        #clear APT::Architectures;
        APT::Architectures { "\(architecture)"; };
        APT::Sandbox::User "";
        APT::Update::Error-Mode "any";
        APT::Color "0";
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        Acquire::Languages "none";
        Acquire::AllowInsecureRepositories "0";
        Acquire::AllowWeakRepositories "0";
        Acquire::Check-Valid-Until "1";
        Acquire::Retries "3";
        Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "0";
        Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "0";

        """
    }

    /// Fetches the package lists anew.
    ///
    /// - Throws: `Failure` (69) with apt's own reason.
    func update() async throws {
        let log = try await Program.runSupervised(command("apt-get", ["update"]))
        guard log.status == 0 else { throw failure("the package lists cannot be fetched", log) }
    }

    /// The versions of a package, newest first.
    func versions(of package: String) async throws -> [String] {
        let outcome = try await Program.run(command("apt-cache", ["madison", package]))
        return outcome.output.split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "|").map { $0.trimming { $0 == " " } }
            return columns.count == 3 && columns[0] == package ? String(columns[1]) : nil
        }
    }

    /// The names of all packages that start so.
    func packages(startingWith start: String) async throws -> [String] {
        try await Program.run(command("apt-cache", ["pkgnames", start])).output.split(separator: "\n").map(String.init)
    }

    /// A field of a package's description, such as `Depends`; nil where there is none.
    func field(_ name: String, of package: String, version: String) async throws -> String? {
        let outcome = try await Program.run(command("apt-cache", ["show", "\(package)=\(version)"]))
        return outcome.output.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }

    /// Where the files of packages are, and what the index says about them; in the order of the packages.
    ///
    /// - Throws: `Failure` (69) when one is not there with a SHA-256 digest.
    func downloads(of packages: [String], version: String) async throws -> [PackageDownload] {
        let arguments = ["--print-uris", "download"] + packages.map { "\($0)=\(version)" }
        let outcome = try await Program.run(command("apt-get", arguments))
        return try packages.map { package in
            let found = outcome.output.split(separator: "\n").lazy
                .compactMap { PackageDownload(printed: $0, package: package, version: version) }.first
            guard let found else {
                throw Failure(
                    .unavailable,
                    "the archive has no \(package) \(version): \(Program.reason(outcome.errors.split(separator: "\n")))"
                )
            }
            return found
        }
    }

    /// Downloads a file from the start, by apt's own means.
    func fetch(_ file: PackageFile, into folder: String) async throws -> Program.Log {
        let arguments = ["-q", "download", "\(file.package)=\(file.version)"]
        return try await Program.runSupervised(command("apt-get", arguments), in: folder)
    }

    /// The proxy that the host's settings name for a scheme; nil for none.
    func proxy(scheme: String) async throws -> String? {
        let name = "Acquire::\(scheme)::Proxy"
        let outcome = try await Program.run(command("apt-config", ["dump", "--format", "%f %v%n", name]))
        let value = outcome.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }?.dropFirst(name.count + 1)
        guard let value, !value.isEmpty, value != "DIRECT" else { return nil }
        return String(value)
    }

    /// Removes what apt can make again of the package lists: some 70 MB.
    func forgetCaches() throws { try CacheFiles.remove(Path.join(folder, "cache")) }

    private func command(_ program: String, _ arguments: [String]) -> [String] {
        [program, "-c", settings] + arguments
    }

    func failure(_ what: String, _ log: Program.Log) -> Failure {
        Failure(
            .unavailable,
            "\(what): \(Program.reason(log.lines))",
            remedy: "check the network and run the same command again; what is there already is kept"
        )
    }
}
