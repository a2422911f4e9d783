/// Whether a condition of the preprocessor holds, as far as the kernel's configuration tells.
struct ConditionValue {
    /// The configuration's value of an option, by its name with `CONFIG_`: `y`, `m`, a number, a text; nil when not set.
    let option: (String) -> String?
    private var tokens: [Substring] = []
    private var next = 0
    private var depth = 0

    init(option: @escaping (String) -> String?) { self.option = option }

    /// Nil where something else than options decides.
    mutating func holds(_ text: String) -> Bool? {
        tokens = ConditionValue.tokens(text)
        next = 0
        depth = 0
        let value = expression(0)
        return next == tokens.count ? value.map { $0 != 0 } : nil
    }

    private static func tokens(_ text: String) -> [Substring] {
        var tokens: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            if first == " " {
                rest = rest.dropFirst()
            } else if first.isLetter || first.isNumber || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(word)
                rest = rest[word.endIndex...]
            } else {
                let length = ["&&", "||", "==", "!=", "<=", ">=", "<<", ">>"].contains(rest.prefix(2)) ? 2 : 1
                tokens.append(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
        }
        return tokens
    }

    private static let strengths: [Substring: Int] = [
        "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5,
    ]

    /// An expression of operators at least as strong as a bound; nil for a value that is not known.
    private mutating func expression(_ least: Int) -> Int? {
        var left = operand()
        while next < tokens.count, let strength = ConditionValue.strengths[tokens[next]], strength >= least {
            let sign = tokens[next]
            next += 1
            let right = expression(strength + 1)
            left = ConditionValue.apply(sign, left, right)
        }
        return left
    }

    private static func apply(_ sign: Substring, _ left: Int?, _ right: Int?) -> Int? {
        // One side may decide alone.
        if sign == "&&", left == 0 || right == 0 { return 0 }
        if sign == "||", (left ?? 0) != 0 || (right ?? 0) != 0 { return 1 }
        guard let left, let right else { return nil }
        switch sign {
        case "&&", "||": return sign == "&&" ? 1 : 0
        case "==": return left == right ? 1 : 0
        case "!=": return left != right ? 1 : 0
        case "<": return left < right ? 1 : 0
        case ">": return left > right ? 1 : 0
        case "<=": return left <= right ? 1 : 0
        case ">=": return left >= right ? 1 : 0
        case "+": return left &+ right
        case "-": return left &- right
        default: return nil
        }
    }

    private mutating func operand() -> Int? {
        guard next < tokens.count, depth < 100 else { return nil }
        let token = tokens[next]
        next += 1
        switch token {
        case "!":
            depth += 1
            defer { depth -= 1 }
            return operand().map { $0 == 0 ? 1 : 0 }
        case "(":
            depth += 1
            defer { depth -= 1 }
            let value = expression(0)
            return take(")") ? value : nil
        case "defined":
            let isOpen = take("(")
            guard next < tokens.count else { return nil }
            let name = tokens[next]
            next += 1
            if isOpen { _ = take(")") }
            return defined(name)
        case "IS_ENABLED", "IS_BUILTIN", "IS_MODULE", "IS_REACHABLE":
            guard take("("), next < tokens.count else { return nil }
            let value = option(String(tokens[next]))
            next += 1
            guard take(")") else { return nil }
            switch token {
            case "IS_ENABLED": return value == "y" || value == "m" ? 1 : 0
            case "IS_BUILTIN": return value == "y" ? 1 : 0
            case "IS_MODULE": return value == "m" ? 1 : 0
            // Whether it can be reached from a module depends on what is compiled.
            default: return value == "y" ? 1 : value == "m" ? nil : 0
            }
        default:
            if let number = ConditionValue.number(token) { return number }
            guard token.hasPrefix("CONFIG_") else { return nil }
            switch option(String(token)) {
            case nil, "m": return 0
            case "y": return 1
            case .some(let text): return ConditionValue.number(text[...])
            }
        }
    }

    private func defined(_ name: Substring) -> Int? {
        guard name.hasPrefix("CONFIG_") else { return nil }
        if let value = option(String(name)) { return value == "m" ? 0 : 1 }
        // CONFIG_X_MODULE is defined where CONFIG_X is m.
        if name.hasSuffix("_MODULE"), option(String(name.dropLast("_MODULE".count))) == "m" { return 1 }
        return 0
    }

    private mutating func take(_ token: Substring) -> Bool {
        guard next < tokens.count, tokens[next] == token else { return false }
        next += 1
        return true
    }

    private static func number(_ text: Substring) -> Int? {
        var digits = text
        while let last = digits.last, "uUlL".contains(last) { digits = digits.dropLast() }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { return Int(digits.dropFirst(2), radix: 16) }
        return Int(digits)
    }
}
