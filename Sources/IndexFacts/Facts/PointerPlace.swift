/// Where a pointer to a function, or to a structure of such pointers, can be or come from.
///
/// Analyses of pointers are field-based: a member is one place, whatever structure holds it. Automatic variables are no
/// places of their own; what is put into one is what is read from it, anywhere in the function.
public enum PointerPlace: Hashable, Sendable {
    /// A function, whose address is taken.
    case function(Int)
    /// A variable at file scope, or one that outlives its function's calls, whose address is taken.
    case object(Int)
    /// The pointer in a member.
    case member(Int)
    /// The structure that a member is, by its address or as a whole.
    case embedded(Int)
    /// The pointer in a variable at file scope or in an array of such pointers.
    case variable(Int)
    /// A parameter of a function, from 0.
    case parameter(of: Int, position: Int)
    /// What a function returns.
    case result(of: Int)
    /// A parameter of whatever is called through a member, from 0.
    case parameterThrough(member: Int, position: Int)
    /// What is returned by whatever is called through a member.
    case resultThrough(member: Int)
    /// Something that is not followed: allocated memory, an integer, a pointer to a pointer.
    case unknown

    /// The symbol that the node belongs to.
    public var symbol: Int? {
        switch self {
        case .function(let symbol), .object(let symbol), .member(let symbol), .embedded(let symbol),
            .variable(let symbol), .parameter(let symbol, _), .result(let symbol), .parameterThrough(let symbol, _),
            .resultThrough(let symbol):
            symbol
        case .unknown: nil
        }
    }

    /// What the node is, as a database has it: from 0 for unknown to 9 for a result through a member.
    public var kind: Int {
        switch self {
        case .unknown: 0
        case .function: 1
        case .object: 2
        case .member: 3
        case .embedded: 4
        case .variable: 5
        case .parameter: 6
        case .result: 7
        case .parameterThrough: 8
        case .resultThrough: 9
        }
    }

    /// How many kinds there are.
    static let kinds = 10

    /// Which parameter it is; 0 for what is none.
    public var position: Int {
        switch self {
        case .parameter(_, let position), .parameterThrough(_, let position): position
        default: 0
        }
    }

    /// A node of its parts; nil for a kind that there is none of.
    public init?(kind: Int, symbol: Int, position: Int) {
        switch kind {
        case 0: self = .unknown
        case 1: self = .function(symbol)
        case 2: self = .object(symbol)
        case 3: self = .member(symbol)
        case 4: self = .embedded(symbol)
        case 5: self = .variable(symbol)
        case 6: self = .parameter(of: symbol, position: position)
        case 7: self = .result(of: symbol)
        case 8: self = .parameterThrough(member: symbol, position: position)
        case 9: self = .resultThrough(member: symbol)
        default: return nil
        }
    }
}
