/// What a call answers.
public enum Answer<Value: Sendable>: Sendable {
    /// The call did what it was asked.
    case success(Value)
    /// The call failed and left nothing behind.
    case refused(Refusal)
}

extension Answer: Equatable where Value: Equatable {}
extension Answer: Hashable where Value: Hashable {}

/// What a call did to the model, and everything that the kernel might have answered in that state.
///
/// Usually there is one answer. Where the kernel leaves it open, the others are ``alternatives``; each must have its
/// reason in the source. No rule that is modelled so far leaves anything open.
public struct Transition<Value: Sendable>: Sendable {
    /// The answer whose effects the model now has.
    public let answer: Answer<Value>
    /// What the kernel might have answered instead.
    public let alternatives: [Answer<Value>]

    init(_ answer: Answer<Value>, alternatives: [Answer<Value>] = []) {
        self.answer = answer
        self.alternatives = alternatives
    }

    static func success(_ value: Value) -> Transition { Transition(.success(value)) }
    static func refused(_ refusal: Refusal) -> Transition { Transition(.refused(refusal)) }

    /// The set of allowed answers, the one that was taken first.
    public var allowed: [Answer<Value>] { [answer] + alternatives }

    /// Why the answer is no success; nil where it is one.
    public var refusal: Refusal? {
        if case .refused(let refusal) = answer { refusal } else { nil }
    }

    /// The answer's value; nil where the call was refused.
    public var value: Value? {
        if case .success(let value) = answer { value } else { nil }
    }
}
