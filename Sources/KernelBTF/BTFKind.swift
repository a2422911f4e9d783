/// What a type is: `BTF_KIND_*` of `include/uapi/linux/btf.h`.
enum BTFKind: Int {
    case void = 0
    case int = 1
    case pointer
    case array
    case structure
    case union
    case enumeration
    case forward
    case typedef
    case volatile
    case const
    case restrict
    case function
    case functionPrototype
    case variable
    case dataSection
    case float
    case declarationTag
    case typeTag
    case enumeration64

    /// How many bytes follow `struct btf_type`: once, and for each of its `vlen` elements.
    var tail: (once: Int, each: Int) {
        switch self {
        case .int, .variable, .declarationTag: (4, 0)
        case .array: (12, 0)
        case .structure, .union, .dataSection, .enumeration64: (0, 12)
        case .enumeration, .functionPrototype: (0, 8)
        case .void, .pointer, .forward, .typedef, .volatile, .const, .restrict, .function, .float, .typeTag: (0, 0)
        }
    }

    var isRecord: Bool { self == .structure || self == .union }
}

/// `struct btf_type`, and where what follows it begins.
struct BTFType {
    /// Its number; 0 is `void`, which no bytes stand for.
    let id: Int
    let kind: BTFKind
    /// Where its name is among the texts; 0 for none.
    let nameOffset: Int
    /// How many members, parameters or values follow.
    let count: Int
    /// `kind_flag`: in a record, that the members' offsets hold the sizes of bit-fields too.
    let flag: Bool
    /// A size in bytes or the number of another type, as the kind has it.
    let sizeOrType: Int
    /// The offset, in bytes, of what follows.
    let tail: Int
}
