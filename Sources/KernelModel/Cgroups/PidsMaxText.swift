import KernelABI

/// How the kernel reads what is written to `pids.max`.
enum PidsMaxText {
    /// `cgroup_kf_ops.atomic_write_len`, `kernel/cgroup/cgroup.c`: `PAGE_SIZE` of x86-64.
    static let pageSize = 4096

    /// The limit of a text, by `kernfs_fop_write_iter`, `pids_max_write` and `kstrtoll`; nil for the empty text, which
    /// is no write at all.
    static func limit(of text: [UInt8]) -> Answer<Int64?> {
        if text.isEmpty { return .success(nil) }
        if text.count > pageSize { return .refused(Refusal(.writeTooLong, Errno(rawValue: 7))) }
        let stripped = strstrip(text.prefix { $0 != 0 })
        if stripped.elementsEqual("max".utf8) { return .success(PidsCgroup.unlimited) }
        switch kstrtoll(stripped) {
        case .refused(let refusal): return .refused(refusal)
        case .success(let number):
            guard (0..<PidsCgroup.unlimited).contains(number) else { return .refused(Refusal(.pidsMaxRange, .EINVAL)) }
            return .success(number)
        }
    }

    /// `strstrip`, with `isspace` of `lib/ctype.c`, for which 0xa0 is a space too.
    static func strstrip(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { (9...13).contains(byte) || byte == 0x20 || byte == 0xa0 }
        var rest = text
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest.drop(while: isSpace)
    }

    /// `kstrtoll` with base 0, `lib/kstrtox.c`.
    static func kstrtoll(_ text: ArraySlice<UInt8>) -> Answer<Int64> {
        let isNegative = text.first == UInt8(ascii: "-")
        let hasSign = isNegative || text.first == UInt8(ascii: "+")
        switch kstrtoull(hasSign ? text.dropFirst() : text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(let magnitude):
            let largest = UInt64(Int64.max) + (isNegative ? 1 : 0)
            guard magnitude <= largest else { return .refused(Refusal(.pidsMaxOverflow, .ERANGE)) }
            let number = Int64(bitPattern: magnitude)
            return .success(isNegative ? 0 &- number : number)
        }
    }

    /// `_kstrtoull` with base 0: hexadecimal after `0x`, octal after `0`, else decimal; one newline may follow.
    private static func kstrtoull(_ text: ArraySlice<UInt8>) -> Answer<UInt64> {
        let bytes = Array(text)
        var radix: UInt64 = 10
        var position = 0
        if bytes.first == UInt8(ascii: "0") {
            radix = 8
            if bytes.count > 2, bytes[1] | 0x20 == UInt8(ascii: "x"), digit(bytes[2]) != nil {
                radix = 16
                position = 2
            }
        }
        let start = position
        var number: UInt64 = 0
        var overflowed = false
        while position < bytes.count, let value = digit(bytes[position]), value < radix {
            let (product, tooLarge) = number.multipliedReportingOverflow(by: radix)
            let (sum, tooLargeStill) = product.addingReportingOverflow(value)
            if tooLarge || tooLargeStill { overflowed = true }
            number = sum
            position += 1
        }
        if overflowed { return .refused(Refusal(.pidsMaxOverflow, .ERANGE)) }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        guard position > start, position == bytes.count else { return .refused(Refusal(.pidsMaxNoNumber, .EINVAL)) }
        return .success(number)
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
