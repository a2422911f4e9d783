import Failure

/// A package's file as the archive's signed index describes it.
public struct PackageFile: Hashable, Sendable, Codable {
    /// The package: `linux-source-6.1`.
    public let package: String
    /// Its version: `6.1.192-2`.
    public let version: String
    /// The name of its file: `linux-source-6.1_6.1.192-2_all.deb`.
    public let file: String
    /// In bytes.
    public let size: Int
    /// 64 hexadecimal digits.
    public let sha256: String

    init(package: String, version: String, file: String, size: Int, sha256: String) {
        self.package = package
        self.version = version
        self.file = file
        self.size = size
        self.sha256 = sha256
    }

    /// How a file on disk relates to this one.
    enum State: Equatable {
        case missing
        /// Shorter than it has to be: a download that was interrupted.
        case partial(bytes: Int)
        /// Complete, and its digest is the index's.
        case verified
        /// As long or longer, and something else.
        case damaged
    }

    /// Compares a file on disk with what the index says.
    func state(of path: String) async throws -> State {
        guard let stamp = FileStamp(of: path) else { return .missing }
        if stamp.size < size { return .partial(bytes: stamp.size) }
        if stamp.size > size { return .damaged }
        let outcome = try await Program.run(["sha256sum", "--binary", path])
        guard outcome.status == 0 else {
            throw Failure(.unavailable, "sha256sum failed: \(outcome.errors)", at: path)
        }
        // A name with a backslash or a newline makes sha256sum start the line with a backslash.
        return outcome.output.drop { $0 == "\\" }.hasPrefix(sha256) ? .verified : .damaged
    }
}
