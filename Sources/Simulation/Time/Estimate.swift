/// A figure with how far off it may be: the ends come from the quartiles of what was measured.
public struct Estimate: Hashable, Sendable {
    /// The lower end.
    public var low: Double
    /// From the medians.
    public var middle: Double
    /// The upper end.
    public var high: Double

    /// Makes an estimate.
    public init(low: Double, middle: Double, high: Double) {
        self.low = low
        self.middle = middle
        self.high = high
    }
}
