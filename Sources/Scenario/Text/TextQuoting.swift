/// Texts between double quotes: `\"`, `\\`, `\n`, `\t` and `\u{7F}` stand for what would break a line or not be seen.
enum TextQuoting {
    /// The text in quotes.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where needsEscape(scalar): result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // Control characters, line separators and invisible format characters would make two texts look alike. A combining
    // mark could merge with the quote before it into one Character.
    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse,
            .nonspacingMark, .spacingMark, .enclosingMark:
            true
        default: false
        }
    }
}
