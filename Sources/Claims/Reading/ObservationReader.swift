import StrictYAML

/// Reads what a part wants to be looked at on a running kernel.
enum ObservationReader {
    private static let keys: Set<String> = [
        "scenario", "shows", "errno", "calls", "file", "words", "folder", "names", "except", "measure",
        "at-least",
        "at-most",
    ]
    /// Which keys go with which; the first is the one that must be there.
    private static let kinds: [(key: String, others: Set<String>)] = [
        ("scenario", ["shows", "errno", "calls"]), ("file", ["words"]), ("folder", ["names", "except"]),
        ("measure", ["at-least", "at-most"]),
    ]

    static func read(_ part: StrictMapping) throws -> ClaimObservation {
        let terms = try part.mapping("observe", keys: keys)
        let given = kinds.filter { terms.has($0.key) }
        guard given.count == 1, let kind = given.first else {
            let known = kinds.map(\.key).joined(separator: ", ")
            throw part.failure("'observe' needs one of \(known)", at: "observe")
        }
        if let stray = terms.keys.first(where: { $0 != kind.key && !kind.others.contains($0) }) {
            throw terms.failure("'\(stray)' does not go with '\(kind.key)'", at: stray)
        }
        switch kind.key {
        case "scenario": return .scenario(try plainName(terms), shows: try showing(terms))
        case "file":
            return .file(
                try systemPath(terms, "file"),
                words: terms.has("words") ? try terms.texts("words") : []
            )
        case "folder":
            return .folder(
                try systemPath(terms, "folder"),
                names: try terms.texts("names"),
                except: try terms.textIfPresent("except")
            )
        default:
            guard terms.has("at-least") || terms.has("at-most") else {
                throw terms.failure("'measure' needs 'at-least' or 'at-most'", at: "measure")
            }
            return .measure(
                try terms.choice("measure", ClaimQuantity.self),
                atLeast: terms.has("at-least") ? try terms.number("at-least") : nil,
                atMost: terms.has("at-most") ? try terms.number("at-most") : nil
            )
        }
    }

    private static func showing(_ terms: StrictMapping) throws -> ClaimObservation.Showing {
        switch try terms.text("shows") {
        case "different-hostnames": return .differentHostnames
        case "refusal-at-limit": return .refusalAtLimit(try terms.errno("errno"))
        case "calls": return .calls(try terms.texts("calls"))
        case let other:
            throw terms.failure(
                "'shows' is one of different-hostnames, refusal-at-limit, calls, not '\(other)'",
                at: "shows"
            )
        }
    }

    /// A name that is a file's without its ending, and no path.
    private static func plainName(_ terms: StrictMapping) throws -> String {
        let name = try terms.text("scenario")
        guard !name.contains("/"), !name.hasPrefix(".") else {
            throw terms.failure(
                "'scenario' is the name of a file of models/ without .yaml, not '\(name)'",
                at: "scenario"
            )
        }
        return name
    }

    /// The observer may run as root: it reads what the kernel shows of itself, and nothing else.
    private static func systemPath(_ terms: StrictMapping, _ key: String) throws -> String {
        let path = try terms.text(key)
        guard path.hasPrefix("/proc/") || path.hasPrefix("/sys/"), !path.split(separator: "/").contains("..") else {
            throw terms.failure("'\(path)' in '\(key)' has to be a path below /proc or /sys", at: key)
        }
        return path
    }
}
