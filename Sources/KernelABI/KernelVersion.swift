/// A kernel release: `6.1`, `6.1.192`.
public struct KernelVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first number.
    public let major: Int
    /// The second number.
    public let minor: Int
    /// The third number, where one is given.
    public let patch: Int?

    /// Makes a version of its numbers.
    public init(_ major: Int, _ minor: Int, _ patch: Int? = nil) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The version at the start of a text such as `6.1`, `6.1.192` or what `uname -r` prints (`6.18.44-cloud-amd64`).
    public init?(_ text: some StringProtocol) {
        let numeric = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let numbers = numeric.split(separator: ".").prefix(3).map { Int($0) }
        guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor, numbers.count > 2 ? numbers[2] : nil)
    }

    /// `6.1` of `6.1.192`.
    public var release: KernelVersion { KernelVersion(major, minor) }

    /// `6.1` or `6.1.192`.
    public var description: String { patch.map { "\(major).\(minor).\($0)" } ?? "\(major).\(minor)" }

    /// Ordered by number; a missing patch level comes before patch level 0.
    public static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        (left.major, left.minor, left.patch ?? -1) < (right.major, right.minor, right.patch ?? -1)
    }
}
