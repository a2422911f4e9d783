import GRDB
import IndexFacts

/// The statements that write facts, prepared once.
struct FactInserts {
    private let unit: PreparedInsert
    private let unitList: PreparedInsert
    private let headerGroup: PreparedInsert
    private let file: PreparedInsert
    private let symbol: PreparedInsert
    private let text: PreparedInsert
    let definition: PreparedInsert
    let reference: PreparedInsert
    let call: PreparedInsert
    let dispatch: PreparedInsert
    let registration: PreparedInsert
    let argument: PreparedInsert
    let flow: PreparedInsert
    let pointerCall: PreparedInsert
    let record: PreparedInsert
    let field: PreparedInsert
    let systemCall: PreparedInsert
    let errorOrigin: PreparedInsert
    let errorPassage: PreparedInsert
    let weakDefinition: PreparedInsert

    init(_ database: Database) throws {
        func insert(_ table: String, _ columns: Int, orIgnore: Bool = false) throws -> PreparedInsert {
            let values = Array(repeating: "?", count: columns).joined(separator: ", ")
            return try PreparedInsert(
                database,
                "INSERT \(orIgnore ? "OR IGNORE " : "")INTO \(table) VALUES (\(values))"
            )
        }
        unit = try insert("unit", 7)
        unitList = try insert("unit_list", 3)
        headerGroup = try insert("header_group", 3)
        file = try insert("file", 4)
        text = try insert("text", 2)
        symbol = try insert("symbol_row", 6)
        definition = try insert("definition", 7, orIgnore: true)
        reference = try insert("reference", 3)
        call = try insert("call", 6, orIgnore: true)
        dispatch = try insert("dispatch", 10)
        registration = try insert("registration", 11)
        argument = try insert("argument", 8)
        flow = try insert("flow", 11)
        pointerCall = try insert("pointer_call", 9)
        record = try insert("record", 5, orIgnore: true)
        field = try insert("field", 12, orIgnore: true)
        systemCall = try insert("syscall_definition", 7)
        errorOrigin = try insert("errno_origin", 9)
        errorPassage = try insert("errno_passage", 6)
        weakDefinition = try insert("weak_definition", 3, orIgnore: true)
    }

    func unit(_ id: Int64, file: Int64, _ unit: IndexedUnit) throws {
        self.unit.bind(id)
        self.unit.bind(file)
        self.unit.bind(unit.kind.rawValue)
        self.unit.bind(unit.commandDigest)
        self.unit.bind(unit.usedPrefix)
        self.unit.bind(unit.message == nil ? "ok" : "failed")
        self.unit.bind(unit.message)
        try self.unit.run()
    }

    func unitList(_ unit: Int64, files: [Int64], symbols: [Int64]) throws {
        unitList.bind(unit)
        unitList.bind(NumberList.encoded(files))
        unitList.bind(NumberList.encoded(symbols))
        try unitList.run()
    }

    func text(_ id: Int64, _ value: String) throws {
        text.bind(id)
        text.bind(value)
        try text.run()
    }

    func headerGroup(_ unit: Int64, _ file: Int64, _ keys: [UInt64]) throws {
        headerGroup.bind(file)
        headerGroup.bind(unit)
        headerGroup.bind(HeaderKeys.encoded(keys))
        try headerGroup.run()
    }

    func file(_ id: Int64, path: String, digest: [UInt8]) throws {
        file.bind(id)
        file.bind(path)
        file.bind(digest)
        file.bind(nil as String?)
        try file.run()
    }

    func symbol(_ id: Int64, _ fact: SymbolFact, qualifier: Int64, type: Int64?) throws {
        symbol.bind(id)
        symbol.bind(fact.name)
        symbol.bind(fact.kind.number)
        symbol.bind(fact.isStatic)
        symbol.bind(qualifier)
        symbol.bind(type)
        try symbol.run()
    }
}
