import Foundation

/// A Makefile of the kernel's build, as far as it says which objects and folders are built.
struct Makefile {
    /// `obj-$(CONFIG_CGROUP_PIDS) += pids.o`
    struct Assignment {
        /// What stands before the sign: `obj-$(CONFIG_CGROUP_PIDS)`.
        let variable: String
        /// What stands behind it, in words; `$(addprefix …)` is carried out.
        let words: [String]
        /// The sign: `+=`, `:=`, `=`.
        let sign: String
        /// The line that it begins on.
        let line: Int
        /// The conditions around it that name options, as the file spells them: `ifdef CONFIG_SMP`.
        let conditions: [String]

        /// The list's name without what chooses: `obj` of `obj-y` and `obj-$(CONFIG_X)`.
        var list: String {
            if let dollar = variable.range(of: "-$(") { return String(variable[..<dollar.lowerBound]) }
            for ending in ["-y", "-m", "-objs"] where variable.hasSuffix(ending) {
                return String(variable.dropLast(ending.count))
            }
            return variable
        }

        /// The options in a text: `CONFIG_CGROUP_PIDS`.
        static func options(in text: String) -> [String] {
            var found: [String] = []
            for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
            where word.hasPrefix("CONFIG_") && !found.contains(String(word)) {
                found.append(String(word))
            }
            return found
        }
    }

    /// In the order of the file.
    let assignments: [Assignment]

    init(_ text: String) {
        var found: [Assignment] = []
        var conditions: [String] = []
        for (line, words) in Makefile.logicalLines(text) {
            let text = words.joined(separator: " ")
            switch words.first {
            case "ifdef", "ifndef", "ifeq", "ifneq": conditions.append(text)
            case "else":
                let last = conditions.popLast() ?? ""
                conditions.append(
                    words.count > 1 ? "!(\(last)) \(words.dropFirst().joined(separator: " "))" : "!(\(last))"
                )
            case "endif": _ = conditions.popLast()
            default:
                guard let assignment = Makefile.split(text) else { continue }
                found.append(
                    Assignment(
                        variable: assignment.variable,
                        words: Makefile.carriedOut(assignment.value.split(separator: " ").map(String.init)),
                        sign: assignment.sign,
                        line: line,
                        conditions: conditions.filter { $0.contains("CONFIG_") }
                    )
                )
            }
        }
        assignments = found
    }

    /// Lines without comments in words, those that a backslash continues put together; with their numbers.
    ///
    /// Bytes, since a question reads several such files.
    private static func logicalLines(_ text: String) -> [(line: Int, words: [String])] {
        var lines: [(line: Int, words: [String])] = []
        var open: (line: Int, words: [String])?
        for (number, line) in text.utf8.split(separator: newline, omittingEmptySubsequences: false).enumerated() {
            // The commands of a rule are the shell's.
            if open == nil, line.first == UInt8(ascii: "\t"), !line.contains(UInt8(ascii: "=")) { continue }
            var words = line.prefix { $0 != UInt8(ascii: "#") }.split(whereSeparator: isBlank)
            let goesOn = words.last?.last == UInt8(ascii: "\\")
            if goesOn, let last = words.popLast()?.dropLast(), !last.isEmpty { words.append(last) }
            var logical = open ?? (number + 1, [])
            logical.words += words.map { String(Substring($0)) }
            open = goesOn ? logical : nil
            if !goesOn, !logical.words.isEmpty { lines.append(logical) }
        }
        return lines
    }

    private static let newline = UInt8(ascii: "\n")

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }

    private static func split(_ text: String) -> (variable: String, sign: String, value: String)? {
        let bytes = text.utf8
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        var variable = bytes[..<equals]
        var sign = "="
        if let last = variable.last, signs.contains(last) {
            sign = "\(Character(Unicode.Scalar(last)))="
            variable = variable.dropLast()
            if variable.last == UInt8(ascii: ":") { variable = variable.dropLast() }
        }
        while variable.last == UInt8(ascii: " ") { variable = variable.dropLast() }
        // A rule's own variables, and commands, have blanks before the sign that no bracket holds together.
        let opening = (UInt8(ascii: "$"), UInt8(ascii: "("))
        guard !variable.isEmpty,
            !variable.contains(UInt8(ascii: " "))
                || zip(variable, variable.dropFirst()).contains(where: { $0 == opening })
        else { return nil }
        return (String(Substring(variable)), sign, String(text[bytes.index(after: equals)...]))
    }

    private static let signs = Array("+:?".utf8)

    /// Carries out `$(addprefix FOLDER/, a.o b.o)`.
    private static func carriedOut(_ words: [String]) -> [String] {
        var found: [String] = []
        var prefix: String?
        var rest = words[...]
        while var word = rest.popFirst() {
            if word == "$(addprefix", let folder = rest.popFirst() {
                let parts = folder.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
                prefix = String(parts[0])
                guard parts.count > 1, !parts[1].isEmpty else { continue }
                word = String(parts[1])
            }
            guard let folder = prefix else {
                found.append(word.hasPrefix("./") ? String(word.dropFirst(2)) : word)
                continue
            }
            let isLast = word.hasSuffix(")")
            let name = isLast ? String(word.dropLast()) : word
            if !name.isEmpty { found.append(folder + name) }
            if isLast { prefix = nil }
        }
        return found
    }
}
