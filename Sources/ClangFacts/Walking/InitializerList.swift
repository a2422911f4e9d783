import CLibclang

/// Tells which member each element of a braced initializer sets, by the rules of C: designators move on to a member,
/// what has none sets the next one, and inner braces may be left out.
final class InitializerList {
    /// What an element sets: the member, where there is one, and the type that it initializes.
    struct Target {
        var field: CXCursor?
        var type: CXType
        /// The member that the structure with `field` is; nil where it is the variable itself.
        var owner: CXCursor?
    }

    private struct Level {
        var members: [CXCursor]
        /// For an array: what its elements are, how many, and the member that the array is.
        var element: CXType?
        var count: Int
        var field: CXCursor?
        /// The member that a structure is, or that its array is.
        var owner: CXCursor?
        var next = 0
    }

    private unowned let facts: UnitFacts
    private var levels: [Level] = []

    /// A list that initializes what `target` is.
    init(_ target: Target, facts: UnitFacts) {
        self.facts = facts
        push(target.type, field: target.field, owner: owner(of: target))
    }

    /// The member that the structures in a target are; the one around it where there are none in it.
    private func owner(of target: Target) -> CXCursor? {
        var type = target.type.canonical
        while type.isArray { type = clang_getArrayElementType(type).canonical }
        return type.kind == CXType_Record ? target.field ?? target.owner : target.owner
    }

    private func push(_ type: CXType, field: CXCursor?, owner: CXCursor?) {
        let type = type.canonical
        if type.isArray {
            let size = clang_getArraySize(type)
            let element = clang_getArrayElementType(type)
            let count = size < 0 ? Int.max : Int(size)
            levels.append(Level(members: [], element: element, count: count, field: field, owner: owner))
        } else if type.kind == CXType_Record {
            let members = facts.memberCursors(of: type).filter { !isPadding($0) }
            let isUnion = type.declaration.kind == CXCursor_UnionDecl
            let count = isUnion ? min(1, members.count) : members.count
            levels.append(Level(members: members, element: nil, count: count, owner: owner))
        } else {
            levels.append(Level(members: [], element: type, count: 1, field: field, owner: owner))
        }
    }

    private func isPadding(_ member: CXCursor) -> Bool {
        clang_Cursor_isBitField(member) != 0 && member.spelling.isEmpty
    }

    /// What an element without designators sets; nil when there are more elements than members.
    ///
    /// - Parameters:
    ///   - type: the element's own type.
    ///   - isWhole: whether the element is braced or a string, and so initializes an aggregate as a whole.
    func next(type: CXType, isWhole: Bool) -> Target? {
        while let level = levels.last {
            guard level.next < level.count else {
                guard levels.count > 1 else { return nil }
                levels.removeLast()
                continue
            }
            let target = self.target(in: level, at: level.next)
            levels[levels.count - 1].next += 1
            let wanted = target.type.canonical
            let isAggregate = wanted.isArray || wanted.kind == CXType_Record
            guard isAggregate, !isWhole, type.canonical.kind != CXType_Record || wanted.isArray else { return target }
            // The braces around the aggregate were left out: its own members take this element and the next ones.
            push(wanted, field: wanted.isArray ? target.field : nil, owner: owner(of: target))
        }
        return nil
    }

    private func target(in level: Level, at index: Int) -> Target {
        if let element = level.element { return Target(field: level.field, type: element, owner: level.owner) }
        return Target(field: level.members[index], type: level.members[index].type, owner: level.owner)
    }

    /// What an element with designators sets.
    ///
    /// - Parameter children: of the designated element: members and array indexes in order, the value last.
    func designated(_ children: [CXCursor]) -> Target? {
        levels.removeSubrange(1...)
        var target: Target?
        for child in children.dropLast() {
            if child.kind == CXCursor_MemberRef {
                let field = child.referenced
                if let target { push(target.type, field: target.field, owner: owner(of: target)) }
                target = Target(field: field, type: field.type, owner: levels.last?.owner)
                guard advance(past: field) else { return target }
            } else if let array = target {
                // `[a ... b]` has two indexes for one array; the second finds no array any more.
                guard array.type.canonical.isArray else { continue }
                let element = clang_getArrayElementType(array.type.canonical)
                target = Target(field: array.field, type: element, owner: array.owner)
            } else if let element = levels[0].element {
                target = Target(field: levels[0].field, type: element, owner: levels[0].owner)
            }
        }
        return target
    }

    /// Goes on behind a member of the innermost level, or of the anonymous structs and unions in it.
    private func advance(past field: CXCursor) -> Bool {
        guard let top = levels.indices.last else { return false }
        if let index = levels[top].members.firstIndex(where: { $0 == field }) {
            levels[top].next = index + 1
            return true
        }
        for (index, member) in levels[top].members.enumerated() where facts.isAnonymousMember(member) {
            levels[top].next = index + 1
            push(member.type, field: nil, owner: levels[top].owner)
            if advance(past: field) { return true }
            levels.removeSubrange((top + 1)...)
        }
        return false
    }
}
