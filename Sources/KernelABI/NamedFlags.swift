/// Flags whose bits have names in the kernel's headers.
public protocol NamedFlags: OptionSet, Hashable, Sendable, CustomStringConvertible
where RawValue: FixedWidthInteger & UnsignedInteger, Element == Self {
    /// Each flag with the kernel's name, in the order in which they are written.
    static var named: [(flag: Self, name: String)] { get }
}

extension NamedFlags {
    /// The flags of a list such as `CLONE_NEWUTS|CLONE_NEWPID`; `0` is the empty set, an unknown name gives nil.
    public init?(names text: some StringProtocol) {
        var flags: Self = []
        if text != "0" {
            for name in text.split(separator: "|", omittingEmptySubsequences: false) {
                guard let flag = Self.named.first(where: { $0.name == name })?.flag else { return nil }
                flags.formUnion(flag)
            }
        }
        self = flags
    }

    /// `CLONE_NEWUTS|CLONE_NEWPID`, `0` when empty, unnamed bits in hexadecimal.
    public var description: String {
        var names = Self.named.filter { contains($0.flag) }.map(\.name)
        let unnamed = subtracting(Self.named.reduce(into: []) { $0.formUnion($1.flag) })
        if !unnamed.isEmpty { names.append("0x" + String(unnamed.rawValue, radix: 16)) }
        return names.isEmpty ? "0" : names.joined(separator: "|")
    }
}
