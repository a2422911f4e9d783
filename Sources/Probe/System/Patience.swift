import Glibc

/// Waiting for what a kernel is about to do, and tells nobody of.
enum Patience {
    /// Asks until something is so, and lets others run in between.
    ///
    /// - Returns: false where it does not come about. The bound is for a kernel that does otherwise than all that are known.
    static func awaits<Problem: Error>(_ condition: () throws(Problem) -> Bool) throws(Problem) -> Bool {
        for _ in 0..<1_000_000 {
            if try condition() { return true }
            sched_yield()
        }
        return false
    }
}
