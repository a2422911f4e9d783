/// How the processes of a bomb go about forking.
public struct BombWorkload: Hashable, Sendable {
    /// What a process does whose fork was refused.
    public enum OnRefusal: String, CaseIterable, Hashable, Sendable {
        /// It tries again in the next round.
        case retry
        /// It forks no more, and lives on.
        case giveUp = "give-up"
        /// It ends at once, with status 1.
        case exit
    }

    /// The named process alone forks; else every process of the bomb does.
    public var isLinear: Bool
    /// What a process does whose fork was refused.
    public var onRefusal: OnRefusal
    /// A child ends with status 0 at the end of the round that is so many after the one that made it, from 0; nil: it does not
    /// end by itself.
    public var lifetime: Int?
    /// Whether a process waits for each child of the bomb that ends by its workload. One whose own parent has ended has nobody
    /// who waits.
    public var reaps: Bool

    /// Makes a workload.
    public init(isLinear: Bool = false, onRefusal: OnRefusal = .retry, lifetime: Int? = nil, reaps: Bool = true) {
        self.isLinear = isLinear
        self.onRefusal = onRefusal
        self.lifetime = lifetime
        self.reaps = reaps
    }

    /// Every process forks in every round, and none ends: the shell's `:(){ :|:& };:`.
    public static let binary = BombWorkload()
}
