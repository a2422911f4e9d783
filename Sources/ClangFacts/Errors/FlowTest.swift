/// What a condition says about variables, as far as it matters to one that holds an error.
indirect enum FlowTest {
    /// Nothing that matters.
    case unknown
    /// The condition is a constant.
    case constant(Bool)
    /// The variable is not 0, is negative, is an error pointer: true for every error.
    case isError(Int)
    /// The variable is this error.
    case equals(Int, String)
    /// The opposite.
    case not(FlowTest)
    /// Both hold.
    case both(FlowTest, FlowTest)
    /// One of them holds.
    case either(FlowTest, FlowTest)

    /// The answer when a variable holds an error; nil when that leaves it open.
    ///
    /// - Parameter errno: the error's name; nil when it may be any.
    func answer(_ variable: Int, holds errno: String?) -> Bool? {
        switch self {
        case .unknown: return nil
        case .constant(let value): return value
        case .isError(let tested): return tested == variable ? true : nil
        case .equals(let tested, let name): return tested == variable ? errno.map { $0 == name } : nil
        case .not(let test): return test.answer(variable, holds: errno).map { !$0 }
        case .both(let left, let right):
            let answers = (left.answer(variable, holds: errno), right.answer(variable, holds: errno))
            if answers.0 == false || answers.1 == false { return false }
            return answers.0 == true && answers.1 == true ? true : nil
        case .either(let left, let right):
            let answers = (left.answer(variable, holds: errno), right.answer(variable, holds: errno))
            if answers.0 == true || answers.1 == true { return true }
            return answers.0 == false && answers.1 == false ? false : nil
        }
    }

    /// The answer when it depends on no variable.
    var fixed: Bool? {
        switch self {
        case .constant(let value): value
        case .not(let test): test.fixed.map { !$0 }
        case .both(let left, let right): FlowTest.all(left.fixed, right.fixed, of: false)
        case .either(let left, let right): FlowTest.all(left.fixed, right.fixed, of: true)
        default: nil
        }
    }

    /// Two answers put together: `deciding` decides alone, its opposite only when both agree. Each side was asked once:
    /// the kernel's macros nest conditions dozens deep, and to ask again at each depth takes twice as long for each.
    private static func all(_ left: Bool?, _ right: Bool?, of deciding: Bool) -> Bool? {
        if left == deciding || right == deciding { return deciding }
        return left == nil || right == nil ? nil : !deciding
    }
}
