import CLibclang

/// The children of a node.
func childCursors(of cursor: CXCursor) -> [CXCursor] {
    var children: [CXCursor] = []
    withUnsafeMutablePointer(to: &children) { pointer in
        _ = clang_visitChildren(
            cursor,
            { child, _, data in
                data!.assumingMemoryBound(to: [CXCursor].self).pointee.append(child)
                return CXChildVisit_Continue
            },
            pointer
        )
    }
    return children
}

/// An expression without the parentheses and casts around it.
func stripped(_ cursor: CXCursor) -> CXCursor {
    var cursor = cursor
    while [CXCursor_ParenExpr, CXCursor_UnexposedExpr, CXCursor_CStyleCastExpr].contains(cursor.kind) {
        let inner = kernaut_last_child(cursor)
        if inner.isNull { break }
        cursor = inner
    }
    return cursor
}
