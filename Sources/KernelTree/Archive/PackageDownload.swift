import Failure

/// A package's file and where it is.
///
/// The bytes come by `curl`, because apt does not go on with a download that was killed: it asks the server for the rest
/// only if the file is as old as the part, and a part that a killed apt leaves has the time of its last byte. Nothing is
/// lost by that: whatever brings the bytes, they are used only when their digest is the signed index's. Where there is
/// no curl, or it does not reach the mirror, apt fetches the file whole.
struct PackageDownload: Equatable {
    let address: String
    let file: PackageFile

    /// Reads a line that `apt-get --print-uris download` prints: `'ADDRESS' FILE SIZE SHA256:DIGEST`.
    init?(printed line: some StringProtocol, package: String, version: String) {
        let words = line.split(separator: " ")
        guard words.count == 4, words[0].count > 2, words[0].hasPrefix("'"), words[0].hasSuffix("'"),
            words[1].hasPrefix("\(package)_"), !words[1].contains("/"), let size = Int(words[2]),
            words[3].hasPrefix("SHA256:")
        else { return nil }
        let digest = words[3].dropFirst("SHA256:".count)
        guard digest.count == 64, digest.allSatisfy(\.isHexDigit) else { return nil }
        address = String(words[0].dropFirst().dropLast())
        file = PackageFile(
            package: package,
            version: version,
            file: String(words[1]),
            size: size,
            sha256: String(digest).lowercased()
        )
    }

    /// Downloads the file into a folder, or what is missing of it. One that turns out damaged is fetched again from the
    /// start.
    ///
    /// - Throws: `Failure` (69) with the reason of the program that failed last.
    func run(from archive: AptArchive, into folder: String, progress: (String) -> Void) async throws {
        try CacheFiles.makeFolder(folder)
        let path = Path.join(folder, file.file)
        let what = "\(file.package) \(file.version)"
        switch try await file.state(of: path) {
        case .verified: return
        case .missing: progress("downloading \(what) (\(PackageDownload.amount(file.size)))")
        case .partial(let bytes):
            let amounts = "\(PackageDownload.amount(bytes)) of \(PackageDownload.amount(file.size)) are here"
            progress("going on with the download of \(what) (\(amounts))")
        case .damaged:
            progress("\(what) is damaged; fetching it again")
            try CacheFiles.remove(path)
        }

        let before = FileStamp(of: path)?.size ?? 0
        var hasFailed = false
        if let log = try await transfer(to: path, proxyOf: archive) {
            hasFailed = log.status != 0
            switch try await file.state(of: path) {
            case .verified: return
            case .partial(let bytes) where bytes > before:
                // The network broke in the middle. Whoever tries again goes on from here.
                throw archive.failure("the download of \(what) broke off", log)
            case .damaged:
                // The wrong bytes may have been there before: the start of another file, a part that somebody changed.
                progress("\(what) is damaged; fetching it again")
                try CacheFiles.remove(path)
                _ = try await transfer(to: path, proxyOf: archive)
                if try await file.state(of: path) == .verified { return }
            case .missing, .partial: break
            }
        }
        let whole = Path.join(folder, "whole")
        try CacheFiles.makeFolder(whole)
        let log = try await archive.fetch(file, into: whole)
        let state = try await file.state(of: Path.join(whole, file.file))
        if state == .verified {
            try CacheFiles.rename(Path.join(whole, file.file), to: path)
        }
        try CacheFiles.remove(whole)
        guard state != .verified else { return }
        if log.status != 0 || hasFailed { throw archive.failure("\(what) cannot be downloaded", log) }
        throw Failure(
            .unavailable,
            "\(what) is not what the signed index says, each time it is fetched",
            at: path,
            remedy: "try again later, when the mirror is whole"
        )
    }

    /// Runs curl; nil where it is not the program for this address.
    private func transfer(to path: String, proxyOf archive: AptArchive) async throws -> Program.Log? {
        guard let scheme = ["http", "https"].first(where: { address.hasPrefix("\($0)://") }),
            Program.isInstalled("curl")
        else { return nil }
        var command = [
            "curl", "--silent", "--show-error", "--fail", "--location", "--proto", "=http,https",
            "--continue-at", "-", "--retry", "3", "--connect-timeout", "20",
            // A connection that has died is noticed: less than 1 kB a second for a minute.
            "--speed-limit", "1000", "--speed-time", "60", "--output", path,
        ]
        if let proxy = try await archive.proxy(scheme: scheme) { command += ["--proxy", proxy] }
        return try await Program.runSupervised(command + ["--", address])
    }

    private static func amount(_ bytes: Int) -> String {
        bytes < 1_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
    }
}
