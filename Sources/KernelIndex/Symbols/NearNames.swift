extension FactReader {
    /// At most five names that a mistyped one may have meant, the nearest first.
    func names(near text: String, kind: SymbolKind?) throws -> [String] {
        let wanted = Array(text.utf8)
        guard (2...64).contains(wanted.count) else { return [] }
        let allowed = min(3, max(1, wanted.count / 4))
        var found: [String: Int] = [:]
        // Without a kind, the index over names answers alone.
        try each(
            "SELECT name FROM symbol WHERE length(name) BETWEEN ? AND ?" + (kind == nil ? "" : " AND kind = ?"),
            [wanted.count - allowed, wanted.count + allowed] + (kind.map { [$0.rawValue] } ?? [])
        ) { row in
            let name = try row.text(0)
            if let distance = editDistance(wanted, Array(name.utf8), atMost: allowed), distance > 0 {
                found[name] = distance
            }
        }
        return found.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(5).map(\.key)
    }
}

/// How many bytes have to be changed, added, left out or swapped with their neighbour to make one name of another;
/// nil when that is more than `limit`.
func editDistance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for (column, other) in right.enumerated() {
            var cost = min(last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        if let least = current.min(), least > limit { return nil }
        beforeLast = last
        last = current
    }
    return last[right.count] <= limit ? last[right.count] : nil
}
