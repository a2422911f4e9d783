import CLibclang

/// What a struct or union is called, and in which file when the name is that file's own.
struct RecordName {
    /// `nsproxy`; `cgroup_root.kf` style names for a record that only its member names.
    var plain: String
    /// `@kernel/cgroup/pids.c`, or nothing for the records of headers.
    var suffix: String

    var identity: String { plain + suffix }
    var name: String { plain }
}

extension UnitFacts {
    /// The name of a struct or union; nil when nothing names it.
    func recordName(of record: CXCursor, isInSource: Bool) -> RecordName? {
        let definition = clang_getCursorDefinition(record)
        var suffix = ""
        if isInSource, !definition.isNull, let file = fileNumber(of: definition), files.files[file].isSource {
            suffix = "@\(files.files[file].path)"
        }
        guard clang_Cursor_isAnonymous(record) != 0 else {
            let name = record.spelling
            return name.isEmpty ? nil : RecordName(plain: name, suffix: suffix)
        }
        let parent = clang_getCursorSemanticParent(record)
        if parent.kind == CXCursor_StructDecl || parent.kind == CXCursor_UnionDecl {
            // The type of one member, which therefore names it: `struct { … } kf;` in a `struct outer`.
            let owner = namedRecord(around: parent)
            guard let around = recordName(of: owner, isInSource: isInSource),
                let member = member(of: parent, made: record)
            else { return nil }
            return RecordName(plain: "\(around.plain).\(member)", suffix: around.suffix)
        }
        let place = kernaut_place_of(record.location)
        guard let file = files.number(of: place.file, names: names) else { return nil }
        return RecordName(plain: "(unnamed)", suffix: "@\(files.files[file].path):\(place.line):\(place.column)")
    }

    /// The name of the member of `parent` whose type is, or is made of, an unnamed record.
    private func member(of parent: CXCursor, made record: CXCursor) -> String? {
        for field in memberCursors(of: parent.type) {
            var type = field.type.canonical
            while type.isArray || type.kind == CXType_Pointer {
                type = type.isArray ? clang_getArrayElementType(type).canonical : clang_getPointeeType(type).canonical
            }
            if type.declaration == record { return field.spelling }
        }
        return nil
    }

    /// The members of a record in the order of the source, anonymous structs and unions as one member each.
    func memberCursors(of type: CXType) -> [CXCursor] {
        var members: [CXCursor] = []
        withUnsafeMutablePointer(to: &members) { pointer in
            _ = clang_Type_visitFields(
                type.canonical,
                { cursor, data in
                    data!.assumingMemoryBound(to: [CXCursor].self).pointee.append(cursor)
                    return CXVisit_Continue
                },
                pointer
            )
        }
        return members
    }
}
