import KernelABI

/// How the kernel reads what is written to `pids.max`.
enum PidsMaxText {
    /// `cgroup_kf_ops.atomic_write_len`, `kernel/cgroup/cgroup.c`: `PAGE_SIZE` of x86-64.
    static let pageSize = 4096

    /// The limit of a text, by `kernfs_fop_write_iter`, `pids_max_write` and `kstrtoll`; nil for the empty text, which
    /// is no write at all.
    static func limit(of text: [UInt8]) -> Answer<Int64?> {
        let stripped: ArraySlice<UInt8>
        switch received(text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(nil)
        case .success(let received?): stripped = received
        }
        if stripped.elementsEqual("max".utf8) { return .success(PidsCgroup.unlimited) }
        switch KernelNumber(of: stripped) {
        case .overflow: return .refused(Refusal(.pidsMaxOverflow, .ERANGE))
        case .noDigit: return .refused(Refusal(.pidsMaxNoNumber, .EINVAL))
        case .rest: return .refused(Refusal(.pidsMaxRest, .EINVAL))
        case .tooLow: return .refused(Refusal(.pidsMaxTooLow, .ERANGE))
        case .tooHigh: return .refused(Refusal(.pidsMaxTooHigh, .ERANGE))
        case .number(let number):
            guard (0..<PidsCgroup.unlimited).contains(number) else { return .refused(Refusal(.pidsMaxRange, .EINVAL)) }
            return .success(number)
        }
    }

    /// What a write brings to a file's own function, stripped; nil for the empty text.
    static func received(_ text: [UInt8]) -> Answer<ArraySlice<UInt8>?> {
        if text.isEmpty { return .success(nil) }
        if text.count > pageSize { return .refused(Refusal(.writeTooLong, .E2BIG)) }
        return .success(strstrip(text.prefix { $0 != 0 }))
    }

    /// `strstrip`, with `isspace` of `lib/ctype.c`, for which 0xa0 is a space too.
    static func strstrip(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { (9...13).contains(byte) || byte == 0x20 || byte == 0xa0 }
        var rest = text
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest.drop(while: isSpace)
    }
}
