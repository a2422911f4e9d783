/// Why bytes are no type information that can be relied on.
///
/// Offsets are in bytes from the start of the bytes, type numbers count from 1 as in the format.
public enum BTFError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end before what starts at an offset.
    case truncated(offset: Int)
    /// The first two bytes are not `BTF_MAGIC` in this machine's order of bytes.
    case notBTF
    /// The format has a version that is not known here.
    case unknownVersion(Int)
    /// The header's sections do not lie in the bytes, or the text section does not begin and end with a zero byte.
    case badSections
    /// A type is of a kind that is not known here, and the bytes do not say how long it is.
    case unknownKind(Int, type: Int)
    /// A type refers to a text that the text section does not have.
    case badText(offset: Int)
    /// A type refers to one that there is not, or that cannot stand there.
    case badReference(to: Int)
    /// Types refer to each other without end, or are nested deeper than any that a compiler writes.
    case tooDeep(type: Int)
    /// A name that has to be one of C's is none.
    case badName(type: Int)
    /// A size or an offset is larger than the format can mean.
    case badNumber(type: Int)

    /// One line that says what is wrong.
    public var description: String {
        switch self {
        case .truncated(let offset): "the type information ends within what begins at byte \(offset)"
        case .notBTF: "the bytes do not begin as type information in this machine's order of bytes does"
        case .unknownVersion(let version): "type information of version \(version) is not known here"
        case .badSections: "the sections of the type information do not lie within it"
        case .unknownKind(let kind, let type): "type \(type) is of a kind that is not known here: \(kind)"
        case .badText(let offset): "there is no text at byte \(offset) of the type information's texts"
        case .badReference(let type): "a type refers to type \(type), which cannot stand there"
        case .tooDeep(let type): "type \(type) is nested without end"
        case .badName(let type): "the name of type \(type), or of one of its members, is none of C's"
        case .badNumber(let type): "a size or an offset of type \(type) is out of range"
        }
    }
}
