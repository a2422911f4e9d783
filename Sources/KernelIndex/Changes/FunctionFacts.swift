/// What a function does, as far as two kernels are compared by it.
public struct FunctionFacts: Sendable {
    /// Something that a function calls.
    public struct Callee: Sendable {
        /// What is called: `copy_creds`, or the member that is called through: `cgroup_subsys.can_fork`.
        public let name: String
        /// Whether the call goes through a member.
        public let isThroughMember: Bool
        /// Where, by place.
        public let places: [LocatedLine]
        /// For a call through a member: the functions that are stored there, by name.
        public let targets: [String]
    }

    /// The function.
    public let function: Symbol
    /// Where it is defined; nil where no indexed file does.
    public let definition: Definition?
    /// What it calls, in the order of the source, each callee once.
    public let callees: [Callee]
    /// The places where its errors start, in the order of the source.
    public let errors: [ErrorOrigin]
    /// The functions and members whose errors it hands on, in the order of the source, each once.
    public let handedOn: [String]
    /// Its text without comments and with white space folded; nil where the source cannot be read.
    public let text: String?

    /// How many lines the definition has.
    public var lines: Int? { definition.map { $0.endLine - $0.place.line + 1 } }
}

extension IndexStore {
    /// What a function does.
    func facts(of function: Symbol) throws -> FunctionFacts {
        let definition = try definitions(of: function).first(where: \.isDefinition)
        var text: String?
        if let definition, let source = try sourceText(of: definition.place.file), source.isAsIndexed != false {
            text = SourceWords.folded(source.lines(definition.place.line, through: definition.endLine))
        }
        return try read { reader in
            FunctionFacts(
                function: function,
                definition: definition,
                callees: try reader.comparedCallees(of: function),
                errors: try reader.errorOrigins(of: [function.id]).map { $0.origin(in: function) },
                handedOn: try reader.errorPassages(of: [function.id])[0].map { try reader.symbol($0.callee).shownName }
                    .unique,
                text: text
            )
        }
    }
}

extension FactReader {
    fileprivate func comparedCallees(of function: Symbol) throws -> [FunctionFacts.Callee] {
        struct Key: Hashable {
            let name: String
            let isThroughMember: Bool
        }
        var places: [Key: Set<LocatedLine>] = [:]
        var targets: [Key: Set<String>] = [:]
        for edge in try callees(of: function) where edge.dispatch == nil {
            places[Key(name: edge.callee.shownName, isThroughMember: false), default: []].insert(edge.site)
        }
        // Calls through members are asked for by themselves: nothing need be stored in a member to call through it.
        for dispatch in try dispatches("dispatch.caller = ?", function.id) {
            let key = Key(name: dispatch.field.shownName, isThroughMember: true)
            places[key, default: []].insert(dispatch.place)
            for registration in try registrations("registration.field = ?", dispatch.field.id) {
                targets[key, default: []].insert(registration.function.shownName)
            }
        }
        return places.map { key, places in
            FunctionFacts.Callee(
                name: key.name,
                isThroughMember: key.isThroughMember,
                places: places.sorted(),
                targets: (targets[key] ?? []).sorted()
            )
        }
        .sorted { ($0.places[0], $0.name) < ($1.places[0], $1.name) }
    }
}

extension [String] {
    /// Each once, where it came first.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

/// The words of C source.
enum SourceWords {
    /// Lines as one text, comments left out and white space folded to single spaces.
    static func folded(_ lines: some Sequence<String>) -> String {
        var text: [UInt8] = []
        var rest = Array(lines.joined(separator: "\n").utf8)[...]
        func space() { if let last = text.last, last != UInt8(ascii: " ") { text.append(UInt8(ascii: " ")) } }
        while let byte = rest.first {
            if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
                space()
            } else if rest.starts(with: "//".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                // What looks like a comment in a text is none.
                var end = rest.index(after: rest.startIndex)
                while end < rest.endIndex, rest[end] != byte, rest[end] != UInt8(ascii: "\n") {
                    end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                end = min(end + 1, rest.endIndex)
                text += rest[..<end]
                rest = rest[end...]
            } else if " \t\r\n".utf8.contains(byte) {
                space()
                rest = rest.dropFirst()
            } else {
                text.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
