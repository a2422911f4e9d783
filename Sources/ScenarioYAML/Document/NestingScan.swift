/// Looks for nesting that would exhaust the stack of a parser that descends by recursion.
enum NestingScan {
    /// A scenario nests four deep.
    private static let deepest = 64

    /// The line, from 1, where brackets, or list dashes and keys by growing indentation, nest deeper than any scenario;
    /// nil if none do. Brackets within quotes count too: no scenario has so many of them.
    static func tooDeep(in text: String) -> Int? {
        var depth = 0
        var indents = [0]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            // `- - - -` opens a list a dash, all on one line.
            let lead = line.prefix { $0 == " " || $0 == "-" || $0 == "?" || $0 == ":" }
            if lead.count(where: { $0 != " " }) > deepest { return index + 1 }
            let indent = line.prefix { $0 == " " }.count
            if indent < line.count {
                while let last = indents.last, last > indent { indents.removeLast() }
                if indents.last != indent { indents.append(indent) }
            }
            for byte in line.utf8 {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                default: break
                }
                if depth > deepest { return index + 1 }
            }
            if indents.count > deepest { return index + 1 }
        }
        return nil
    }
}
