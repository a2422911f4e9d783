import KernelABI

/// What is written to `timens_offsets` and read from it: `timens_offsets_write`, `fs/proc/base.c`.
enum TimensOffsetsText {
    /// An offset and whose it is.
    struct Line {
        let clock: any WritableKeyPath<TimensOffsets, TimensOffset> & Sendable
        let offset: TimensOffset
    }

    /// Whether an offset leaves a clock within its range.
    enum Range {
        case within
        case beyond
        /// It depends on what the machine's clock says.
        case open
    }

    private static let nanosecondsPerSecond: Int64 = 1_000_000_000
    /// `KTIME_SEC_MAX`, `include/linux/ktime.h`
    static let ktimeSecMax: Int64 = 9_223_372_036
    /// No machine runs for so many seconds, which are more than thirty years.
    private static let longestUptime: Int64 = 1_000_000_000

    /// `show_offset`, `kernel/time/namespace.c`
    static func line(_ clock: String, _ offset: TimensOffset) -> String {
        let name = clock + String(repeating: " ", count: max(0, 10 - clock.utf8.count))
        return "\(name) \(padded(offset.seconds, 10)) \(padded(offset.nanoseconds, 9))\n"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: " ", count: max(0, width - digits.utf8.count)) + digits
    }

    /// `proc_timens_set_offset`: the sum of a clock and its offset is not negative, and at most half of `KTIME_SEC_MAX`. The
    /// clock says how long the machine has been running.
    static func range(of seconds: Int64) -> Range {
        if seconds > ktimeSecMax / 2 || seconds < -longestUptime { return .beyond }
        return seconds < 0 || seconds > ktimeSecMax / 2 - longestUptime ? .open : .within
    }

    /// The first two lines; what is behind them is not read. A newline at the end begins no line.
    ///
    /// - Returns: nil where a number is one that nobody writes.
    static func lines(of text: [UInt8]) -> Answer<[Line]>? {
        var lines: [Line] = []
        var rest = text[...]
        while lines.count < 2 {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(end ?? rest.endIndex)]
            guard let scanned = scan(line) else { return .refused(Refusal(.timensOffsetsLine, .EINVAL)) }
            guard let offset = scanned.offset else { return nil }
            guard offset.nanoseconds < nanosecondsPerSecond else {
                return .refused(Refusal(.timensOffsetsLine, .EINVAL))
            }
            guard let clock = clocks[scanned.clock] else { return .refused(Refusal(.timensOffsetsClock, .EINVAL)) }
            lines.append(Line(clock: clock, offset: offset))
            guard let end, end + 1 < rest.endIndex else { break }
            rest = rest[(end + 1)...]
        }
        return .success(lines)
    }

    /// By name, or by number as `clock_gettime` has it.
    private static let clocks: [[UInt8]: any WritableKeyPath<TimensOffsets, TimensOffset> & Sendable] = [
        Array("monotonic".utf8): \.monotonic, Array("1".utf8): \.monotonic,
        Array("boottime".utf8): \.boottime, Array("7".utf8): \.boottime,
    ]

    /// `sscanf` with `%9s %lld %lu`: a word of at most nine characters and two numbers, with or without white space between;
    /// what follows does no harm. Nil where it does not find three.
    private static func scan(_ line: ArraySlice<UInt8>) -> (clock: [UInt8], offset: TimensOffset?)? {
        var rest = line.drop(while: isSpace)
        let clock = rest.prefix(9).prefix { !isSpace($0) }
        rest = rest.dropFirst(clock.count).drop(while: isSpace)
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        guard !clock.isEmpty, let seconds = digits(&rest) else { return nil }
        rest = rest.drop(while: isSpace)
        guard let nanoseconds = digits(&rest) else { return nil }
        guard let seconds = Int64(seconds), let nanoseconds = signed(nanoseconds) else { return (Array(clock), nil) }
        return (Array(clock), TimensOffset(seconds: isNegative ? -seconds : seconds, nanoseconds: nanoseconds))
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> String? {
        let found = rest.prefix(while: isDigit)
        rest = rest.dropFirst(found.count)
        return found.isEmpty ? nil : String(decoding: found, as: UTF8.self)
    }

    /// Nanoseconds are read without a sign and kept with one: those from 2^63 on become less than nothing. Of these, more than
    /// a second has a kernel that takes them count seconds for hours (`set_normalized_timespec64`), and is not for programs.
    private static func signed(_ digits: String) -> Int64? {
        guard let number = UInt64(digits) else { return nil }
        let kept = Int64(bitPattern: number)
        return kept > -nanosecondsPerSecond ? kept : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// `isspace`, `include/linux/ctype.h`, of ASCII.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte) }
}
