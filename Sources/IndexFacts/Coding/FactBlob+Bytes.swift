extension FactBlob {
    /// The blob as bytes.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(usedPrefix)
        writer.write(message)
        writer.write(libclangVersion)
        writer.write(files.count)
        for file in files {
            writer.write(once: file.path)
            writer.write(file.digest)
            writer.write(file.isIncluded)
        }
        writer.write(symbols.count)
        for symbol in symbols {
            writer.write(once: symbol.identity)
            writer.write(once: symbol.name)
            writer.write(SymbolFact.Kind.allCases.firstIndex(of: symbol.kind)!)
            writer.write(symbol.isStatic)
            writer.write(symbol.type)
        }
        writer.write(facts.count)
        for fact in facts { fact.write(to: &writer) }
        writer.write(groups.count)
        for group in groups {
            writer.write(group.file)
            writer.write(group.key)
            writer.write(group.facts.count)
        }
        return writer.bytes
    }

    /// Reads a blob.
    ///
    /// - Throws: ``MalformedBytes`` when the bytes are none, or name symbols and files that they do not hold.
    public init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self = try FactBlob.head(&reader)
        let fileCount = files.count
        let kinds = SymbolFact.Kind.allCases
        let symbolCount = try reader.count()
        symbols.reserveCapacity(symbolCount)
        for _ in 0..<symbolCount {
            symbols.append(
                SymbolFact(
                    identity: try reader.textOnce(),
                    name: try reader.textOnce(),
                    kind: kinds[try reader.index(below: kinds.count)],
                    isStatic: try reader.flag(),
                    type: try reader.optionalText()
                )
            )
        }
        let factCount = try reader.count()
        facts.reserveCapacity(factCount)
        for _ in 0..<factCount {
            facts.append(try Fact(from: &reader, symbols: symbolCount, files: fileCount))
        }
        let groupCount = try reader.count()
        groups.reserveCapacity(groupCount)
        var start = 0
        for _ in 0..<groupCount {
            let file = try reader.index(below: fileCount)
            let key = try reader.unsigned()
            let end = start + (try reader.index(below: factCount - start + 1))
            groups.append(Group(file: file, key: key, facts: start..<end))
            start = end
        }
        guard reader.isAtEnd, start == factCount else { throw MalformedBytes(offset: bytes.count) }
    }

    /// The files alone, which stand at the start.
    ///
    /// - Throws: ``MalformedBytes`` when the bytes are no blob.
    public static func files(decoding bytes: [UInt8]) throws(MalformedBytes) -> [File] {
        var reader = ByteReader(bytes)
        return try head(&reader).files
    }

    private static func head(_ reader: inout ByteReader) throws(MalformedBytes) -> FactBlob {
        let usedPrefix = try reader.flag()
        let message = try reader.optionalText()
        var blob = FactBlob(libclangVersion: try reader.text())
        blob.usedPrefix = usedPrefix
        blob.message = message
        let count = try reader.count()
        blob.files.reserveCapacity(count)
        for _ in 0..<count {
            blob.files.append(
                File(path: try reader.textOnce(), digest: try reader.content(), isIncluded: try reader.flag())
            )
        }
        return blob
    }
}
