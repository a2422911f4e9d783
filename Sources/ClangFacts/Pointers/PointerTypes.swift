import CLibclang

extension UnitFacts {
    /// Whether pointers of a type are followed: to functions, and to structures that functions are called through.
    ///
    /// Which structures those are depends on their members, and a header is read by units that do not know them. What a
    /// header does with a pointer must be the same facts for all of them, so there every pointer to a structure is
    /// followed.
    func isFollowed(_ type: CXType, isInSource: Bool) -> Bool {
        let type = type.canonical
        switch type.kind {
        case CXType_Record: return isInSource && holdsFunctions(type)
        case CXType_Pointer:
            let target = clang_getPointeeType(type).canonical
            return target.kind == CXType_Record ? !isInSource || holdsFunctions(target) : target.isFunction
        default: return type.isFunction
        }
    }

    /// Whether at least a third of a structure's members are pointers to functions, or may be, as nothing is known of it.
    private func holdsFunctions(_ record: CXType) -> Bool {
        let node = record.declaration.node
        if let known = functionHolders[node] { return known }
        guard clang_Type_getSizeOf(record) >= 0, !isForeign(record.declaration) else {
            functionHolders[node] = true
            return true
        }
        let members = memberCursors(of: record)
        let functions = members.count { $0.type.isFunctionPointer }
        let holds = functions > 0 && functions * 3 >= members.count
        functionHolders[node] = holds
        return holds
    }

    /// Whether only a header of the prefix defines a structure that the unit would not have read by itself.
    private func isForeign(_ record: CXCursor) -> Bool {
        guard !foreignFiles.isEmpty else { return false }
        let definition = clang_getCursorDefinition(record)
        return !definition.isNull
            && fileNumber(of: definition).map { foreignFiles.contains(files.files[$0].path) } ?? false
    }
}
