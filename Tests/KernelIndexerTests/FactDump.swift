import KernelIndex
import KernelIndexer
import Testing

/// The facts of an index, each once.
enum FactDump {
    static func facts(of database: String) throws -> Set<String> {
        var facts: Set<String> = []
        try FactLines.forEach(of: database) { facts.insert($0) }
        return facts
    }

    /// Without which files the prefix read: an index that was made without one has none.
    static func withoutPrefix(_ facts: Set<String>) -> Set<String> { facts.filter { !FactLines.isOfPrefix($0) } }
}

extension TestTree {
    /// Holds the facts of the index to those of one without prefixes.
    func checkFactsWithoutPrefix(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let plain = try freshFacts { $0.usesPrefix = false }
        let shared = FactDump.withoutPrefix(try facts())
        #expect(shared.subtracting(plain).sorted() == [], comment, sourceLocation: sourceLocation)
        #expect(plain.subtracting(shared).sorted() == [], comment, sourceLocation: sourceLocation)
    }
}
