import KernelIndex

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
