/// An error number of the kernel, with the kernel's own spelling.
///
/// The values are those of `include/uapi/asm-generic/errno-base.h` and `errno.h`, which x86-64 uses as they are.
public struct Errno: RawRepresentable, Hashable, Sendable, CustomStringConvertible, Comparable {
    /// The number, positive: 11 for `EAGAIN`.
    public let rawValue: Int32

    /// Wraps a positive error number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The error of a name in the kernel's spelling, such as `EAGAIN`.
    public init?(name: String) {
        guard let number = Errno.names.first(where: { $0.value == name })?.key else { return nil }
        self.init(rawValue: number)
    }

    /// `EAGAIN`, or `errno 999` for a number without a name.
    public var description: String { Errno.names[rawValue] ?? "errno \(rawValue)" }

    /// Ordered by number.
    public static func < (left: Errno, right: Errno) -> Bool { left.rawValue < right.rawValue }

    /// Operation not permitted.
    public static let EPERM = Errno(rawValue: 1)
    /// No such file or directory.
    public static let ENOENT = Errno(rawValue: 2)
    /// No such process.
    public static let ESRCH = Errno(rawValue: 3)
    /// Interrupted system call.
    public static let EINTR = Errno(rawValue: 4)
    /// Argument list too long; also: a structure that is too large.
    public static let E2BIG = Errno(rawValue: 7)
    /// Bad file descriptor.
    public static let EBADF = Errno(rawValue: 9)
    /// No child processes.
    public static let ECHILD = Errno(rawValue: 10)
    /// Try again: what a refused fork returns.
    public static let EAGAIN = Errno(rawValue: 11)
    /// Out of memory.
    public static let ENOMEM = Errno(rawValue: 12)
    /// Permission denied.
    public static let EACCES = Errno(rawValue: 13)
    /// Bad address.
    public static let EFAULT = Errno(rawValue: 14)
    /// Device or resource busy.
    public static let EBUSY = Errno(rawValue: 16)
    /// File exists.
    public static let EEXIST = Errno(rawValue: 17)
    /// No such device.
    public static let ENODEV = Errno(rawValue: 19)
    /// Not a directory.
    public static let ENOTDIR = Errno(rawValue: 20)
    /// Invalid argument.
    public static let EINVAL = Errno(rawValue: 22)
    /// No space left on device.
    public static let ENOSPC = Errno(rawValue: 28)
    /// Numerical result out of range.
    public static let ERANGE = Errno(rawValue: 34)
    /// Directory not empty.
    public static let ENOTEMPTY = Errno(rawValue: 39)
    /// No data available.
    public static let ENODATA = Errno(rawValue: 61)
    /// Operation not supported.
    public static let EOPNOTSUPP = Errno(rawValue: 95)
    /// Quota exceeded; also: too many users.
    public static let EUSERS = Errno(rawValue: 87)

    private static let names: [Int32: String] = [
        1: "EPERM", 2: "ENOENT", 3: "ESRCH", 4: "EINTR", 5: "EIO", 6: "ENXIO", 7: "E2BIG", 8: "ENOEXEC", 9: "EBADF",
        10: "ECHILD", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT", 15: "ENOTBLK", 16: "EBUSY",
        17: "EEXIST", 18: "EXDEV", 19: "ENODEV", 20: "ENOTDIR", 21: "EISDIR", 22: "EINVAL", 23: "ENFILE",
        24: "EMFILE", 25: "ENOTTY", 26: "ETXTBSY", 27: "EFBIG", 28: "ENOSPC", 29: "ESPIPE", 30: "EROFS",
        31: "EMLINK", 32: "EPIPE", 33: "EDOM", 34: "ERANGE", 35: "EDEADLK", 36: "ENAMETOOLONG", 37: "ENOLCK",
        38: "ENOSYS", 39: "ENOTEMPTY", 40: "ELOOP", 61: "ENODATA", 62: "ETIME", 71: "EPROTO", 74: "EBADMSG",
        75: "EOVERFLOW", 87: "EUSERS", 88: "ENOTSOCK", 90: "EMSGSIZE", 95: "EOPNOTSUPP", 110: "ETIMEDOUT",
        111: "ECONNREFUSED", 114: "EALREADY", 115: "EINPROGRESS", 116: "ESTALE", 122: "EDQUOT", 125: "ECANCELED",
    ]
}
