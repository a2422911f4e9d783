/// A value of `pids.max`: a number, or `max` for none.
///
/// `kernel/cgroup/pids.c`, `pids_max_write`: the text is stripped, `max` means `PIDS_MAX`, and a number must lie in
/// 0 ..< `PIDS_MAX` (`PID_MAX_LIMIT + 1`), else the write fails with `EINVAL`.
public enum PidsLimit: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// At most so many processes, 0 ... ``largest``.
    case limited(Int64)
    /// No limit.
    case max

    /// `PID_MAX_LIMIT` of a 64-bit kernel, `include/linux/threads.h`.
    public static let largest: Int64 = 4 * 1024 * 1024

    /// The limit of a text as the file shows it, or nil where the kernel would refuse the text.
    public init?(_ text: some StringProtocol) {
        if text == "max" {
            self = .max
        } else {
            guard let number = Int64(text), (0...PidsLimit.largest).contains(number) else { return nil }
            self = .limited(number)
        }
    }

    /// What `pids.max` reads.
    public var description: String {
        switch self {
        case .limited(let number): String(number)
        case .max: "max"
        }
    }
}
