import Failure

/// One function in two kernels.
public struct FunctionComparison: Sendable {
    /// A check whose condition has changed, or that came or went.
    public struct ErrorChange: Sendable {
        /// In the first kernel.
        public let before: ErrorOrigin?
        /// In the second kernel.
        public let after: ErrorOrigin?
    }

    /// A member that both call through, with other functions behind it.
    public struct TargetChange: Sendable {
        /// `cgroup_subsys.can_fork`
        public let member: String
        /// The functions that only the second kernel stores there.
        public let added: [String]
        /// The functions that only the first kernel stores there.
        public let removed: [String]
    }

    /// In the first kernel.
    public let before: FunctionFacts
    /// In the second kernel.
    public let after: FunctionFacts
    /// What only the second calls.
    public let addedCallees: [FunctionFacts.Callee]
    /// What only the first calls.
    public let removedCallees: [FunctionFacts.Callee]
    /// How many callees both have.
    public let sameCallees: Int
    /// Members that both call through, with other functions behind them.
    public let targets: [TargetChange]
    /// The places where errors start, as far as they differ, in the order of the source.
    public let errors: [ErrorChange]
    /// How many of these places are the same, condition by condition.
    public let sameErrors: Int
    /// Whose errors only the second hands on.
    public let addedHandedOn: [String]
    /// Whose errors only the first hands on.
    public let removedHandedOn: [String]

    /// Whether the text is the same but for comments and white space; nil where one of the two cannot be read.
    public var isSameText: Bool? {
        guard let first = before.text, let second = after.text else { return nil }
        return first == second
    }

    /// Whether both kernels' indexes define it, so that more than the type is compared.
    public var isDefinedInBoth: Bool { before.definition != nil && after.definition != nil }

    /// Whether nothing of what is compared differs.
    public var isEqual: Bool {
        isDefinedInBoth && addedCallees.isEmpty && removedCallees.isEmpty && targets.isEmpty && errors.isEmpty
            && addedHandedOn.isEmpty
            && removedHandedOn.isEmpty && before.function.type == after.function.type
            && before.function.home?.file == after.function.home?.file
    }

    init(_ before: FunctionFacts, _ after: FunctionFacts) {
        self.before = before
        self.after = after
        func key(_ callee: FunctionFacts.Callee) -> String { (callee.isThroughMember ? "*" : "") + callee.name }
        let old = Dictionary(before.callees.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.callees.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        guard before.definition != nil, after.definition != nil else {
            // What one side has not indexed is not gone.
            (addedCallees, removedCallees, targets, errors) = ([], [], [], [])
            (addedHandedOn, removedHandedOn, sameCallees, sameErrors) = ([], [], 0, 0)
            return
        }
        addedCallees = after.callees.filter { old[key($0)] == nil }
        removedCallees = before.callees.filter { new[key($0)] == nil }
        sameCallees = after.callees.count - addedCallees.count
        targets = before.callees.compactMap { callee in
            guard callee.isThroughMember, let other = new[key(callee)], other.targets != callee.targets else {
                return nil
            }
            return TargetChange(
                member: callee.name,
                added: other.targets.filter { !callee.targets.contains($0) },
                removed: callee.targets.filter { !other.targets.contains($0) }
            )
        }
        errors = FunctionComparison.changes(before.errors, after.errors)
        sameErrors = after.errors.count - errors.count { $0.after != nil }
        addedHandedOn = after.handedOn.filter { !before.handedOn.contains($0) }
        removedHandedOn = before.handedOn.filter { !after.handedOn.contains($0) }
    }

    /// Pairs the checks that are equal, in the order of the source; of what stands between two such, a check that went
    /// and one of the same error that came are one that has changed.
    private static func changes(_ before: [ErrorOrigin], _ after: [ErrorOrigin]) -> [ErrorChange] {
        func key(_ origin: ErrorOrigin) -> String { "\(origin.errno) \(origin.conditions)" }
        let difference = after.map(key).difference(from: before.map(key))
        var gone: Set<Int> = []
        var come: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): gone.insert(offset)
            case .insert(let offset, _, _): come.insert(offset)
            }
        }
        var changes: [ErrorChange] = []
        var left = before.indices.startIndex
        var right = after.indices.startIndex
        while left < before.count || right < after.count {
            // A stretch in which all differ.
            var old: [ErrorOrigin] = []
            var new: [ErrorOrigin] = []
            while left < before.count, gone.contains(left) {
                old.append(before[left])
                left += 1
            }
            while right < after.count, come.contains(right) {
                new.append(after[right])
                right += 1
            }
            for origin in old {
                let counterpart = new.firstIndex { $0.errno == origin.errno }
                changes.append(ErrorChange(before: origin, after: counterpart.map { new.remove(at: $0) }))
            }
            changes += new.map { ErrorChange(before: nil, after: $0) }
            left += 1
            right += 1
        }
        return changes
    }
}

extension IndexStore {
    /// Compares the functions of a name, or the system call of it, with those of another kernel.
    ///
    /// - Parameter name: as in ``functions(named:)``. `NAME@FILE` chooses by a file of either kernel.
    /// - Throws: ``Failure`` of status `negative` when neither kernel has such a function.
    public func compareFunctions(named name: String, with other: IndexStore) throws -> ComparedFunctions {
        let plain = name.prefix { $0 != "@" }
        let pairing = try Pairing(
            name,
            in: self,
            and: other,
            what: { store in
                // In the other kernel the function may have gone to another file: to one that has no namesake here.
                let found = try store.functions(named: name)
                let other = store === self ? other : self
                let taken = found.isEmpty ? Set(try other.functions(named: String(plain)).map(\.identity)) : []
                let functions =
                    try found.isEmpty
                    ? store.functions(named: String(plain)).filter { !taken.contains($0.identity) } : found
                if let systemCall = functions.first(where: { $0.systemCall != nil }) { return [systemCall] }
                let defined = functions.filter(\.isDefined)
                return defined.isEmpty ? functions : defined
            },
            value: { try $0.facts(of: $1) },
            failure: { try $0.unknown(name, what: "function", kind: .function) }
        )
        return ComparedFunctions(
            comparisons: pairing.pairs.map { FunctionComparison($0.before, $0.after) },
            removed: pairing.removed,
            added: pairing.added
        )
    }
}

/// The functions of a name in two kernels.
public struct ComparedFunctions: Sendable {
    /// Those that both have.
    public let comparisons: [FunctionComparison]
    /// Those that only the first has.
    public let removed: [FunctionFacts]
    /// Those that only the second has.
    public let added: [FunctionFacts]
}
