/// A place where an error constant starts its way out of a function.
public struct ErrorOriginFact: Hashable, Sendable {
    /// The function whose caller gets the error.
    public var function: Int
    /// The constant's name: `EAGAIN`.
    public var errno: String
    /// The condition that decides, in the source's words, `!(…)` around it where it must not hold; nil when nothing
    /// stands between the function's start and the error.
    public var condition: String?
    /// The line on which the condition starts.
    public var decisionLine: Int?
    /// The conditions of the `if` and `switch` statements around the decision, the outermost first, one a line.
    public var surroundings: String?
    /// Where the constant stands.
    public var place: Place

    /// Makes an origin.
    public init(
        function: Int,
        errno: String,
        condition: String?,
        decisionLine: Int?,
        surroundings: String?,
        place: Place
    ) {
        self.function = function
        self.errno = errno
        self.condition = condition
        self.decisionLine = decisionLine
        self.surroundings = surroundings
        self.place = place
    }
}
