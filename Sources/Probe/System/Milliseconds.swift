import CLinux
import Glibc

/// The monotonic clock.
enum Milliseconds {
    /// Milliseconds since some moment in the past.
    static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
