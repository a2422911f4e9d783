/// How many facts of each kind an index holds, or a run has written.
public struct FactCounts: Hashable, Sendable, Codable {
    /// Symbols.
    public var symbols = 0
    /// Definitions and declarations.
    public var definitions = 0
    /// References, macro expansions included.
    public var references = 0
    /// Direct calls.
    public var calls = 0
    /// Calls through a member.
    public var dispatches = 0
    /// Functions put into members.
    public var registrations = 0
    /// Functions passed as arguments.
    public var arguments = 0
    /// Ways of pointers from one place to another.
    public var flows = 0
    /// Calls of pointers other than through a member.
    public var pointerCalls = 0
    /// Complete structs and unions.
    public var records = 0
    /// Members.
    public var fields = 0
    /// Bodies of system calls.
    public var systemCalls = 0
    /// Error constants that start their way out of a function.
    public var errorOrigins = 0
    /// Calls whose error is handed on.
    public var errorPassages = 0

    /// Makes counts of nothing.
    public init() {}
}
