/// The options of `wait4` and `waitid`, as `include/uapi/linux/wait.h` has them.
public struct WaitOptions: NamedFlags {
    /// The bits.
    public let rawValue: UInt32

    /// Wraps the bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Do not wait.
    public static let WNOHANG = WaitOptions(rawValue: 0x0000_0001)
    /// Children that are stopped, too. `waitid` calls it `WSTOPPED`.
    public static let WUNTRACED = WaitOptions(rawValue: 0x0000_0002)
    /// Children that have ended; `wait4` always means these.
    public static let WEXITED = WaitOptions(rawValue: 0x0000_0004)
    /// Children that go on after a stop, too.
    public static let WCONTINUED = WaitOptions(rawValue: 0x0000_0008)
    /// Look, and do not reap.
    public static let WNOWAIT = WaitOptions(rawValue: 0x0100_0000)
    /// Not the children of the caller's other threads.
    public static let __WNOTHREAD = WaitOptions(rawValue: 0x2000_0000)
    /// All children, whatever signal tells of their end.
    public static let __WALL = WaitOptions(rawValue: 0x4000_0000)
    /// Only children whose end is told by another signal than `SIGCHLD`.
    public static let __WCLONE = WaitOptions(rawValue: 0x8000_0000)

    /// Each option with the kernel's name, in the order of its bit.
    public static let named: [(flag: WaitOptions, name: String)] = [
        (.WNOHANG, "WNOHANG"), (.WUNTRACED, "WUNTRACED"), (.WEXITED, "WEXITED"), (.WCONTINUED, "WCONTINUED"),
        (.WNOWAIT, "WNOWAIT"), (.__WNOTHREAD, "__WNOTHREAD"), (.__WALL, "__WALL"), (.__WCLONE, "__WCLONE"),
    ]
}
