import CLibclang
import IndexFacts

/// Gives the declarations of one unit their symbols.
///
/// An identity never depends on which unit the question comes from: what a header says about a struct is the same
/// fact in a unit that defines the struct and in one that merely knows its name.
extension UnitFacts {
    /// The symbol of a declaration; nil for what is none, such as a parameter or an automatic variable.
    ///
    /// - Parameter isInSource: whether the place that names the declaration lies in a `.c` file. A struct that such a
    ///   file defines is its own there, and the opaque struct of its name for headers.
    func symbol(of declaration: CXCursor, isInSource: Bool) -> Int? {
        // Nodes are aligned, so the lowest bit is free to tell the two contexts apart.
        let key = declaration.node | (isInSource ? 1 : 0)
        if let known = symbolsByNode[key] { return known < 0 ? nil : known }
        let symbol = makeSymbol(of: declaration, isInSource: isInSource).map(intern)
        symbolsByNode[key] = symbol ?? -1
        return symbol
    }

    /// The symbol of a macro.
    func symbol(ofMacro name: String) -> Int {
        if let known = macros[name] { return known }
        let symbol = intern(
            SymbolFact(identity: "m:\(name)", name: name, kind: .macro, isStatic: false, type: nil)
        )
        macros[name] = symbol
        return symbol
    }

    private func intern(_ symbol: SymbolFact) -> Int {
        if let known = symbolsByIdentity[symbol.identity] { return known }
        symbolsByIdentity[symbol.identity] = blob.symbols.count
        blob.symbols.append(symbol)
        return blob.symbols.count - 1
    }

    private func makeSymbol(of declaration: CXCursor, isInSource: Bool) -> SymbolFact? {
        switch declaration.kind {
        case CXCursor_FunctionDecl: function(declaration, isInSource: isInSource)
        case CXCursor_VarDecl: variable(declaration, isInSource: isInSource)
        case CXCursor_StructDecl, CXCursor_UnionDecl:
            recordName(of: declaration, isInSource: isInSource).map { name in
                SymbolFact(identity: "s:" + name.identity, name: name.name, kind: .record, isStatic: false, type: nil)
            }
        case CXCursor_FieldDecl: field(declaration, isInSource: isInSource)
        case CXCursor_EnumDecl: named("e", declaration, kind: .enum, type: nil)
        case CXCursor_EnumConstantDecl:
            named("c", declaration, kind: .enumerator, type: clang_getCursorSemanticParent(declaration).type.spelling)
        case CXCursor_TypedefDecl:
            named("t", declaration, kind: .typedef, type: clang_getTypedefDeclUnderlyingType(declaration).spelling)
        default: nil
        }
    }

    /// What an external name of a `.c` file is told apart by from the kernel's: the boot loader's `strlen` is another one.
    private func programSuffix(isInSource: Bool) -> String { isInSource ? program.map { "@\($0)/" } ?? "" : "" }

    private func function(_ declaration: CXCursor, isInSource: Bool) -> SymbolFact? {
        let name = declaration.stableSpelling
        // What the compiler provides has no source to show.
        guard !name.isEmpty, !CompilerFunctions.contains(name) else { return nil }
        let isStatic = clang_getCursorLinkage(declaration) == CXLinkage_Internal
        let home = isStatic ? homePath(of: declaration) : nil
        if isStatic, home == nil { return nil }
        return SymbolFact(
            identity: "f:" + name + (home.map { "@\($0)" } ?? programSuffix(isInSource: isInSource)),
            name: name,
            kind: .function,
            isStatic: isStatic,
            type: clang_getCanonicalCursor(declaration).type.spelling
        )
    }

