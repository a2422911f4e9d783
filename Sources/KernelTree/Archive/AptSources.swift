import Failure

/// Where the host gets Debian's packages from, as its own settings have it.
struct AptSources: Equatable {
    /// One suite at one address.
    struct Suite: Equatable {
        /// `http://mirror/debian`, without a final slash.
        let address: String
        /// `bookworm`, `bookworm-security`.
        let name: String
        /// What its release file says; nil when apt has not read one yet.
        let origin: String?

        var isSecurity: Bool { name.hasSuffix("-security") || name.hasSuffix("/updates") }
    }

    let suites: [Suite]

    /// The format for `apt-get indextargets` that ``init(indexTargets:)`` reads.
    static let format = "$(REPO_URI) $(RELEASE) $(CREATED_BY) $(COMPONENT) $(ORIGIN)"

    /// Reads what `apt-get indextargets --format` prints for ``format``: a line for each index that apt has.
    init(indexTargets text: String) {
        suites = AptSources.unique(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                guard words.count >= 5, words[2] == "Packages" else { return nil }
                let origin = words[4...].joined(separator: " ")
                return Suite(
                    address: AptSources.withoutSlash(words[0]),
                    name: words[1],
                    origin: origin.isEmpty || origin.hasPrefix("$(") ? nil : origin
                )
            }
        )
    }

    /// Reads what `apt-get --print-uris update` prints; it says less, but needs no index to be there.
    init(updateAddresses text: String) {
        suites = AptSources.unique(
            text.split(separator: "\n").compactMap { line in
                guard line.hasPrefix("'"), let end = line.dropFirst().firstIndex(of: "'") else { return nil }
                let address = line[line.index(after: line.startIndex)..<end]
                guard address.hasSuffix("/InRelease"), let dists = address.firstRange(of: "/dists/") else { return nil }
                return Suite(
                    address: String(address[..<dists.lowerBound]),
                    name: String(address[dists.upperBound...].dropLast("/InRelease".count)),
                    origin: nil
                )
            }
        )
    }

    /// The text of a `sources.list` for suites of Debian, at the host's own addresses.
    ///
    /// A suite that the host does not use is taken from where it has its other suites. Security suites have an address
    /// of their own; when the host knows none, they are left out.
    /// - Throws: `Failure` (69) when the host knows no address of Debian's archive.
    func list(of names: [String], architecture: String, keyring: String) throws -> String {
        let debian = suites.filter { ($0.origin ?? "Debian") == "Debian" }
        let lines = names.compactMap { name -> String? in
            let wanted = Suite(address: "", name: name, origin: nil)
            let alike = debian.filter { $0.isSecurity == wanted.isSecurity }
            guard let suite = alike.first(where: { $0.name == name }) ?? alike.first else { return nil }
            return "deb [arch=\(architecture) signed-by=\(keyring)] \(suite.address) \(name) main\n"
        }
        guard lines.contains(where: { !$0.isEmpty }), names.contains(where: { !isSecurity($0) }),
            debian.contains(where: { !$0.isSecurity })
        else {
            throw Failure(
                .unavailable,
                "apt's settings on this machine name no mirror of Debian",
                remedy: "add one to /etc/apt/sources.list.d, or use --tree with a source tree of your own"
            )
        }
        return lines.joined()
    }

    private func isSecurity(_ name: String) -> Bool { Suite(address: "", name: name, origin: nil).isSecurity }

    private static func unique(_ suites: [Suite]) -> [Suite] {
        var seen: Set<String> = []
        return suites.filter { seen.insert("\($0.address) \($0.name)").inserted }
    }

    private static func withoutSlash(_ address: String) -> String {
        address.hasSuffix("/") ? String(address.dropLast()) : address
    }
}
