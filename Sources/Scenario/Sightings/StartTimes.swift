/// How long processes in new namespaces took to start on a running kernel.
public struct StartTimes: Hashable, Sendable {
    /// What `uname -r` prints there.
    public let release: String
    /// From each `clone` to the child's first instruction; at least one.
    public let nanoseconds: [Int64]

    /// Makes a record; `nanoseconds` must not be empty.
    public init(release: String, nanoseconds: [Int64]) {
        precondition(!nanoseconds.isEmpty, "nothing was measured")
        self.release = release
        self.nanoseconds = nanoseconds
    }

    /// The middle one, in nanoseconds.
    public var median: Int64 { nanoseconds.sorted()[nanoseconds.count / 2] }

    /// One line for the kernel, then one for each start:
    ///
    ///     kernel "6.18.44-cloud-amd64"
    ///     start 812345 ns
    public var text: String {
        "kernel \(TextQuoting.quoted(release))\n" + nanoseconds.map { "start \($0) ns\n" }.joined()
    }

    /// Reads what ``text`` writes.
    public init(text: some StringProtocol) throws(TextError) {
        var release: String?
        var nanoseconds: [Int64] = []
        var number = 0
        for line in text.split(separator: "\n") {
            number += 1
            var cursor = TextCursor(Substring(line), line: number)
            if release == nil {
                try cursor.expect("kernel")
                release = try cursor.quoted("a kernel's release")
            } else {
                try cursor.expect("start")
                nanoseconds.append(try cursor.number("a number of nanoseconds"))
                try cursor.expect("ns")
            }
            try cursor.expectEnd()
        }
        guard let release, !nanoseconds.isEmpty else {
            throw TextError(line: number + 1, expected: "a kernel and at least one start", found: "")
        }
        self.init(release: release, nanoseconds: nanoseconds)
    }
}
