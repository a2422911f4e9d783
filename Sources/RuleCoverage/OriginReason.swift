import KernelIndex
import KernelModel

/// Why the model has no rule for a place where the kernel's errors start.
///
/// It is keyed by function, error and condition, never by line, so that it holds across versions.
struct OriginReason: Sendable {
    /// Whether the model is to stay without.
    enum Kind: Sendable {
        /// The model leaves it out on purpose.
        case out
        /// The model could have a rule and has none yet.
        case notYet
    }

    var kind: Kind
    /// In the reader's words: `memory exhaustion`.
    var text: String
    var function: String
    /// The error's name.
    var errno: String
    /// The condition that decides, in the source's words, white space folded; one that ends with `…` stands for all that
    /// begin so. Empty where no condition decides.
    var condition: String

    /// Whether it speaks of an origin.
    func covers(_ origin: ErrorOrigin) -> Bool {
        guard origin.function.name == function, origin.errno == errno else { return false }
        let decisive = origin.condition ?? ""
        return condition.hasSuffix("…") ? decisive.hasPrefix(condition.dropLast()) : decisive == condition
    }

    /// Reasons of one text, function by function.
    static func list(
        _ kind: Kind,
        _ text: String,
        _ origins: [(function: String, errno: String, conditions: [String])]
    ) -> [OriginReason] {
        origins.flatMap { origin in
            origin.conditions.map {
                OriginReason(kind: kind, text: text, function: origin.function, errno: origin.errno, condition: $0)
            }
        }
    }
}
