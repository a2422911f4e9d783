import IndexFacts

/// Writes one unit's blob: the groups that no earlier unit has, with the symbols and files that they name.
struct FactIngest {
    let writer: IndexWriter
    let inserts: FactInserts
    let unit: Int64
    let blob: FactBlob
    /// The index's numbers of the blob's symbols and files; 0 for those that no fact has named yet.
    private var symbols: [Int64]
    private var files: [Int64]
    /// The uses of each symbol so far.
    private var uses: [Int64: UseList.Writer] = [:]
    /// Records of this unit whose layout another definition of the same name has given already.
    private var foreignRecords: Set<Int64> = []
    /// The file, as the blob numbers it, whose facts are being written.
    private var home = 0

    init(writer: IndexWriter, inserts: FactInserts, unit: Int64, blob: FactBlob) {
        self.writer = writer
        self.inserts = inserts
        self.unit = unit
        self.blob = blob
        symbols = Array(repeating: 0, count: blob.symbols.count)
        files = Array(repeating: 0, count: blob.files.count)
    }

    consuming func run() throws {
        for index in blob.files.indices where blob.files[index].isIncluded {
            files[index] = try writer.file(blob.files[index].path, digest: blob.files[index].digest)
        }
        let read = files.filter { $0 != 0 }.sorted()
        var owned: [Int: [UInt64]] = [:]
        var claimed: Set<UInt64> = []
        for group in blob.groups {
            // What one place declares and then defines, as SYSCALL_DEFINE does, are two groups of one key.
            if group.key != 0, !claimed.contains(group.key) {
                guard try writer.claim(group.key, in: try file(group.file)) else { continue }
                claimed.insert(group.key)
                owned[group.file, default: []].append(group.key)
            }
            home = group.file
            for index in group.facts { try write(blob.facts[index]) }
        }
        for (index, keys) in owned.sorted(by: { $0.key < $1.key }) {
            try inserts.headerGroup(unit, try file(index), keys)
        }
        for (symbol, list) in uses.sorted(by: { $0.key < $1.key }) {
            inserts.reference.bind(symbol)
            inserts.reference.bind(unit)
            inserts.reference.bind(list.bytes)
            try inserts.reference.run()
        }
        try inserts.unitList(unit, files: read, symbols: symbols.filter { $0 != 0 }.sorted())
    }

    private mutating func symbol(_ index: Int) throws -> Int64 {
        if symbols[index] == 0 { symbols[index] = try writer.symbol(blob.symbols[index]) }
        return symbols[index]
    }

    private mutating func symbol(_ index: Int?) throws -> Int64? { try index.map { try symbol($0) } }

    private mutating func file(_ index: Int) throws -> Int64 {
        if files[index] == 0 { files[index] = try writer.file(blob.files[index].path) }
        return files[index]
    }

    private mutating func bind(_ place: Place, to insert: PreparedInsert) throws {
        insert.bind(try file(place.file))
        insert.bind(place.line)
        insert.bind(place.column)
    }

    /// Binds a node's kind, symbol (0 for none) and position.
    private mutating func bind(_ node: PointerPlace, to insert: PreparedInsert) throws {
        insert.bind(node.kind)
        insert.bind(try node.symbol.map { try symbol($0) } ?? 0)
        insert.bind(node.position)
    }

    private func finish(_ insert: PreparedInsert, _ count: WritableKeyPath<FactCounts, Int>) throws {
        insert.bind(unit)
        try insert.run()
        writer.count(count)
    }

