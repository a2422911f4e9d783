import Glibc

/// What is written to a file that lists who is in a cgroup: it moves the process of the number that it is read as.
enum MemberText {
    /// The pid that a kernel may read out of a text, 0 for the writer's own; nil where it can only be refused, or nobody has
    /// such a pid: `PID_MAX_LIMIT` and above.
    static func pid(of text: String) -> Int? {
        var bytes = Array(text.utf8.prefix { $0 != 0 })
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        bytes = Array(bytes.drop(while: isSpace))
        guard !bytes.isEmpty else { return nil }
        let text = bytes.map { CChar(bitPattern: $0) } + [0]
        return text.withUnsafeBufferPointer { text -> Int? in
            var end: UnsafeMutablePointer<CChar>?
            let number = strtol(text.baseAddress!, &end, 0)
            let length = UnsafePointer(end!) - text.baseAddress!
            return length == bytes.count && (0..<4_194_304).contains(number) ? number : nil
        }
    }

    /// `isspace` of `lib/ctype.c`
    private static func isSpace(_ byte: UInt8) -> Bool { (9...13).contains(byte) || byte == 0x20 || byte == 0xa0 }
}
