import Dispatch
import Foundation
import Synchronization

/// Work on many things that is done in parts, one for each processor.
enum InParts {
    /// What comes of all parts, in their order.
    ///
    /// - Parameter body: is called on several threads at once.
    static func of<Things: RandomAccessCollection & Sendable, Result: Sendable>(
        _ things: Things,
        _ body: @Sendable (Things.SubSequence) -> [Result]
    ) -> [Result] {
        let count = max(1, min(things.count, ProcessInfo.processInfo.activeProcessorCount))
        let results = Mutex<[Int: [Result]]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { part in
            let start = things.index(things.startIndex, offsetBy: things.count * part / count)
            let end = things.index(things.startIndex, offsetBy: things.count * (part + 1) / count)
            let result = body(things[start..<end])
            results.withLock { $0[part] = result }
        }
        return results.withLock { results in (0..<count).flatMap { results[$0] ?? [] } }
    }
}
