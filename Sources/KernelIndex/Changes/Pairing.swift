import Failure

/// The things of a name in two kernels, each with its counterpart.
public struct Pairing<Value: Sendable>: Sendable {
    /// Those that both kernels have.
    public let pairs: [(before: Value, after: Value)]
    /// Those that only the first kernel has.
    public let removed: [Value]
    /// Those that only the second kernel has.
    public let added: [Value]

    /// Finds counterparts: what has the same identity, then what lies in the same file, then the only two that are left,
    /// one on each side: a file that was renamed.
    ///
    /// - Parameters:
    ///   - name: what was asked for.
    ///   - what: the symbols of the name in a kernel.
    ///   - value: what is compared of a symbol.
    ///   - failure: what to throw when neither kernel has the name.
    init(
        _ name: String,
        in first: IndexStore,
        and second: IndexStore,
        what: (IndexStore) throws -> [Symbol],
        value: (IndexStore, Symbol) throws -> Value,
        failure: (IndexStore) throws -> Failure
    ) throws {
        var old = try what(first)
        var new = try what(second)
        if old.isEmpty, new.isEmpty { throw try failure(second) }
        var pairs: [(Symbol, Symbol)] = []
        func pair(_ fit: (Symbol, Symbol) -> Bool) {
            for symbol in old {
                guard let place = new.firstIndex(where: { fit(symbol, $0) }) else { continue }
                pairs.append((symbol, new.remove(at: place)))
                old.removeAll { $0 == symbol }
            }
        }
        pair { $0.identity == $1.identity }
        pair { $0.home?.file == $1.home?.file }
        if old.count == 1, new.count == 1 { pair { _, _ in true } }
        self.pairs = try pairs.map { (try value(first, $0.0), try value(second, $0.1)) }
        removed = try old.map { try value(first, $0) }
        added = try new.map { try value(second, $0) }
    }
}
