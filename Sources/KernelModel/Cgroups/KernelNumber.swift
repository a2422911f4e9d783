/// What `kstrtoll` with base 0 makes of a text, `lib/kstrtox.c`. Who called it turns that into an error of its own.
enum KernelNumber: Hashable {
    /// A number of 64 bits.
    case number(Int64)
    /// `rv & KSTRTOX_OVERFLOW`: more than 64 bits, whatever the sign.
    case overflow
    /// `rv == 0`: not one digit.
    case noDigit
    /// `*s`: something behind the digits.
    case rest
    /// `(long long)-tmp > 0`: below what 64 bits with a sign hold.
    case tooLow
    /// `(long long)tmp < 0`: above that.
    case tooHigh

    /// `kstrtoll`
    init(of text: ArraySlice<UInt8>) {
        let isNegative = text.first == UInt8(ascii: "-")
        let hasSign = isNegative || text.first == UInt8(ascii: "+")
        switch Magnitude(of: Array(hasSign ? text.dropFirst() : text)) {
        case .overflow: self = .overflow
        case .noDigit: self = .noDigit
        case .rest: self = .rest
        case .number(let magnitude) where isNegative:
            guard magnitude <= Int64.min.magnitude else {
                self = .tooLow
                return
            }
            self = .number(0 &- Int64(bitPattern: magnitude))
        case .number(let magnitude):
            guard magnitude <= Int64.max.magnitude else {
                self = .tooHigh
                return
            }
            self = .number(Int64(magnitude))
        }
    }
}

/// `_kstrtoull` with base 0: hexadecimal after `0x`, octal after `0`, else decimal. The newline that may follow is taken away by
/// `strstrip` wherever a file is written.
private enum Magnitude {
    case number(UInt64)
    case overflow
    case noDigit
    case rest

    init(of bytes: [UInt8]) {
        var radix: UInt64 = 10
        var position = 0
        if bytes.first == UInt8(ascii: "0") {
            radix = 8
            if bytes.count > 2, bytes[1] | 0x20 == UInt8(ascii: "x"), Magnitude.digit(bytes[2]) != nil {
                radix = 16
                position = 2
            }
        }
        let start = position
        var number: UInt64 = 0
        var overflowed = false
        while position < bytes.count, let value = Magnitude.digit(bytes[position]), value < radix {
            let (product, tooLarge) = number.multipliedReportingOverflow(by: radix)
            let (sum, tooLargeStill) = product.addingReportingOverflow(value)
            if tooLarge || tooLargeStill { overflowed = true }
            number = sum
            position += 1
        }
        if overflowed {
            self = .overflow
            return
        }
        if position == start {
            self = .noDigit
            return
        }
        self = position == bytes.count ? .number(number) : .rest
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        default:
            switch byte | 0x20 {
            case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64((byte | 0x20) - UInt8(ascii: "a") + 10)
            default: nil
            }
        }
    }
}
