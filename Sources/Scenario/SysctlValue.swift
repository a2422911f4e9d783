/// What is written to a setting.
public enum SysctlValue: Hashable, Sendable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// This number.
    case number(UInt32)
    /// The number that leaves room for so many further threads or pids, beside all that the machine has by then: `+3`. For the
    /// harness alone, which looks how many there are.
    case room(UInt32)

    /// The number of a literal.
    public init(integerLiteral value: UInt32) { self = .number(value) }

    /// The value of a text such as `4` or `+4`; nil for others, and for numbers above ``Sysctl/largest``.
    public init?(_ text: some StringProtocol) {
        let isRoom = text.hasPrefix("+")
        let digits = isRoom ? text.dropFirst() : text[...]
        guard digits.allSatisfy({ ("0"..."9").contains($0) }), let number = UInt32(digits), number <= Sysctl.largest
        else { return nil }
        self = isRoom ? .room(number) : .number(number)
    }

    /// `4`, `+4`
    public var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .room(let number): "+\(number)"
        }
    }
}
