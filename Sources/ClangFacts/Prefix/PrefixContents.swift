import ContentDigest
import CLibclang
import IndexFacts

/// What a precompiled prefix holds, as far as it decides whether a unit on top of it means the same as without it.
///
/// A unit that includes some of the prefix's headers finds the others' declarations as well. The files that the unit
/// would have read by itself follow from who includes whom; every macro of the prefix that the unit meets must come
/// from these, and no header of the prefix may have been read without a macro that the unit sets before including it.
struct PrefixContents: Hashable {
    /// The files, by number: path and digest.
    var files: [FactBlob.File] = []
    /// Whom a file includes.
    var includes: [[Int]] = []
    /// What the command line includes before the unit's own text.
    var roots: [Int] = []
    /// The macros that the files define, and those that they test by `#if` and `#ifdef`, with the files that do.
    var macros: [String: MacroFiles] = [:]

    /// The files that have to do with a macro.
    struct MacroFiles: Hashable {
        var defining: [Int] = []
        /// Digests of the definitions' texts, in the order of ``defining``.
        var texts: [UInt64] = []
        var testing: [Int] = []
    }

    /// Numbers of files by path.
    private(set) var numbers: [String: Int] = [:]

    /// Where the contents of a precompiled prefix are written.
    static func path(for precompiled: String) -> String { precompiled + ".contents" }

    init() {}

    /// Reads them off the facts of the prefix, with the text of its files.
    init(of prefix: UnitFacts) {
        var undefined: Set<Substring> = []
        var known: Set<String> = []
        prefix.forEachIncludedFile { file, number in
            let path = prefix.files.files[number].path
            guard path != PathNames.prefix else {
                // The prefix ends with the macros that it does not leave to the units.
                let lines = String(decoding: prefix.content(of: file), as: UTF8.self).split(separator: "\n")
                undefined = Set(lines.filter { $0.hasPrefix("#undef ") }.map { $0.dropFirst("#undef ".count) })
                return
            }
            guard known.insert(path).inserted else { return }
            let content = prefix.content(of: file)
            add(FactBlob.File(path: path, digest: ContentDigest(of: content).bytes, isIncluded: true))
            for name in testedMacros(in: content) {
                macros[name, default: MacroFiles()].testing.append(files.count - 1)
            }
        }
        for event in prefix.preprocessing {
            switch event {
            case .inclusion(let path, let from):
                guard let target = numbers[path] else { continue }
                if let from, from != PathNames.prefix {
                    if let number = numbers[from] { includes[number].append(target) }
                } else if from == nil {
                    roots.append(target)
                }
            case .use: break
            case .definition(let name, let text, let file):
                guard !undefined.contains(name[...]), let number = numbers[file] else { continue }
                macros[name, default: MacroFiles()].defining.append(number)
                macros[name]!.texts.append(prefix.digest(of: text))
            }
        }
    }

    private mutating func add(_ file: FactBlob.File) {
        numbers[file.path] = files.count
        files.append(file)
        includes.append([])
    }

    /// The files that a unit reads which includes `start`, `start` among them, without those in `known`.
    func closure(of start: Int, without known: Set<Int>) -> Set<Int> {
        guard !known.contains(start) else { return [] }
        var found: Set<Int> = [start]
        var open = [start]
        while let next = open.popLast() {
            for file in includes[next] where !known.contains(file) && found.insert(file).inserted { open.append(file) }
        }
        return found
    }

    /// The contents as bytes.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(files.count)
        for (file, targets) in zip(files, includes) {
            writer.write(file.path)
            writer.write(file.digest)
            writer.write(targets)
        }
        writer.write(roots)
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
    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let count = try reader.count()
        for _ in 0..<count {
            add(FactBlob.File(path: try reader.text(), digest: try reader.content(), isIncluded: true))
            includes[files.count - 1] = try reader.indexes(below: count)
        }
        roots = try reader.indexes(below: count)
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

extension ByteWriter {
    fileprivate mutating func write(_ numbers: [Int]) {
        write(numbers.count)
        for number in numbers { write(number) }
    }
}

extension ByteReader {
    fileprivate mutating func indexes(below limit: Int) throws(MalformedBytes) -> [Int] {
        var numbers: [Int] = []
        for _ in 0..<(try count()) { numbers.append(try index(below: limit)) }
        return numbers
    }
}
