/// The call graph as numbers, read from the index where a search comes by.
///
/// An edge is a direct call, or a call by a pointer that the index can follow; where that is asked for, also what is handed
/// over to run later.
final class CallGraph {
    private let reader: FactReader
    private let avoided: Set<Int64>
    private let withHandOvers: Bool
    private var forward: [Int64: [Int64]] = [:]
    private var backward: [Int64: [Int64]] = [:]
    private var ordered: [Int64: [Int64]] = [:]

    /// - Parameters:
    ///   - avoided: functions that no path may go through.
    ///   - withHandOvers: whether what is handed over to run later counts as called.
    init(_ reader: FactReader, avoided: Set<Int64> = [], withHandOvers: Bool = false) {
        self.reader = reader
        self.avoided = avoided
        self.withHandOvers = withHandOvers
    }

    /// The functions that a function calls, without duplicates, in no particular order.
    func successors(of function: Int64) throws -> [Int64] {
        if let known = forward[function] { return known }
        var found = Set(try reader.identifiers("SELECT callee FROM call WHERE caller = ?", [function]))
        found.formUnion(try reader.staticCallees(of: found))
        found.formUnion(try reader.pointedCallees(of: function).keys)
        if withHandOvers { found.formUnion(try reader.handOvers(from: reader.symbol(function)).map(\.callee.id)) }
        forward[function] = Array(found.subtracting(avoided))
        return forward[function]!
    }

    /// The functions that call a function, without duplicates, in no particular order. A system call's body has none:
    /// it is where user space comes in.
    func predecessors(of function: Int64) throws -> [Int64] {
        if let known = backward[function] { return known }
        var found: Set<Int64> = []
        if try reader.systemCallNames().bodies[function] == nil {
            found = Set(try reader.identifiers("SELECT caller FROM call WHERE callee = ?", [function]))
            found.formUnion(try reader.pointingCallers(of: function))
            if withHandOvers { found.formUnion(try reader.handOvers(of: reader.symbol(function)).map(\.caller.id)) }
        }
        backward[function] = Array(found.subtracting(avoided))
        return backward[function]!
    }

    /// The functions that a function calls, without duplicates: what is called directly first, then by the place of
    /// the call.
    func orderedSuccessors(of function: Int64) throws -> [Int64] {
        if let known = ordered[function] { return known }
        var seen: Set<Int64> = []
        let symbol = try reader.symbol(function)
        let edges = try reader.callees(of: symbol) + (withHandOvers ? reader.handOvers(from: symbol) : [])
        let found = edges.map(\.callee.id).filter { !avoided.contains($0) && seen.insert($0).inserted }
        ordered[function] = found
        return found
    }
}
