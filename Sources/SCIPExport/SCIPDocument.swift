import KernelIndex

/// The fields and numbers of SCIP's messages (scip.proto) that are written here.
enum SCIP {
    enum Index { static let metadata = 1, documents = 2, externalSymbols = 3 }
    enum Metadata { static let toolInfo = 2, projectRoot = 3, textDocumentEncoding = 4 }
    enum ToolInfo { static let name = 1, version = 2 }
    enum Document { static let relativePath = 1, occurrences = 2, symbols = 3, language = 4, positionEncoding = 6 }
    enum Occurrence { static let range = 1, symbol = 2, symbolRoles = 3, enclosingRange = 7 }
    enum SymbolInformation { static let symbol = 1, documentation = 3, relationships = 4, kind = 5, displayName = 6 }
    enum Relationship { static let symbol = 1, isImplementation = 3 }

    /// `TextEncoding.UTF8`, and `PositionEncoding.UTF8CodeUnitOffsetFromLineStart`: columns are bytes.
    static let utf8 = 1

    /// `SymbolRole`
    enum Role {
        static let definition = 1
        static let writeAccess = 4
        static let readAccess = 8
        static let forwardDefinition = 0x40
    }

    /// `SymbolInformation.Kind`
    static func kind(_ entry: AllFacts.Entry) -> Int {
        switch entry.kind.rawValue {
        case "function": 17
        case "variable": 61
        case "record": entry.isUnion ? 59 : 49
        case "field": 15
        case "enum": 11
        case "enumerator": 12
        case "macro": 25
        default: 55
        }
    }
}

/// A definition or use in a file, in few bytes: millions are sorted.
struct FoundOccurrence: Comparable {
    var line: UInt32
    var column: UInt32
    var symbol: UInt32
    var endLine: UInt32
    var roles: UInt32
    var file: UInt32

    /// By file, place and symbol.
    static func < (left: FoundOccurrence, right: FoundOccurrence) -> Bool {
        (left.file, left.line, left.column, left.symbol) < (right.file, right.line, right.column, right.symbol)
    }

    /// Whether it is the same name at the same place.
    func isSame(as other: FoundOccurrence) -> Bool { !(self < other) && !(other < self) }
}
