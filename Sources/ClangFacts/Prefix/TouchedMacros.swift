import Glibc

/// Keeps the macros of a prefix known on top of another one.
///
/// Where a header declares something that has the name of a macro from below (a member `min`), clang 19 writes the name again
/// into the precompiled file, and without the macro: whoever is on top of that knows no `min()` any more. A macro that is
/// set anew is written with its name. So the text of a prefix ends by putting aside, and taking back, each one whose name
/// stands in a header that is not below.
struct TouchedMacros {
    private let base: PrefixContents
    private let names: PathNames
    /// Of `-I`, relative ones to the current directory.
    private let folders: [Substring]
    private var read: Set<String> = []
    private var touched: Set<String> = []

    /// The line after which they come.
    private static let start = "/* macros */\n"

    init(of base: PrefixContents, arguments: [String], names: PathNames) {
        self.base = base
        self.names = names
        folders = arguments.filter { $0.hasPrefix("-I") }.map { $0.dropFirst(2) }
    }

    /// Has the text of a prefix end with what keeps macros known.
    ///
    /// Which headers it reads is taken from their text alone, conditions left out: that a macro is put aside and taken back
    /// does no harm.
    ///
    /// - Returns: whether that could be written.
    mutating func append(to file: String) -> Bool {
        guard let content = ClangFacts.read(file) else { return false }
        let lines = String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let own = lines.prefix { $0 != TouchedMacros.start.dropLast() }
        var text = own.joined(separator: "\n")
        if own.count < lines.count { text += "\n" }
        readHeaders(of: Array(text.utf8), in: file)
        text += TouchedMacros.start
        for name in touched.sorted() { text += "#pragma push_macro(\"\(name)\")\n#pragma pop_macro(\"\(name)\")\n" }
        let bytes = Array(text.utf8)
        // A file that was written again is another one to what was precompiled of it.
        return bytes == content || write(bytes, to: file)
    }

    private mutating func readHeaders(of text: [UInt8], in file: String) {
        for name in includedFiles(in: text) {
            guard let header = resolve(name, from: file), base.number(of: names.name(of: header)) == nil,
                read.insert(header).inserted, let content = ClangFacts.read(header)
            else { continue }
            forEachIdentifier(in: content) { name in
                if base.mayKnow(name) {
                    let name = String(decoding: name, as: UTF8.self)
                    if base.files(of: name)?.defining.isEmpty == false { touched.insert(name) }
                }
            }
            readHeaders(of: content, in: header)
        }
    }

    /// The file that an include names, in brackets or quotes.
    private func resolve(_ include: String, from file: String) -> String? {
        let name = include.dropFirst().dropLast()
        if name.hasPrefix("/") { return String(name) }
        if include.hasPrefix("\""), let slash = file.lastIndex(of: "/") {
            let beside = "\(file[..<slash])/\(name)"
            if access(beside, R_OK) == 0 { return beside }
        }
        return folders.lazy.map { "\($0)/\(name)" }.first { access($0, R_OK) == 0 }
    }
}
