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
    /// - Parameter prefix: what the prefix below the unit holds; nil when there is none.
    func reportFiles(prefix: PrefixContents?) {
        forEachIncludedFile { file, number in
            guard files.files[number].path != PathNames.prefix else { return }
            let index = files.index(of: number, in: &blob)
            guard !blob.files[index].isIncluded else { return }
            blob.files[index].digest = digest(of: parsed.content(of: file))
            blob.files[index].isIncluded = true
        }
        guard let prefix else { return }
        for number in filesRead(of: prefix) {
            let file = prefix.files[number]
            let index = files.index(of: files.number(of: file.path), in: &blob)
            blob.files[index].digest = file.digest
            blob.files[index].isIncluded = true
        }
    }

    /// The files of the prefix that the unit would have read by itself.
    private func filesRead(of prefix: PrefixContents) -> Set<Int> {
        var read: Set<Int> = []
        for root in prefix.roots { read.formUnion(prefix.closure(of: root, without: read)) }
        for case .inclusion(let path, _) in preprocessing {
            guard let number = prefix.numbers[path] else { continue }
            read.formUnion(prefix.closure(of: number, without: read))
        }
        return read
    }

    /// Why the unit may mean something else without the prefix; nil when it means the same.
    func dependence(on prefix: PrefixContents) -> String? {
        var read: Set<Int> = []
        var defined: Set<String> = []
        for root in prefix.roots { read.formUnion(prefix.closure(of: root, without: read)) }
        for event in preprocessing {
            switch event {
            case .definition(let name, _):
                if prefix.macros[name] != nil { defined.insert(name) }
            case .inclusion(let path, _):
                guard let number = prefix.numbers[path] else { continue }
                let news = prefix.closure(of: number, without: read)
                for name in defined where !UnitFacts.formatMacros.contains(name) {
                    let macro = prefix.macros[name]!
                    if macro.testing.contains(where: news.contains) || macro.defining.contains(where: news.contains) {
                        return "it defines \(name) before it includes what asks for it"
                    }
                }
                read.formUnion(news)
            }
        }
        /// Whether the prefix has the macro only from files that the unit does not include.
        func isForeign(_ macro: PrefixContents.MacroFiles) -> Bool {
            !macro.defining.isEmpty && !macro.defining.contains(where: read.contains)
        }
        for use in macroHomes.values {
            guard let home = use.home, let number = prefix.numbers[home], !read.contains(number) else { continue }
            return "it uses \(use.name), which it does not include"
        }
        var foreign: String?
        forEachIncludedFile { file, number in
            guard foreign == nil, prefix.numbers[files.files[number].path] == nil else { return }
            for name in testedMacros(in: parsed.content(of: file)) {
                guard let macro = prefix.macros[name], isForeign(macro), !defined.contains(name) else { continue }
                foreign = "it tests \(name), which it does not include"
            }
        }
        return foreign
    }

    /// Macros that units set before their first include and that headers put into format strings, where no fact is.
    private static let formatMacros: Set<String> = ["pr_fmt", "dev_fmt", "KMSG_COMPONENT"]
}
