import CLibclang

extension UnitFacts {
    /// An expression as the source spells it, white space folded; put together from its parts where a macro spells it.
    func text(of expression: CXCursor) -> String {
        let extent = clang_getCursorExtent(expression)
        let start = clang_getRangeStart(extent)
        let end = clang_getRangeEnd(extent)
        guard kernaut_is_spelled_in_file(start), kernaut_is_spelled_in_file(end) else {
            return assembledText(of: expression)
        }
        let first = kernaut_offset_of(start)
        let last = kernaut_offset_of(end)
        guard let file = first.file, file == last.file, first.offset < last.offset else {
            return assembledText(of: expression)
        }
        let content = content(of: file)
        guard Int(last.offset) <= content.count else { return assembledText(of: expression) }
        let bytes = content[Int(first.offset)..<Int(last.offset)]
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The identifier that starts at a place.
    func word(at location: CXSourceLocation) -> String { word(at: kernaut_offset_of(location)) }

    /// The identifier that is meant at a place, where need be in the definition of the macro that is expanded there.
    func word(spelledAt location: CXSourceLocation) -> String { word(at: kernaut_spelling_of(location)) }

    private func word(at place: kernaut_place) -> String {
        guard let file = place.file else { return "" }
        let rest = content(of: file).dropFirst(Int(place.offset))
        return String(decoding: rest.prefix { isIdentifierByte($0) }, as: UTF8.self)
    }

    /// The first character at a place or behind it that is no white space.
    func character(after location: CXSourceLocation) -> UInt8? {
        let place = kernaut_offset_of(location)
        guard let file = place.file else { return nil }
        return content(of: file).dropFirst(Int(place.offset)).first { $0 > 0x20 }
    }

    /// What an expression names, for instance `ss->can_fork`; `…` stands for what is no name.
    private func assembledText(of expression: CXCursor) -> String {
        switch expression.kind {
        case CXCursor_DeclRefExpr: return expression.spelling
        case CXCursor_MemberRefExpr:
            let base = kernaut_last_child(expression)
            guard !base.isNull else { return expression.spelling }
            let isPointer = base.type.canonical.kind == CXType_Pointer
            return assembledText(of: base) + (isPointer ? "->" : ".") + expression.spelling
        case CXCursor_ParenExpr, CXCursor_UnexposedExpr, CXCursor_CStyleCastExpr:
            let inner = kernaut_last_child(expression)
            return inner.isNull ? "…" : assembledText(of: inner)
        case CXCursor_ArraySubscriptExpr: return "…"
        default: return "…"
        }
    }
}

/// Whether a byte can be part of a C identifier.
func isIdentifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
    default: false
    }
}
