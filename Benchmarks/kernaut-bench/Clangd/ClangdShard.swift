import CZlib
import Failure
import Foundation

/// What clangd has stored of one file: an index file of its version 19 (Debian's clangd-19), a RIFF container of the
/// kind `CdIx`.
struct ClangdShard {
    /// Where something is, lines and columns from 0.
    struct Location: Hashable {
        var uri: String
        var line: Int
        var column: Int
    }

    /// One use of a symbol, its declarations among them.
    struct Use {
        var symbol: UInt64
        var location: Location
        /// Whether the text there is the symbol's name; else a macro brings it.
        var isSpelled: Bool
        /// Whether it is a declaration or definition.
        var isDeclaration: Bool
    }

    /// A symbol's name, and clang's number for what it is.
    struct Symbol {
        var name: String
        var kind: UInt8
    }

    /// The symbols that are declared in the file.
    private(set) var symbols: [UInt64: Symbol] = [:]
    /// All uses that were found in the file.
    private(set) var uses: [Use] = []

    private static let version: UInt32 = 19

    init(_ file: URL) throws {
        let data = try [UInt8](Data(contentsOf: file))
        var chunks: [String: ArraySlice<UInt8>] = [:]
        guard data.count > 12, data.prefix(4).elementsEqual("RIFF".utf8), data[8..<12].elementsEqual("CdIx".utf8) else {
            throw Failure(.badInput, "no index file of clangd", at: file.path)
        }
        var rest = data[12...]
        while rest.count >= 8 {
            let name = String(decoding: rest.prefix(4), as: UTF8.self)
            let length = Int(rest.dropFirst(4).littleEndian())
            guard rest.count >= 8 + length else { break }
            chunks[name] = rest.dropFirst(8).prefix(length)
            rest = rest.dropFirst(min(rest.count, 8 + length + length % 2))
        }
        guard chunks["meta"]?.littleEndian() == Self.version else {
            throw Failure(.badInput, "not an index of clangd 19", at: file.path)
        }
        let strings = try Self.strings(chunks["stri"] ?? [])
        readSymbols(Bytes(chunks["symb"] ?? []), strings)
        readUses(Bytes(chunks["refs"] ?? []), strings)
    }

    private static func strings(_ chunk: ArraySlice<UInt8>) throws -> [String] {
        let size = Int(chunk.littleEndian())
        var text = [UInt8](chunk.dropFirst(4))
        if size > 0 {
            let packed = text
            text = [UInt8](repeating: 0, count: size)
            var length = uLongf(size)
            guard uncompress(&text, &length, packed, uLong(packed.count)) == Z_OK, Int(length) == size else {
                throw Failure(.badInput, "an index file of clangd does not unpack")
            }
        }
        return text.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func readSymbols(_ bytes: Bytes, _ strings: [String]) {
        var bytes = bytes
        while !bytes.isAtEnd {
            let symbol = bytes.identifier()
            let kind = bytes.byte()
            // The language.
            bytes.skip(1)
            symbols[symbol] = Symbol(name: strings[bytes.number()], kind: kind)
            // Scope and arguments of templates; where it is defined and declared; how often it is used.
            for _ in 0..<2 { _ = bytes.number() }
            for _ in 0..<2 { _ = bytes.location(strings) }
            _ = bytes.number()
            bytes.skip(1)
            // Signature, completion, documentation, result, type.
            for _ in 0..<5 { _ = bytes.number() }
            for _ in 0..<bytes.number() { for _ in 0..<2 { _ = bytes.number() } }
        }
    }

    private mutating func readUses(_ bytes: Bytes, _ strings: [String]) {
        var bytes = bytes
        while !bytes.isAtEnd {
            let symbol = bytes.identifier()
            for _ in 0..<bytes.number() {
                let kind = bytes.byte()
                let location = bytes.location(strings)
                // What it is in.
                bytes.skip(8)
                uses.append(
                    Use(
                        symbol: symbol,
                        location: location,
                        isSpelled: kind & 8 != 0,
                        isDeclaration: kind & 3 != 0
                    )
                )
            }
        }
    }

    /// A chunk that is read from its front. What was cut off reads as zeros.
    private struct Bytes {
        private var rest: ArraySlice<UInt8>

        init(_ rest: ArraySlice<UInt8>) { self.rest = rest }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

        mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }

        mutating func identifier() -> UInt64 { (0..<8).reduce(0) { value, _ in value << 8 | UInt64(byte()) } }

        /// Seven bits a byte, the lowest first.
        mutating func number() -> Int {
            var value = 0
            var shift = 0
            while shift < 56 {
                let next = byte()
                value |= Int(next & 0x7f) << shift
                if next < 0x80 { break }
                shift += 7
            }
            return value
        }

        mutating func location(_ strings: [String]) -> Location {
            let uri = strings[number()]
            let location = Location(uri: uri, line: number(), column: number())
            for _ in 0..<2 { _ = number() }
            return location
        }
    }
}

extension ArraySlice<UInt8> {
    /// Its first four bytes as a number, the lowest first.
    fileprivate func littleEndian() -> UInt32 { prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
}
