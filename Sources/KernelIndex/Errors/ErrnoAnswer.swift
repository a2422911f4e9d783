/// An origin of an error, with the way that the error takes.
public struct ErrnoOrigin: Sendable {
    /// Where the error starts.
    public let origin: ErrorOrigin
    /// The calls from the function that was asked about down to the origin's; a shortest way among those on which each
    /// caller hands the error on.
    public let path: [CallEdge]
    /// The limit behind it, where there is one.
    public let knob: Knob?

    /// The functions on the way: the one that was asked about first, the origin's last.
    public var functions: [Symbol] { [path.first?.caller ?? origin.function] + path.map(\.callee) }
}

/// A function or field at the edge of a walk that stays in some functions.
public struct ErrnoEdge: Sendable {
    /// What is called and hands an error back.
    public let callee: Symbol
    /// The field that it is called through, where there is one.
    public let field: Symbol?
}

/// What `errno` found.
public struct ErrnoAnswer: Sendable {
    /// The functions that the name stands for.
    public let starts: [Symbol]
    /// The origins: those with a limit behind them that is at most eight calls away first, then by the number of calls
    /// and by place.
    public let origins: [ErrnoOrigin]
    /// How many more origins there are behind these.
    public let farther: Int
    /// How many functions were walked through.
    public let functions: Int
    /// Functions whose error would be handed on, but that no indexed file defines, by name.
    public let outside: [String]
    /// Fields that are called through and whose error would be handed on, but that no indexed file stores a function in.
    public let unregistered: [String]
    /// How many more functions hand errors on, deeper than was asked for.
    public let deeper: Int
    /// Of a walk that stays in some functions: the functions and fields at their edge whose errors are handed on.
    public let beyond: [ErrnoEdge]
    /// What a reader has to know: which namesake was taken, what was left out.
    public let notes: [String]
}
