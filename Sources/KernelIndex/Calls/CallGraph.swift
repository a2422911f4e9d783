/// The call graph as numbers, read from the index where a search comes by.
///
/// An edge is a direct call, or a dispatch joined with a registration of the same field.
final class CallGraph {
    private let reader: FactReader
    private var forward: [Int64: [Int64]] = [:]
    private var backward: [Int64: [Int64]] = [:]
    private var ordered: [Int64: [Int64]] = [:]

    init(_ reader: FactReader) { self.reader = reader }

    /// The functions that a function calls, without duplicates, in no particular order.
    func successors(of function: Int64) throws -> [Int64] {
        if let known = forward[function] { return known }
        let found = try reader.identifiers(
            """
            SELECT callee FROM call WHERE caller = ?1
            UNION SELECT registration.function FROM dispatch
            JOIN registration ON registration.field = dispatch.field WHERE dispatch.caller = ?1
            """,
            [function]
        )
        forward[function] = found
        return found
    }

    /// The functions that call a function, without duplicates, in no particular order. A system call's body has none:
    /// it is where user space comes in.
    func predecessors(of function: Int64) throws -> [Int64] {
        if let known = backward[function] { return known }
        var found: [Int64] = []
        if try reader.systemCallNames().bodies[function] == nil {
            found = try reader.identifiers(
                """
                SELECT caller FROM call WHERE callee = ?1
                UNION SELECT dispatch.caller FROM registration
                JOIN dispatch ON dispatch.field = registration.field WHERE registration.function = ?1
                """,
                [function]
            )
        }
        backward[function] = found
        return found
    }

    /// The functions that a function calls, without duplicates: what is called directly first, then by the place of
    /// the call.
    func orderedSuccessors(of function: Int64) throws -> [Int64] {
        if let known = ordered[function] { return known }
        // The order of `CallEdge.isShownBefore`, without what only a reader needs of an edge.
        var seen: Set<Int64> = []
        let direct = try reader.identifiers(
            """
            SELECT call.callee FROM call JOIN file ON file.id = call.file WHERE call.caller = ?
            ORDER BY file.path, call.line, call.column, call.callee
            """,
            [function]
        )
        let ops = try reader.identifiers(
            """
            SELECT registration.function FROM dispatch
            JOIN file AS site ON site.id = dispatch.file
            JOIN registration ON registration.field = dispatch.field
            JOIN file ON file.id = registration.file
            WHERE dispatch.caller = ?
            ORDER BY site.path, dispatch.line, dispatch.column, file.path, registration.line, registration.column,
                registration.function
            """,
            [function]
        )
        let found = (direct + ops).filter { seen.insert($0).inserted }
        ordered[function] = found
        return found
    }
}
