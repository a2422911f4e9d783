/// What `kernaut-cc` wrote down about one unit.
enum CompilationRecord {
    /// Reads a record: directory, object, source, compiler and its arguments, each ended by a NUL byte.
    ///
    /// - Returns: nil for what is no complete record.
    static func command(from bytes: [UInt8]) -> CompileCommand? {
        guard bytes.last == 0 else { return nil }
        let parts = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count > 4 else { return nil }
        return CompileCommand(
            directory: parts[0],
            file: Path.absolute(parts[2], in: parts[0]),
            arguments: Array(parts[3...])
        )
    }

    /// Where the record of an object stands: `a/.b.o.kernaut` of `a/b.o`.
    static func path(ofObject object: String) -> String {
        Path.join(Path.parent(object), ".\(Path.name(object)).kernaut")
    }
}
