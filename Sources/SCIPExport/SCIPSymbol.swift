/// The names that SCIP gives to what the source names.
enum SCIPSymbol {
    /// The symbol of an identity: `kernaut . linux 6.1.192 task_struct#nsproxy.`
    ///
    /// What a file has for itself stands in the namespace of the file; enumerations and typedefs, which may have the names
    /// of structs, in namespaces `enum` and `typedef`.
    static func text(ofIdentity identity: String, version: String) -> String {
        "kernaut . linux \(version.replacing(" ", with: "  ")) \(descriptors(identity))"
    }

    private static func descriptors(_ identity: String) -> String {
        let letter = identity.prefix(1)
        var rest = identity.dropFirst(2)
        var file = ""
        if let at = rest.lastIndex(of: "@") {
            file = name(rest[rest.index(after: at)...]) + "/"
            rest = rest[..<at]
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        let last = name(parts[parts.count - 1])
        switch letter {
        case "f": return "\(file)\(last)()."
        case "v": return file + parts.dropLast().map { "\(name($0))()." }.joined() + "\(last)."
        case "s": return file + parts.map { "\(name($0))#" }.joined()
        case "d": return file + parts.dropLast().map { "\(name($0))#" }.joined() + "\(last)."
        case "e": return "\(file)enum/\(last)#"
        case "t": return "\(file)typedef/\(last)#"
        case "m": return "\(file)\(last)!"
        default: return "\(file)\(last)."
        }
    }

    /// A name, in backticks where it has other characters than those of identifiers.
    private static func name(_ text: some StringProtocol) -> String {
        let isSimple =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                    UInt8(ascii: "$"):
                    true
                default: false
                }
            }
        return isSimple ? String(text) : "`\(text.isEmpty ? " " : String(text).replacing("`", with: "``"))`"
    }
}
