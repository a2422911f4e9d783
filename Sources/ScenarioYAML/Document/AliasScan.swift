/// Looks for YAML aliases in a text that is not parsed yet.
enum AliasScan {
    /// The line, from 1, of the first `*name` for which the text has an `&name` before it, both where a YAML node may
    /// start; nil if there is none.
    ///
    /// Prose may be taken for an alias when it has the same word after both signs. That is refused too: rather than an
    /// alias that is overlooked.
    static func firstAlias(in text: String) -> Int? {
        var anchors: Set<String> = []
        var line = 1
        var canStart = true
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if canStart, scalar == "&" || scalar == "*" {
                let name = String(String.UnicodeScalarView(rest.prefix { isNamePart($0) }))
                if scalar == "&" {
                    anchors.insert(name)
                } else if anchors.contains(name) {
                    return line
                }
            }
            if scalar == "\n" { line += 1 }
            canStart = !isNamePart(scalar)
        }
        return nil
    }

    /// libyaml's names of anchors: ASCII letters, digits, `_` and `-`.
    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