    private mutating func write(_ fact: Fact) throws {
        switch fact {
        case .reference(let symbol, let place, let role, let within):
            let (symbol, within) = (try self.symbol(symbol), try self.symbol(within))
            uses[symbol, default: UseList.Writer()].append(
                file: try file(place.file),
                line: place.line,
                column: place.column,
                role: role.number,
                within: within
            )
            writer.count(\.references)
        case .definition(let symbol, let place, let endLine, let isDefinition):
            inserts.definition.bind(try self.symbol(symbol))
            try bind(place, to: inserts.definition)
            inserts.definition.bind(endLine)
            inserts.definition.bind(isDefinition)
            try finish(inserts.definition, \.definitions)
        case .call(let caller, let callee, let place):
            let (caller, callee) = (try symbol(caller), try symbol(callee))
            inserts.call.bind(caller)
            inserts.call.bind(callee)
            try bind(place, to: inserts.call)
            try finish(inserts.call, \.calls)
        case .dispatch(let caller, let field, let receiver, let base, let place):
            let (caller, field) = (try symbol(caller), try symbol(field))
            inserts.dispatch.bind(caller)
            inserts.dispatch.bind(field)
            inserts.dispatch.bind(receiver)
            try bind(base, to: inserts.dispatch)
            try bind(place, to: inserts.dispatch)
            try finish(inserts.dispatch, \.dispatches)
        case .registration(let field, let function, let object, let isInitializer, let base, let place):
            inserts.registration.bind(try symbol(field))
            inserts.registration.bind(try symbol(function))
            inserts.registration.bind(try symbol(object))
            inserts.registration.bind(isInitializer ? "initializer" : "assignment")
            try bind(base, to: inserts.registration)
            try bind(place, to: inserts.registration)
            try finish(inserts.registration, \.registrations)
        case .argument(let function, let callee, let position, let within, let place):
            inserts.argument.bind(try symbol(function))
            inserts.argument.bind(try symbol(callee))
            inserts.argument.bind(position)
            inserts.argument.bind(try symbol(within))
            try bind(place, to: inserts.argument)
            try finish(inserts.argument, \.arguments)
        case .flow(let to, let from, let within, let place):
            inserts.flow.bind(try to.symbol.map { try symbol($0) } ?? 0)
            inserts.flow.bind(to.kind)
            inserts.flow.bind(to.position)
            try bind(from, to: inserts.flow)
            inserts.flow.bind(try symbol(within))
            try bind(place, to: inserts.flow)
            try finish(inserts.flow, \.flows)
        case .pointerCall(let caller, let through, let receiver, let place):
            inserts.pointerCall.bind(try symbol(caller))
            try bind(through, to: inserts.pointerCall)
            inserts.pointerCall.bind(receiver)
            try bind(place, to: inserts.pointerCall)
            try finish(inserts.pointerCall, \.pointerCalls)
        case .record(let symbol, let sizeBits, let alignBits, let isUnion):
            try writeRecord(symbol, sizeBits: sizeBits, alignBits: alignBits, isUnion: isUnion)
        case .field(let field):
            try write(field)
        case .systemCall(let name, let function, let isCompat, let arguments, let place):
            inserts.systemCall.bind(name)
            inserts.systemCall.bind(try symbol(function))
            inserts.systemCall.bind(isCompat)
            inserts.systemCall.bind(arguments)
            inserts.systemCall.bind(try file(place.file))
            inserts.systemCall.bind(place.line)
            try finish(inserts.systemCall, \.systemCalls)
        case .errorOrigin(let origin):
            inserts.errorOrigin.bind(try symbol(origin.function))
            inserts.errorOrigin.bind(origin.errno)
            inserts.errorOrigin.bind(origin.condition)
            inserts.errorOrigin.bind(origin.decisionLine)
            inserts.errorOrigin.bind(origin.surroundings)
            try bind(origin.place, to: inserts.errorOrigin)
            try finish(inserts.errorOrigin, \.errorOrigins)
        case .errorPassage(let function, let callee, let place):
            let (function, callee) = (try symbol(function), try symbol(callee))
            inserts.errorPassage.bind(function)
            inserts.errorPassage.bind(callee)
            try bind(place, to: inserts.errorPassage)
            try finish(inserts.errorPassage, \.errorPassages)
        case .weakDefinition(let function):
            inserts.weakDefinition.bind(try symbol(function))
            inserts.weakDefinition.bind(unit)
            inserts.weakDefinition.bind(nil as Int64?)
            try inserts.weakDefinition.run()
        }
    }

    /// Of several structs of one name, that of the first path has the layout, whichever came first.
    private mutating func writeRecord(_ record: Int, sizeBits: Int, alignBits: Int, isUnion: Bool) throws {
        let id = try symbol(record)
        func insert() throws -> Bool {
            inserts.record.bind(id)
            inserts.record.bind(sizeBits)
            inserts.record.bind(alignBits)
            inserts.record.bind(isUnion)
            inserts.record.bind(unit)
            return try inserts.record.run()
        }
        if try !insert() {
            guard try writer.replaceLayout(of: id, by: (blob.files[home].path, sizeBits)) else {
                // Members of two structs of one name must not mix.
                foreignRecords.insert(id)
                return
            }
            _ = try insert()
        }
        writer.count(\.records)
    }

    private mutating func write(_ field: FieldFact) throws {
        let record = try symbol(field.record)
        guard !foreignRecords.contains(record) else { return }
        let (symbol, target) = (try symbol(field.symbol), try symbol(field.target))
        inserts.field.bind(symbol)
        inserts.field.bind(record)
        inserts.field.bind(field.position)
        inserts.field.bind(field.depth)
        inserts.field.bind(field.type)
        inserts.field.bind(field.offsetBits)
        inserts.field.bind(field.sizeBits)
        inserts.field.bind(field.isBitfield)
        inserts.field.bind(target)
        inserts.field.bind(field.pointers)
        inserts.field.bind(field.elements)
        try finish(inserts.field, \.fields)
    }
}
