import CLibclang
import Glibc

/// A name that libclang owns, read where it is: a Swift string of each name would cost more than the facts.
struct CXStringName {
    private let string: CXString

    /// The name of a declaration, macro or expansion.
    init(of cursor: CXCursor) { string = clang_getCursorSpelling(cursor) }

    /// Gives the name back.
    func dispose() { clang_disposeString(string) }

    /// The name's bytes, without the number at the end of a name that the kernel's macros make unique by counting.
    /// The count says how many such names came before, which depends on the unit and means nothing to a reader.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let text = clang_getCString(string) else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        var count = strlen(text)
        if text[0] == 0x5f, strncmp(text, "__UNIQUE_ID_", 12) == 0 || strncmp(text, "__compiletime_", 14) == 0 {
            while count > 0, (0x30...0x39).contains(text[count - 1]) { count -= 1 }
        }
        return body(UnsafeRawBufferPointer(start: text, count: count))
    }

    /// The name as text, likewise.
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension CXCursor {
    /// The name of a function or variable, without a count that macros add to make it unique.
    var stableSpelling: String {
        let name = CXStringName(of: self)
        defer { name.dispose() }
        return name.text
    }
}
