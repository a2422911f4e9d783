import CLibclang

/// A name that libclang owns, read where it is: a Swift string of each name would cost more than the facts.
struct CXStringName {
    private let string: CXString

    /// The name of a declaration, macro or expansion.
    init(of cursor: CXCursor) { string = clang_getCursorSpelling(cursor) }

    /// Gives the name back.
    func dispose() { clang_disposeString(string) }

    /// The name's bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let text = clang_getCString(string) else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        var count = 0
        while text[count] != 0 { count += 1 }
        return body(UnsafeRawBufferPointer(start: text, count: count))
    }

    /// The name as text.
    var text: String { clang_getCString(string).map { String(cString: $0) } ?? "" }
}