    private func variable(_ declaration: CXCursor, isInSource: Bool) -> SymbolFact? {
        let name = declaration.stableSpelling
        guard !name.isEmpty else { return nil }
        let type = clang_getCanonicalCursor(declaration).type.spelling
        switch clang_getCursorLinkage(declaration) {
        case CXLinkage_External, CXLinkage_UniqueExternal:
            let identity = "v:" + name + programSuffix(isInSource: isInSource)
            return SymbolFact(identity: identity, name: name, kind: .variable, isStatic: false, type: type)
        case CXLinkage_Internal:
            guard let home = homePath(of: declaration) else { return nil }
            return SymbolFact(identity: "v:\(name)@\(home)", name: name, kind: .variable, isStatic: true, type: type)
        default:
            // A variable of a function that outlives its calls is a place to register something in; others are not.
            guard clang_Cursor_getStorageClass(declaration) == CX_SC_Static,
                let home = homePath(of: declaration)
            else { return nil }
            let function = clang_getCursorSemanticParent(declaration).spelling
            return SymbolFact(
                identity: "v:\(function).\(name)@\(home)",
                name: name,
                kind: .variable,
                isStatic: true,
                // A text in a header may hold the name of the unit's module, and is as long as that makes it.
                type: home.hasSuffix(".c") ? type : unboundedType(of: declaration)
            )
        }
    }

    private func unboundedType(of declaration: CXCursor) -> String {
        let type = clang_getCanonicalCursor(declaration).type
        guard type.kind == CXType_ConstantArray else { return type.spelling }
        return clang_getArrayElementType(type).spelling + "[]"
    }

    private func named(_ letter: String, _ declaration: CXCursor, kind: SymbolFact.Kind, type: String?) -> SymbolFact? {
        guard clang_Cursor_isAnonymous(declaration) == 0 else { return nil }
        let name = declaration.spelling
        guard !name.isEmpty, let file = fileNumber(of: declaration) else { return nil }
        let home = files.files[file]
        return SymbolFact(
            identity: "\(letter):\(name)" + (home.isSource ? "@\(home.path)" : ""),
            name: name,
            kind: kind,
            isStatic: false,
            type: type
        )
    }

    private func field(_ declaration: CXCursor, isInSource: Bool) -> SymbolFact? {
        let name = declaration.spelling
        guard !name.isEmpty, !isAnonymousMember(declaration) else { return nil }
        let parent = namedRecord(around: clang_getCursorSemanticParent(declaration))
        guard let record = recordName(of: parent, isInSource: isInSource) else { return nil }
        return SymbolFact(
            identity: "d:\(record.plain).\(name)\(record.suffix)",
            name: name,
            kind: .field,
            isStatic: false,
            type: declaration.type.spelling
        )
    }

    /// Whether a member is merely the struct or union that it holds: an anonymous one, or in newer kernels a named one
    /// (`-fms-extensions`).
    func isAnonymousMember(_ field: CXCursor) -> Bool {
        let type = field.type
        guard type.kind == CXType_Elaborated || type.kind == CXType_Record else { return false }
        return clang_Cursor_isAnonymousRecordDecl(type.declaration) != 0 || field.spelling.isEmpty
    }

    /// What stands for a member of a named struct in the record that takes its members in. The uses of the member are
    /// uses of the named struct's.
    func symbol(ofIncluded member: CXCursor, in record: RecordName) -> Int? {
        let name = member.spelling
        guard !name.isEmpty else { return nil }
        return intern(
            SymbolFact(
                identity: "d:\(record.plain).\(name)\(record.suffix)",
                name: name,
                kind: .field,
                isStatic: false,
                type: member.type.spelling
            )
        )
    }

    /// The record whose members a reader counts the members of an anonymous struct or union among.
    func namedRecord(around record: CXCursor) -> CXCursor {
        var record = record
        while clang_Cursor_isAnonymousRecordDecl(record) != 0 { record = clang_getCursorSemanticParent(record) }
        return record
    }

    /// The file in which a static function or variable is defined, or declared where no definition is in sight.
    private func homePath(of declaration: CXCursor) -> String? {
        let definition = clang_getCursorDefinition(declaration)
        let home = definition.isNull ? clang_getCanonicalCursor(declaration) : definition
        return fileNumber(of: home).map { files.files[$0].path }
    }
}
