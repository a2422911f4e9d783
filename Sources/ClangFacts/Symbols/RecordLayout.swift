import CLibclang
import IndexFacts

extension UnitFacts {
    /// Reports the layout of a complete, named struct or union, members of anonymous ones inside it included.
    func reportLayout(of record: CXCursor, symbol: Int, isInSource: Bool) {
        let type = record.type
        let size = clang_Type_getSizeOf(type)
        let alignment = clang_Type_getAlignOf(type)
        guard size >= 0, alignment >= 0 else { return }
        report(
            .record(
                symbol: symbol,
                sizeBits: Int(size) * 8,
                alignBits: Int(alignment) * 8,
                isUnion: record.kind == CXCursor_UnionDecl
            )
        )
        var position = 0
        reportMembers(
            of: type,
            record: symbol,
            offset: 0,
            depth: 0,
            isInSource: isInSource,
            includedIn: nil,
            position: &position
        )
    }

    /// - Parameter includedIn: the record that takes in the members of a named struct, of which `type` is a part.
    private func reportMembers(
        of type: CXType,
        record: Int,
        offset: Int,
        depth: Int,
        isInSource: Bool,
        includedIn: RecordName?,
        position: inout Int
    ) {
        for member in memberCursors(of: type) {
            let within = clang_Cursor_getOffsetOfField(member)
            guard within >= 0 else { continue }
            let start = offset + Int(within)
            if isAnonymousMember(member) {
                var owner = includedIn
                if owner == nil, clang_Cursor_isAnonymousRecordDecl(member.type.declaration) == 0 {
                    let around = namedRecord(around: clang_getCursorSemanticParent(member))
                    owner = recordName(of: around, isInSource: isInSource)
                }
                reportMembers(
                    of: member.type,
                    record: record,
                    offset: start,
                    depth: depth + 1,
                    isInSource: isInSource,
                    includedIn: owner,
                    position: &position
                )
                continue
            }
            // Unnamed bit-fields are padding.
            let known =
                includedIn.map { symbol(ofIncluded: member, in: $0) } ?? symbol(of: member, isInSource: isInSource)
            guard let symbol = known else { continue }
            let isBitfield = clang_Cursor_isBitField(member) != 0
            let shape = shape(of: member.type, isInSource: isInSource)
            let bytes = clang_Type_getSizeOf(member.type)
            report(
                .field(
                    FieldFact(
                        symbol: symbol,
                        record: record,
                        position: position,
                        depth: depth,
                        type: member.type.spelling,
                        offsetBits: start,
                        sizeBits: isBitfield ? Int(clang_getFieldDeclBitWidth(member)) : max(0, Int(bytes)) * 8,
                        isBitfield: isBitfield,
                        target: shape.target,
                        pointers: shape.pointers,
                        elements: shape.elements
                    )
                )
            )
            position += 1
        }
    }

    /// Takes arrays and pointers off a type until the record that it is made of.
    private func shape(of type: CXType, isInSource: Bool) -> (target: Int?, pointers: Int, elements: Int?) {
        var type = type.canonical
        var pointers = 0
        var elements: Int?
        while true {
            if type.isArray {
                // Only the member itself can be an array here; what a pointer leads to has no place in this record.
                if pointers == 0 { elements = (elements ?? 1) * max(0, Int(clang_getArraySize(type))) }
                type = clang_getArrayElementType(type).canonical
            } else if type.kind == CXType_Pointer {
                pointers += 1
                type = clang_getPointeeType(type).canonical
            } else {
                break
            }
        }
        let target = type.kind == CXType_Record ? symbol(of: type.declaration, isInSource: isInSource) : nil
        return (target, pointers, elements)
    }
}
