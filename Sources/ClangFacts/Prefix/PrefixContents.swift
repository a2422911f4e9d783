import ContentDigest
import CLibclang
import IndexFacts

/// What a precompiled prefix holds, as far as it decides whether a unit on top of it means the same as without it.
///
/// A unit that includes some of the prefix's headers finds the others' declarations as well. The files that the unit
/// would have read by itself follow from who includes whom; every macro of the prefix that the unit meets must come
/// from these, and no header of the prefix may have been read without a macro that the unit sets before including it.
///
/// A prefix may itself be on top of another. Files have one numbering through all of them, that of the lowest first.
final class PrefixContents {
    /// The prefix below, and where it is precompiled.
    let base: PrefixBase?
    /// The number of the first file that is the prefix's own.
    private let first: Int
    /// The files that are the prefix's own: path and digest.
    private var ownFiles: [FactBlob.File] = []
    /// Whom a file includes, by the file's number.
    private var includes: [Int: [Int]] = [:]
    /// What the command line includes before the unit's own text.
    private var ownRoots: [Int] = []
    /// The macros that the files define, and those that they test by `#if` and `#ifdef`, with the files that do.
    private var macros: [String: MacroFiles] = [:]
    /// The files whose macros a file asks for without including them, by the file's number: whoever includes it does, or it means
    /// something else to him.
    private var needs: [Int: [Int]] = [:]
    /// Numbers of the prefix's own files by path.
    private var numbers: [String: Int] = [:]
    private lazy var macroHashes = Set(
        macros.keys.map { name in
            var name = name
            return name.withUTF8 { PrefixContents.hash(of: $0) }
        }
    )

    /// The files that have to do with a macro.
    struct MacroFiles: Hashable {
        var defining: [Int] = []
        /// Digests of the definitions' texts, in the order of ``defining``.
        var texts: [UInt64] = []
        var testing: [Int] = []
    }

    /// Where the contents of a precompiled prefix are written.
    static func path(for precompiled: String) -> String { precompiled + ".contents" }

    /// Reads them off the facts of the prefix, with the text of its files.
    ///
    /// - Parameter base: the prefix that it was parsed on top of.
    init(of prefix: UnitFacts, onTopOf base: PrefixBase?) {
        self.base = base
        first = base?.contents.count ?? 0
        var undefined: Set<Substring> = []
        prefix.forEachIncludedFile { file, number in
            let path = prefix.files.files[number].path
            guard path != PathNames.prefix else {
                // The prefix ends with the macros that it does not leave to the units.
                let lines = String(decoding: prefix.content(of: file), as: UTF8.self).split(separator: "\n")
                undefined = Set(lines.filter { $0.hasPrefix("#undef ") }.map { $0.dropFirst("#undef ".count) })
                return
            }
            guard self.number(of: path) == nil else { return }
            let content = prefix.content(of: file)
            add(FactBlob.File(path: path, digest: ContentDigest(of: content).bytes, isIncluded: true))
            for name in testedMacros(in: content) { macros[name, default: MacroFiles()].testing.append(count - 1) }
        }
        for event in prefix.preprocessing {
            switch event {
            case .inclusion(let path, let from):
                guard let target = number(of: path) else { continue }
                if let from, from != PathNames.prefix {
                    if let number = number(of: from) { includes[number, default: []].append(target) }
                } else if from == nil {
                    ownRoots.append(target)
                }
            case .use: break
            case .definition(let name, let text, let file):
                guard !undefined.contains(name[...]), let number = number(of: file) else { continue }
                macros[name, default: MacroFiles()].defining.append(number)
                macros[name]!.texts.append(prefix.digest(of: text))
            }
        }
        findNeeds(prefix.homesOfUsedMacros)
    }

    private func findNeeds(_ homes: [String: Set<String>]) {
        let known = roots.reduce(into: Set<Int>()) { $0.formUnion(closure(of: $1, without: $0)) }
        for (path, number) in numbers {
            var needed = Set((homes[path] ?? []).compactMap(self.number(of:)))
            needed.remove(number)
            needed.subtract(known)
            guard !needed.isEmpty else { continue }
            needed.subtract(closure(of: number, without: known))
            if !needed.isEmpty { needs[number] = needed.sorted() }
        }
    }

    /// The files whose macros a file asks for, by number, that none of those which it includes brings along.
    func needs(of file: Int) -> [Int] { file < first ? base!.contents.needs(of: file) : needs[file] ?? [] }

    private func add(_ file: FactBlob.File) {
        numbers[file.path] = count
        ownFiles.append(file)
    }

    /// How many files there are, those of the prefixes below among them.
    var count: Int { first + ownFiles.count }

    /// The number of a file; nil for one that is not among them.
    func number(of path: String) -> Int? { numbers[path] ?? base?.contents.number(of: path) }

