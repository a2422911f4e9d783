public import IndexFacts

/// A place where a symbol is used, in the numbers of an index.
public struct StoredUse: Hashable, Sendable {
    /// The number of the file.
    public var file: Int64
    /// The line, from 1.
    public var line: Int
    /// The column, from 1.
    public var column: Int
    /// How it is used.
    public var role: ReferenceRole
    /// The number of the function or variable around it.
    public var within: Int64?
}

/// The uses of one symbol by one unit, as the table `reference` has them: some five bytes each, where rows with an index
/// over them would take forty.
///
/// A byte tells the role (3 bits), whether the file is that of the use before (8), whether something is around the use
/// (16), and whether it is what was around the use before (32). The file follows where it changes, then the difference of
/// the lines (0, -1, 1, -2… as 0, 1, 2, 3…), the column, and what is around the use where that changes; all in base 128.
public enum UseList {
    /// Appends to a list.
    struct Writer {
        private(set) var bytes: [UInt8] = []
        private var file: Int64 = 0
        private var line = 0
        private var within: Int64 = 0

        mutating func append(file: Int64, line: Int, column: Int, role: Int, within: Int64?) {
            var head = UInt8(role)
            if file == self.file { head |= 8 }
            if let within { head |= within == self.within ? 48 : 16 }
            bytes.append(head)
            if file != self.file {
                bytes.append(base128: UInt64(file))
                self.line = 0
            }
            let step = line - self.line
            bytes.append(base128: UInt64(step < 0 ? -2 * step - 1 : 2 * step))
            bytes.append(base128: UInt64(column))
            if let within, within != self.within {
                bytes.append(base128: UInt64(within))
                self.within = within
            }
            self.file = file
            self.line = line
        }
    }

    /// Reads a list.
    ///
    /// - Throws: ``MalformedBytes`` for what is no list.
    public static func decoded(_ bytes: [UInt8]) throws(MalformedBytes) -> [StoredUse] {
        var reader = ByteReader(bytes)
        var uses: [StoredUse] = []
        var last = StoredUse(file: 0, line: 0, column: 0, role: .read, within: nil)
        var within: Int64 = 0
        let roles = ReferenceRole.allCases
        let limit = 1 << 40
        while !reader.isAtEnd {
            let head = try reader.byte()
            guard head < 64, Int(head & 7) < roles.count else { throw MalformedBytes(offset: 0) }
            if head & 8 == 0 {
                last.file = Int64(try reader.index(below: limit))
                last.line = 0
            }
            let step = try reader.index(below: limit)
            last.line += step % 2 == 0 ? step / 2 : -(step / 2) - 1
            guard (0..<limit).contains(last.line) else { throw MalformedBytes(offset: 0) }
            last.column = try reader.index(below: limit)
            if head & 48 == 16 { within = Int64(try reader.index(below: limit)) }
            last.within = head & 16 == 0 ? nil : within
            last.role = roles[Int(head & 7)]
            uses.append(last)
        }
        return uses
    }
}

/// Ascending numbers as bytes: the differences in base 128.
public enum NumberList {
    static func encoded(_ numbers: [Int64]) -> [UInt8] {
        var writer = ByteWriter()
        var last: Int64 = 0
        for number in numbers {
            writer.write(UInt64(number - last))
            last = number
        }
        return writer.bytes
    }

    /// Reads a list.
    ///
    /// - Throws: ``MalformedBytes`` for what is no list.
    public static func decoded(_ bytes: [UInt8]) throws(MalformedBytes) -> [Int64] {
        var reader = ByteReader(bytes)
        var numbers: [Int64] = []
        var last: Int64 = 0
        while !reader.isAtEnd {
            last += Int64(try reader.index(below: 1 << 40))
            guard last < 1 << 41 else { throw MalformedBytes(offset: 0) }
            numbers.append(last)
        }
        return numbers
    }
}

extension FactReader {
    /// The uses of a symbol, each once, in the order of files by number, and of lines.
    func uses(of symbol: Int64) throws -> [StoredUse] {
        var uses: Set<StoredUse> = []
        try each("SELECT uses FROM reference WHERE symbol = ?", [symbol]) { row in
            uses.formUnion(try UseList.decoded(try row.bytes(0)))
        }
        return uses.sorted { left, right in
            let one = (left.file, left.line, left.column)
            let other = (right.file, right.line, right.column)
            if one != other { return one < other }
            // One place has several uses in a file that is included many times, with other macros.
            return (left.role.rawValue, left.within ?? 0) < (right.role.rawValue, right.within ?? 0)
        }
    }

    /// Where a use is.
    func place(of use: StoredUse) throws -> LocatedLine {
        LocatedLine(file: try path(ofFile: use.file), line: use.line, column: use.column)
    }
}
