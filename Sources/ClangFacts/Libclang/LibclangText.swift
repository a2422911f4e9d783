import CLibclang
import Glibc

extension String {
    /// Takes over a string of libclang.
    init(_ string: CXString) {
        defer { clang_disposeString(string) }
        self = clang_getCString(string).map { String(cString: $0) } ?? ""
    }
}

extension CXCursor {
    /// The node itself, for use as a key: libclang makes a new cursor each time.
    var node: UInt { UInt(bitPattern: data.0) }
    /// What kind of node it is.
    var kind: CXCursorKind { clang_getCursorKind(self) }
    /// The name.
    var spelling: String { String(clang_getCursorSpelling(self)) }
    /// Whether there is no node.
    var isNull: Bool { clang_Cursor_isNull(self) != 0 }
    /// The type.
    var type: CXType { clang_getCursorType(self) }
    /// What the name means.
    var referenced: CXCursor { clang_getCursorReferenced(self) }
    /// Where the node's name is.
    var location: CXSourceLocation { clang_getCursorLocation(self) }
    /// Where the node begins.
    var start: CXSourceLocation { clang_getRangeStart(clang_getCursorExtent(self)) }
    /// Behind the node.
    var end: CXSourceLocation { clang_getRangeEnd(clang_getCursorExtent(self)) }

    /// Whether two cursors stand for one declaration.
    static func == (left: CXCursor, right: CXCursor) -> Bool { clang_equalCursors(left, right) != 0 }

    /// Whether two cursors stand for one statement or expression. libclang puts the declaration around it into the
    /// cursor as well, but only when it came to it from there.
    func isSameStatement(as other: CXCursor) -> Bool { kind == other.kind && data.1 == other.data.1 }
}

extension CXType {
    /// The type behind all typedefs.
    var canonical: CXType { clang_getCanonicalType(self) }
    /// The declaration of a struct, union, enum or typedef.
    var declaration: CXCursor { clang_getTypeDeclaration(self) }
    /// Whether it is that of a function.
    var isFunction: Bool { kind == CXType_FunctionProto || kind == CXType_FunctionNoProto }
    /// Whether it is `void *`, of a canonical type.
    var isUntypedPointer: Bool {
        kind == CXType_Pointer && clang_getPointeeType(self).canonical.kind == CXType_Void
    }
    /// Whether it is that of a pointer to a function.
    var isFunctionPointer: Bool {
        canonical.kind == CXType_Pointer && clang_getPointeeType(canonical).canonical.isFunction
    }

    /// Whether it is an array of any kind.
    var isArray: Bool {
        switch kind {
        case CXType_ConstantArray, CXType_IncompleteArray, CXType_VariableArray, CXType_DependentSizedArray: true
        default: false
        }
    }

    /// The type as C spells it. Unnamed types are spelled `struct (unnamed)`, without the place that clang adds, and the
    /// tags that `__rcu`, `__user` and `__percpu` put on pointers for BTF are left out.
    var spelling: String {
        let string = clang_getTypeSpelling(self)
        guard let text = clang_getCString(string),
            strstr(text, "(unnamed ") != nil || strstr(text, CXType.tagStart) != nil
        else { return String(string) }
        defer { clang_disposeString(string) }
        return CXType.withoutPlaces(CXType.withoutTags(String(cString: text)))
    }

    private static let tagStart = " __attribute__((btf_type_tag("
    private static let tagEnd = ")))"

    private static func withoutTags(_ text: String) -> String {
        var plain = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: tagStart), let end = rest[start.upperBound...].firstRange(of: tagEnd) {
            plain += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
        }
        return plain + rest
    }

    private static func withoutPlaces(_ text: String) -> String {
        var plain = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
            let isUnnamed = rest[open...].hasPrefix("(unnamed ")
            plain += isUnnamed ? rest[..<open] + "(unnamed)" : rest[...close]
            rest = rest[rest.index(after: close)...]
        }
        return plain + rest
    }
}
