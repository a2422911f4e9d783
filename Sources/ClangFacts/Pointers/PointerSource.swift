import IndexFacts

/// Where a pointer comes from, while a function is walked through.
enum PointerSource: Hashable {
    /// A place that other functions may know.
    case node(PointerPlace)
    /// An automatic variable or a parameter, by the node of its declaration.
    case local(UInt)
}
