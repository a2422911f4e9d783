import ContentDigest
import CLibclang
import IndexFacts

extension UnitFacts {
    /// Every file that the compiler read for this unit, those of a precompiled prefix left out; a file that was read
    /// several times comes as often.
    func forEachIncludedFile(_ body: (CXFile, _ number: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var visit = { (file: CXFile) in
                guard let number = self.files.number(of: file, names: self.names) else { return }
                body(file, number)
            }
            withUnsafeMutablePointer(to: &visit) { pointer in
                clang_getInclusions(
                    parsed.unit,
                    { file, _, _, visit in
                        guard let file else { return }
                        visit!.assumingMemoryBound(to: ((CXFile) -> Void).self).pointee(file)
                    },
                    pointer
                )
            }
        }
    }

    /// States which files the unit read, with digests of their contents.
    ///
    /// - Parameter prefix: what is below the unit, with the numbers of the files there that the unit would have read by itself.
    func reportFiles(prefix: (contents: PrefixContents, read: [Int])?) {
        forEachIncludedFile { file, number in
            guard files.files[number].path != PathNames.prefix else { return }
            let index = files.index(of: number, in: &blob)
            guard !blob.files[index].isIncluded else { return }
            blob.files[index].digest = ContentDigest(of: content(of: file)).bytes
            blob.files[index].isIncluded = true
        }
        guard let prefix else { return }
        for number in prefix.read {
            let file = prefix.contents[number]
            let index = files.index(of: files.number(of: file.path), in: &blob)
            blob.files[index].digest = file.digest
            blob.files[index].isIncluded = true
        }
    }

    /// What a unit is on top of a prefix.
    enum OnPrefix {
        /// The same as by itself, where it would have read these files of the prefix.
        case same(read: Set<Int>)
        /// Perhaps something else: because of what its own text says, or because of what headers say, in which case other
        /// headers before it could do. The prefix's file that makes the difference, by its number.
        case different(bySource: Bool, file: Int)
    }

    /// Compares the unit on top of a prefix with the unit by itself.
    func comparison(with prefix: PrefixContents) -> OnPrefix {
        var again: Set<Int> = []
        var ofTraceEvents: Set<Int> = []
        var ownFiles: Set<CXFile> = []
        forEachIncludedFile { file, number in
            guard files.files[number].path != PathNames.prefix else { return }
            ownFiles.insert(file)
            guard let number = prefix.number(of: files.files[number].path) else { return }
            // A header of trace events says again what it is called, includes `define_trace.h` again, and no more.
            if isOfTraceEvents(file) { ofTraceEvents.insert(number) } else { again.insert(number) }
        }
        // Few units come to ask for these.
        lazy var undefined = ownFiles.reduce(into: Set<String>()) { $0.formUnion(undefinedMacros(in: content(of: $1))) }
        var read: Set<Int> = []
        // What the unit has defined so far that the prefix knows, with digests of the definitions' texts.
        var defined: [String: (macro: PrefixContents.MacroFiles, texts: Set<UInt64>)] = [:]
        var definedInSource: Set<String> = []
        for root in prefix.roots { read.formUnion(prefix.closure(of: root, without: read)) }
        for event in preprocessing {
            switch event {
            case .definition(let name, let text, let file):
                // What a prefix on top of another one defines for its headers, that one has defined for them as well.
                if prefix.knows(name), file != PathNames.prefix, !UnitFacts.formatMacros.contains(name),
                    !TraceEvents.nameMacros.contains(name)
                {
                    if defined[name] == nil, let macro = prefix.files(of: name) { defined[name] = (macro, []) }
                    defined[name]?.texts.insert(digest(of: text))
                    if file.hasSuffix(".c") { definedInSource.insert(name) }
                }
            case .use(let home, let isInSource):
                // Without the prefix the macro would be unknown there: its header comes later, or not at all.
                if let number = prefix.number(of: home), !read.contains(number) {
                    return .different(bySource: isInSource, file: number)
                }
            case .inclusion(let path, _):
                guard let number = prefix.number(of: path) else { continue }
                let news = prefix.closure(of: number, without: read)
                read.formUnion(news)
                // A header without a guard was read again, with all that this unit defines.
                let isRead = again.contains(number) || ofTraceEvents.contains(number)
                let skipped = isRead ? news.subtracting(again) : news
                // The prefix's headers were read with what others before them define.
                if let file = skipped.filter({ !read.isSuperset(of: prefix.needs(of: $0)) }).min() {
                    return .different(bySource: false, file: file)
                }
                // The prefix's headers were read without what the unit has defined before it includes them.
                for (name, (macro, texts)) in defined {
                    let bySource = definedInSource.contains(name)
                    if let file = macro.testing.first(where: skipped.contains) {
                        return .different(bySource: bySource, file: file)
                    }
                    for (file, text) in zip(macro.defining, macro.texts) where skipped.contains(file) {
                        // Headers of trace events set their own macros anew before they use them, whatever they were.
                        // To define one as it is already changes nothing.
                        let isHarmless = prefix[file].path.contains("/trace/") || texts == [text]
                        if !isHarmless || undefined.contains(name) { return .different(bySource: bySource, file: file) }
                    }
                }
            }
        }
        for name in ownFiles.reduce(into: Set<String>(), { $0.formUnion(testedMacros(in: content(of: $1))) }) {
            guard let macro = prefix.files(of: name), defined[name] == nil, !macro.defining.isEmpty else { continue }
            if !macro.defining.contains(where: read.contains) {
                return .different(bySource: false, file: macro.defining[0])
            }
        }
        return .same(read: read)
    }

    /// The text of a macro's definition; nil for one that no file holds.
    func content(of text: MacroText) -> ArraySlice<UInt8>? {
        guard let file = text.file else { return nil }
        let content = content(of: file)
        guard text.start <= text.end, Int(text.end) <= content.count else { return nil }
        return content[Int(text.start)..<Int(text.end)]
    }

    /// A digest of a macro's definition, blanks counted once.
    func digest(of text: MacroText) -> UInt64 {
        guard let content = content(of: text) else { return 0 }
        var bytes: [UInt8] = []
        for byte in content {
            let isBlank = byte <= 0x20
            if isBlank, bytes.last == 0x20 { continue }
            bytes.append(isBlank ? 0x20 : byte)
        }
        return ContentDigest(of: bytes).low
    }

    /// Macros that units, and headers of their own, set before their first include and that headers put into format strings,
    /// where no fact is.
    static let formatMacros: Set<String> = ["pr_fmt", "dev_fmt", "KMSG_COMPONENT"]

    private func isOfTraceEvents(_ file: CXFile) -> Bool {
        var rest = content(of: file)[...]
        while let sign = rest.firstIndex(of: UInt8(ascii: "d")) {
            rest = rest[sign...]
            if rest.starts(with: "defined(TRACE_HEADER_MULTI_READ)".utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Whether a file is one of those that define such macros where nobody else has.
    static func isHomeOfDefaults(_ path: String) -> Bool {
        path.hasSuffix("linux/printk.h") || path.hasSuffix("linux/dev_printk.h")
    }
}
