import KernelABI

/// How the kernel reads a number of 32 bits: `kstrtoint(strstrip(buf), 0, …)`, `lib/kstrtox.c`.
enum IntegerText {
    /// The number of a text; nil for the empty text, which is no write at all.
    ///
    /// - Parameter hasMax: `max` stands for `INT_MAX`.
    static func number(of text: [UInt8], hasMax: Bool = false) -> Answer<Int32?> {
        let stripped: ArraySlice<UInt8>
        switch PidsMaxText.received(text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(nil)
        case .success(let received?): stripped = received
        }
        if hasMax, stripped.elementsEqual("max".utf8) { return .success(Int32.max) }
        switch KernelNumber(of: stripped) {
        case .overflow: return .refused(Refusal(.intOverflow, .ERANGE))
        case .noDigit: return .refused(Refusal(.intNoNumber, .EINVAL))
        case .rest: return .refused(Refusal(.intRest, .EINVAL))
        case .tooLow: return .refused(Refusal(.intTooLow, .ERANGE))
        case .tooHigh: return .refused(Refusal(.intTooHigh, .ERANGE))
        case .number(let number):
            guard let narrow = Int32(exactly: number) else { return .refused(Refusal(.intRange, .ERANGE)) }
            return .success(narrow)
        }
    }
}
