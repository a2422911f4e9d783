import Failure

/// One object with callbacks in two kernels: a controller, a table of file operations.
public struct ObjectComparison: Sendable {
    /// A callback that is another, or that came or went.
    public struct Change: Sendable {
        /// `can_fork`
        public let member: String
        /// What the first kernel stores there.
        public let before: Registration?
        /// What the second kernel stores there.
        public let after: Registration?
    }

    /// The object in the first kernel.
    public let before: Symbol
    /// The object in the second kernel.
    public let after: Symbol
    /// The callbacks that differ, in the order of the second kernel's source.
    public let changes: [Change]
    /// The callbacks of the same name in both.
    public let same: [String]
    /// What both are as controllers; nil for what is none.
    public let controllers: (before: Controller, after: Controller)?
}

/// The objects of a name in two kernels.
public struct ComparedObjects: Sendable {
    /// Those that both have.
    public let comparisons: [ObjectComparison]
    /// Those that only the first has.
    public let removed: [Symbol]
    /// Those that only the second has.
    public let added: [Symbol]
}

extension IndexStore {
    /// Compares the callbacks of an object with those of the same in another kernel.
    ///
    /// - Parameter name: a variable, `pids_cgrp_subsys`; or a controller, `pids`.
    /// - Throws: ``Failure`` of status `negative` when neither kernel has such an object.
    public func compareObjects(named name: String, with other: IndexStore) throws -> ComparedObjects {
        let controllers = (before: try controllersIfAny(), after: try other.controllersIfAny())
        func controller(_ symbol: Symbol, _ list: [Controller]) -> Controller? { list.first { $0.object == symbol } }
        let pairing = try Pairing(
            name,
            in: self,
            and: other,
            what: { store in
                let found = try store.symbols(named: name).filter { $0.kind == .variable && $0.isDefined }
                if !found.isEmpty { return found }
                let list = store === self ? controllers.before : controllers.after
                return list.filter { $0.name == name || $0.legacyName == name }.map(\.object)
            },
            value: { store, symbol in
                (symbol, try store.read { try $0.registrations("registration.object = ?", symbol.id) })
            },
            failure: { try $0.unknown(name, what: "variable or controller", kind: .variable) }
        )
        let comparisons = pairing.pairs.map { before, after in
            let old = Dictionary(before.1.map { ($0.field.name, $0) }, uniquingKeysWith: { first, _ in first })
            let new = Dictionary(after.1.map { ($0.field.name, $0) }, uniquingKeysWith: { first, _ in first })
            let names = after.1.map(\.field.name) + before.1.map(\.field.name).filter { new[$0] == nil }
            func isSame(_ name: String) -> Bool { old[name]?.function.name == new[name]?.function.name }
            let first = controller(before.0, controllers.before)
            let second = controller(after.0, controllers.after)
            return ObjectComparison(
                before: before.0,
                after: after.0,
                changes: names.filter { !isSame($0) }.map {
                    ObjectComparison.Change(member: $0, before: old[$0], after: new[$0])
                },
                same: names.filter(isSame),
                controllers: first.flatMap { first in second.map { (first, $0) } }
            )
        }
        return ComparedObjects(
            comparisons: comparisons,
            removed: pairing.removed.map(\.0),
            added: pairing.added.map(\.0)
        )
    }

    /// The controllers; none where the index has none.
    private func controllersIfAny() throws -> [Controller] {
        do {
            return try controllers()
        } catch let failure as Failure where failure.status == .negative {
            return []
        }
    }
}