    /// A file by its number.
    subscript(number: Int) -> FactBlob.File {
        // What is below the first file has a base.
        number < first ? base!.contents[number] : ownFiles[number - first]
    }

    /// What lies below the prefix that a file is of.
    func base(below file: Int) -> PrefixBase? { file < first ? base!.contents.base(below: file) : base }

    /// What the command line includes before the unit's own text.
    var roots: [Int] { (base?.contents.roots ?? []) + ownRoots }

    /// Whether some file defines or tests a macro.
    func knows(_ macro: String) -> Bool { macros[macro] != nil || base?.contents.knows(macro) ?? false }

    /// Whether there may be a macro of this name; faster than to ask for it.
    func mayKnow(_ name: UnsafeRawBufferPointer.SubSequence) -> Bool { mayKnow(hash: PrefixContents.hash(of: name)) }

    private func mayKnow(hash: UInt64) -> Bool {
        macroHashes.contains(hash) || base?.contents.mayKnow(hash: hash) ?? false
    }

    private static func hash(of name: some Sequence<UInt8>) -> UInt64 {
        name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// The files that have to do with a macro; nil where there is none.
    func files(of macro: String) -> MacroFiles? {
        guard let below = base?.contents.files(of: macro) else { return macros[macro] }
        guard let own = macros[macro] else { return below }
        return MacroFiles(
            defining: below.defining + own.defining,
            texts: below.texts + own.texts,
            testing: below.testing + own.testing
        )
    }

    /// The files that a unit reads which includes `start`, `start` among them, without those in `known`.
    func closure(of start: Int, without known: Set<Int>) -> Set<Int> {
        guard !known.contains(start) else { return [] }
        var found: Set<Int> = [start]
        var open = [start]
        while let next = open.popLast() {
            forEachInclude(of: next) { file in
                if !known.contains(file), found.insert(file).inserted { open.append(file) }
            }
        }
        return found
    }

    private func forEachInclude(of file: Int, _ body: (Int) -> Void) {
        includes[file]?.forEach(body)
        base?.contents.forEachInclude(of: file, body)
    }

    /// The paths of the files that are not among some.
    func paths(without read: Set<Int>) -> Set<String> {
        var paths = base?.contents.paths(without: read) ?? []
        for (path, number) in numbers where !read.contains(number) { paths.insert(path) }
        return paths
    }

    /// The contents as bytes, without those of the prefix below, of which only the place is told.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(base?.precompiled)
        writer.write(ownFiles.count)
        for file in ownFiles {
            writer.write(file.path)
            writer.write(file.digest)
        }
        writer.write(includes)
        writer.write(needs)
        writer.write(ownRoots)
        writer.write(macros.count)
        for (name, files) in macros {
            writer.write(name)
            writer.write(files.defining)
            for text in files.texts { writer.write(text) }
            writer.write(files.testing)
        }
        return writer.bytes
    }

    /// Reads contents.
    ///
    /// - Parameter below: gives the contents of a precompiled prefix; nil where they cannot be read.
    init(decoding bytes: [UInt8], below: (_ precompiled: String) -> PrefixContents?) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        if let precompiled = try reader.optionalText() {
            guard let contents = below(precompiled) else { throw MalformedBytes(offset: 0) }
            base = (precompiled, contents)
        } else {
            base = nil
        }
        first = base?.contents.count ?? 0
        for _ in 0..<(try reader.count()) {
            add(FactBlob.File(path: try reader.text(), digest: try reader.content(), isIncluded: true))
        }
        includes = try reader.indexesByIndex(below: count)
        needs = try reader.indexesByIndex(below: count)
        ownRoots = try reader.indexes(below: count)
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            let defining = try reader.indexes(below: count)
            var texts: [UInt64] = []
            for _ in defining { texts.append(try reader.unsigned()) }
            macros[name] = MacroFiles(
                defining: defining,
                texts: texts,
                testing: try reader.indexes(below: count)
            )
        }
    }
}

/// What something is on top of: where that is precompiled, and what it holds.
typealias PrefixBase = (precompiled: String, contents: PrefixContents)

extension ByteWriter {
    fileprivate mutating func write(_ numbers: [Int]) {
        write(numbers.count)
        for number in numbers { write(number) }
    }

    fileprivate mutating func write(_ numbers: [Int: [Int]]) {
        write(numbers.count)
        for (number, others) in numbers {
            write(number)
            write(others)
        }
    }
}

extension ByteReader {
    fileprivate mutating func indexes(below limit: Int) throws(MalformedBytes) -> [Int] {
        var numbers: [Int] = []
        for _ in 0..<(try count()) { numbers.append(try index(below: limit)) }
        return numbers
    }

    fileprivate mutating func indexesByIndex(below limit: Int) throws(MalformedBytes) -> [Int: [Int]] {
        var numbers: [Int: [Int]] = [:]
        for _ in 0..<(try count()) { numbers[try index(below: limit)] = try indexes(below: limit) }
        return numbers
    }
}
