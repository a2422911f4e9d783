import CLibclang
import IndexFacts

extension DeclarationWalk {
    /// Reports the declaration at hand, and makes it the surroundings of what is in it.
    func reportDeclaration() {
        let last = ancestors.count - 1
        let cursor = ancestors[last].cursor
        let kind = ancestors[last].kind
        guard let symbol = facts.symbol(of: cursor, isInSource: isInSource) else {
            // What initializes an automatic variable is put there by its function.
            if kind == CXCursor_VarDecl { ancestors[last].object = ancestors[last].caller }
            return
        }
        var isDefinition = clang_isCursorDefinition(cursor) != 0
        switch kind {
        case CXCursor_FunctionDecl:
            surround(by: symbol)
            if isDefinition {
                reportSystemCall(cursor, symbol: symbol)
            } else if last > 0, facts.word(at: cursor.location) != facts.blob.symbols[symbol].name {
                // BUILD_BUG_ON() declares a function wherever it stands: 31,000 times, which tell nobody anything.
                return
            }
        case CXCursor_VarDecl:
            ancestors[last].object = symbol
            if ancestors[last].caller == nil { surround(by: symbol) }
            // `int x;` at file scope defines x unless another line does.
            if clang_Cursor_getStorageClass(cursor) != CX_SC_Extern { isDefinition = true }
        case CXCursor_StructDecl, CXCursor_UnionDecl:
            if ancestors[last].caller == nil || last == 0 { surround(by: symbol) }
            if clang_Cursor_isAnonymousRecordDecl(cursor) != 0 { return }
            if isDefinition {
                facts.reportLayout(of: cursor, symbol: symbol, isInSource: isInSource)
            } else if facts.character(after: cursor.end) != UInt8(ascii: ";") {
                // `extern struct a *b;` declares struct a only where nothing before it has.
                return
            }
        case CXCursor_EnumDecl:
            // As with structures: `typedef enum a (b)(void)`.
            if !isDefinition, facts.character(after: cursor.end) != UInt8(ascii: ";") { return }
        case CXCursor_FieldDecl, CXCursor_EnumConstantDecl, CXCursor_TypedefDecl:
            isDefinition = true
        default: break
        }
        guard let place = facts.place(of: cursor.location) else { return }
        let endLine = max(place.line, Int(kernaut_place_of(cursor.end).line))
        facts.report(.definition(symbol: symbol, place: place, endLine: endLine, isDefinition: isDefinition))
        if kind == CXCursor_FunctionDecl, isDefinition {
            ErrorOrigins.report(cursor, function: symbol, isInSource: isInSource, in: facts)
            if !facts.blob.symbols[symbol].isStatic, isWeak(cursor) { facts.report(.weakDefinition(function: symbol)) }
        }
    }

    /// Whether a function has the attribute `weak`. libclang has no kind of cursor for it, so that its text tells: `__weak` is a
    /// macro that spells `__weak__`.
    private func isWeak(_ function: CXCursor) -> Bool {
        childCursors(of: function).contains { child in
            guard child.kind == CXCursor_UnexposedAttr else { return false }
            let word = facts.word(spelledAt: child.location)
            return word == "__weak__" || word == "weak"
        }
    }

    private func surround(by symbol: Int) {
        let last = ancestors.count - 1
        ancestors[last].within = symbol
        ancestors[last].caller = symbol
        ancestors[last].object = symbol
    }

    /// Reports the body of a system call: what the `SYSCALL_DEFINE` macros name `__do_sys_NAME`.
    private func reportSystemCall(_ function: CXCursor, symbol: Int) {
        let name = facts.blob.symbols[symbol].name
        let isCompat = name.hasPrefix("__do_compat_sys_")
        guard isCompat || name.hasPrefix("__do_sys_"), let place = facts.place(of: function.location) else { return }
        // The macro's own name has the number of arguments: SYSCALL_DEFINE0's function takes the registers.
        let macro = facts.word(at: function.location)
        let arguments =
            macro.contains("SYSCALL_DEFINE")
            ? macro.last.flatMap { $0.wholeNumberValue } : Int(clang_Cursor_getNumArguments(function))
        facts.report(
            .systemCall(
                name: String(name.dropFirst(isCompat ? "__do_compat_sys_".count : "__do_sys_".count)),
                function: symbol,
                isCompat: isCompat,
                arguments: arguments ?? Int(clang_Cursor_getNumArguments(function)),
                place: place
            )
        )
    }
}
