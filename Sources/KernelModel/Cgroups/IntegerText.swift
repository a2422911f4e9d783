import KernelABI

/// How the kernel reads a number of 32 bits: `kstrtoint(strstrip(buf), 0, …)`, `lib/kstrtox.c`.
enum IntegerText {
    /// The number of a text; nil for the empty text, which is no write at all.
    ///
    /// - Parameter hasMax: `max` stands for `INT_MAX`.
    static func number(of text: [UInt8], hasMax: Bool = false) -> Answer<Int32?> {
        if text.isEmpty { return .success(nil) }
        if text.count > PidsMaxText.pageSize { return .refused(Refusal(.writeTooLong, Errno(rawValue: 7))) }
        let stripped = PidsMaxText.strstrip(text.prefix { $0 != 0 })
        if hasMax, stripped.elementsEqual("max".utf8) { return .success(Int32.max) }
        switch PidsMaxText.kstrtoll(stripped) {
        case .refused(let refusal):
            return .refused(
                refusal.rule == .pidsMaxOverflow ? Refusal(.intOverflow, .ERANGE) : Refusal(.intNoNumber, .EINVAL)
            )
        case .success(let number):
            guard let narrow = Int32(exactly: number) else { return .refused(Refusal(.intRange, .ERANGE)) }
            return .success(narrow)
        }
    }
}
