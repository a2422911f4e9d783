import IndexFacts

/// A place in the source that calls a pointer, and how many functions the index takes for possible there.
public struct PointerSite: Sendable {
    /// The function that calls, by its number in the index.
    public let caller: Int64
    /// What is called through, in words: `struct file_operations.read`, `parameter 1 of sort`.
    public let through: String
    /// The functions that may be called there, by number.
    public let targets: Set<Int64>
    /// Whether the structure that is called through, or what is called, comes from somewhere that is not followed.
    public let isOpen: Bool
}

extension IndexStore {
    /// Every place that calls a pointer.
    public func pointerSites() throws -> [PointerSite] { try read { try $0.pointerSites() } }
}

extension FactReader {
    func pointerSites() throws -> [PointerSite] {
        struct Place: Hashable {
            var caller: Int64
            var file: Int64
            var line: Int
            var column: Int
        }
        var targets: [Place: Set<Int64>] = [:]
        var open: Set<Place> = []
        var through: [Place: PointerPlace] = [:]
        func place(_ row: FactRow) throws -> Place {
            Place(
                caller: try row.identifier(0),
                file: try row.identifier(1),
                line: try row.count(2),
                column: try row.count(3)
            )
        }
        try each(
            "SELECT DISTINCT caller, file, line, column, field, base_kind, base, base_position FROM dispatch"
        ) { row in
            let base = try row.pointerPlace(5)
            let key = try place(row)
            targets[key, default: []].formUnion(try self.targets(ofField: try row.identifier(4), base: base).keys)
            through[key] = .member(Int(try row.identifier(4)))
            if try pointers.isOpen(base, field: try row.identifier(4)) { open.insert(key) }
        }
        try each("SELECT DISTINCT caller, file, line, column, kind, symbol, position FROM pointer_call") { row in
            let called = try row.pointerPlace(4)
            let origins = try pointers.origins(of: called)
            let key = try place(row)
            through[key] = called
            targets[key, default: []].formUnion(origins.functions.keys)
            if origins.isOpen { open.insert(key) }
        }
        return try targets.map { place, targets in
            PointerSite(
                caller: place.caller,
                through: try through[place].flatMap(spot)?.inWords ?? "",
                targets: targets,
                isOpen: open.contains(place)
            )
        }
    }
}
