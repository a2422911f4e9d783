import CLibclang
import IndexFacts

/// Collects the facts of one parsed unit.
final class UnitFacts {
    let parsed: ParsedUnit
    var blob: FactBlob
    var files: UnitFiles
    let names: PathNames
    /// See ``WorkOrder/program``.
    let program: String?
    /// Whether the unit is part of a module (`-DMODULE`).
    private let isModule: Bool
    private let isPrefix: Bool

    /// Symbols by libclang's node and context, and by name for macros; -1 for what has none.
    var symbolsByNode: [UInt: Int] = [:]
    var symbolsByIdentity: [String: Int] = [:]
    var macros: [String: Int] = [:]

    /// Groups of headers that this worker has reported with an earlier unit, and those that it reports with this one.
    private let reported: Set<UInt64>
    private(set) var reportedHere: Set<UInt64> = []

    /// The includes and macro definitions outside the prefix, in the order in which the compiler met them.
    var preprocessing: [PreprocessorEvent] = []
    /// In a prefix: the files that define the macros which a file asks for, both by path, those of ``formatMacros`` left out.
    private(set) var homesOfUsedMacros: [String: Set<String>] = [:]
    /// Macros that an expansion names, by node, with the file that defines them.
    var macroHomes: [UInt: MacroUse] = [:]
    /// The files of the prefix that the unit would not have read by itself. What they say is not known to it.
    var foreignFiles: Set<String> = []
    /// Whether structures hold functions, by node: see `isFollowed`.
    var functionHolders: [UInt: Bool] = [:]
    /// Parameters without a type that are called, or passed on to where they are, by node.
    var calledParameters: Set<UInt> = []
    /// Contents that were asked for, by libclang's handle of the file.
    var contents: [UInt: [UInt8]] = [:]
    /// The names of errors, by where their numbers are spelled; nil for a number that is no error's.
    var errorNames: [ErrorPlace: String?] = [:]
    private var expansions: [(fact: Int, file: Int, offset: UInt32)] = []
    private var bodies: [Int: [Body]] = [:]
    /// Where headers expand macros that are something else in modules, by the number of the file, in the order of the text.
    private var moduleExpansions: [Int: [UInt32]] = [:]
    private var whenPreprocessed: (() -> Bool)?

    /// The text range of a function or of a file-scope variable.
    private struct Body {
        var start: UInt32
        var end: UInt32
        var declaration: CXCursor
    }

    /// - Parameters:
    ///   - mainPath: the unit's own file as the index names it; ``PathNames/prefix`` for the prefix.
    ///   - order: what the unit is and how it is parsed.
    ///   - reported: keys of groups to leave out, because this worker has sent them.
    init(_ parsed: ParsedUnit, mainPath: String, of order: WorkOrder, names: PathNames, reported: Set<UInt64>) {
        self.parsed = parsed
        program = order.program
        isModule = order.arguments.contains("-DMODULE")
        isPrefix = mainPath == PathNames.prefix
        self.names = names
        self.reported = reported
        blob = FactBlob(libclangVersion: String(clang_getClangVersion()))
        files = UnitFiles(mainPath: mainPath)
        if mainPath != PathNames.prefix {
            let main = files.number(of: mainPath)
            _ = files.index(of: main, in: &blob)
        }
    }

    /// Visits everything and leaves the facts in ``blob``.
    ///
    /// - Parameter preprocessed: called when all macros, expansions and includes are known; tells whether the
    ///   declarations are to be visited.
    func collect(preprocessed: @escaping () -> Bool = { true }) {
        whenPreprocessed = preprocessed
        let context = Unmanaged.passUnretained(self).toOpaque()
        clang_visitChildren(
            parsed.cursor,
            { cursor, _, context in
                Unmanaged<UnitFacts>.fromOpaque(context!).takeUnretainedValue().visit(cursor)
            },
            context
        )
        _ = endPreprocessing()
        sortBodies()
        for expansion in expansions { resolve(expansion) }
    }

    private func visit(_ cursor: CXCursor) -> CXChildVisitResult {
        // libclang visits what the preprocessor recorded first.
        switch cursor.kind {
        case CXCursor_MacroExpansion: visit(expansion: cursor)
        case CXCursor_MacroDefinition: visit(macro: cursor)
        case CXCursor_InclusionDirective: visit(inclusion: cursor)
        default:
            guard endPreprocessing() else { return CXChildVisit_Break }
            visit(declaration: cursor)
        }
        return CXChildVisit_Continue
    }

    private func endPreprocessing() -> Bool {
        defer { whenPreprocessed = nil }
        return whenPreprocessed?() ?? true
    }

    private func visit(declaration: CXCursor) {
        let place = kernaut_offset_of(declaration.location)
        guard let file = files.number(of: place.file, names: names) else { return }
        if declaration.kind == CXCursor_FunctionDecl || declaration.kind == CXCursor_VarDecl {
            let start = kernaut_offset_of(declaration.start)
            let end = kernaut_offset_of(declaration.end)
            if start.file == place.file, end.file == place.file, files.files[file].isSource || isWritten(declaration) {
                bodies[file, default: []].append(Body(start: start.offset, end: end.offset, declaration: declaration))
            }
        }
        let variant = variant(of: declaration, file: file)
        inGroup(of: declaration, file: file, offset: place.offset, variant: variant) {
            DeclarationWalk(self).walk(declaration)
        }
    }

    /// Whether a declaration is the file's own text, or has a body that is. What a header's macros make (trace events) is one
    /// thing to the unit that defines it and another to the rest, and is around nothing that the header says.
    private func isWritten(_ declaration: CXCursor) -> Bool {
        if !kernaut_is_in_macro(declaration.start) { return true }
        let end = kernaut_offset_of(declaration.end)
        guard let file = end.file, end.offset > 0 else { return false }
        let content = content(of: file)
        return Int(end.offset) <= content.count && content[Int(end.offset) - 1] == UInt8(ascii: "}")
    }

    /// Tells apart what one `enum` of a header is to several units: `#ifdef MODULE` may stand in it.
    private func variant(ofEnum declaration: CXCursor) -> UInt64 {
        var variant: UInt64 = 0
        for enumerator in childCursors(of: declaration) {
            variant = (variant ^ UInt64(kernaut_offset_of(enumerator.location).offset)) &* 0x9e37_79b9_7f4a_7c15
        }
        return variant
    }

    /// Tells apart what a declaration of a header is to several units: to modules and to the rest of the kernel, since
    /// `THIS_MODULE` may stand in it, and to the unit whose macros make a definition of it.
    private func variant(of declaration: CXCursor, file: Int) -> UInt64 {
        if declaration.kind == CXCursor_EnumDecl { return variant(ofEnum: declaration) }
        let variant: UInt64 = clang_isCursorDefinition(declaration) != 0 ? 0xc2b2_ae3d_27d4_eb4f : 0
        guard let expansions = moduleExpansions[file] else { return variant }
        let start = kernaut_offset_of(declaration.start).offset
        let end = kernaut_offset_of(declaration.end).offset
        return expansions.contains { start <= $0 && $0 < end } ? variant ^ 0x9e37_79b9_7f4a_7c15 : variant
    }

    private func visit(macro: CXCursor) {
        guard clang_Cursor_isMacroBuiltin(macro) == 0 else { return }
        let start = kernaut_offset_of(macro.location)
        guard let file = files.number(of: start.file, names: names) else { return }
        let name = macro.spelling
        preprocessing.append(.definition(name: name, text: range(of: macro), file: files.files[file].path))
        inGroup(of: macro, file: file, offset: start.offset) {
            guard let place = place(of: macro.location) else { return }
            report(
                .definition(
                    symbol: symbol(ofMacro: name),
                    place: place,
                    endLine: Int(kernaut_place_of(macro.end).line),
                    isDefinition: true
                )
            )
        }
    }

    private func range(of macro: CXCursor) -> MacroText {
        let start = kernaut_offset_of(macro.start)
        return MacroText(file: start.file, start: start.offset, end: kernaut_offset_of(macro.end).offset)
    }

    private func visit(expansion: CXCursor) {
        guard clang_Cursor_isMacroBuiltin(expansion) == 0 else { return }
        let start = kernaut_offset_of(expansion.location)
        guard let file = files.number(of: start.file, names: names) else { return }
        let definition = expansion.referenced
        // Macros that the compiler defines itself, such as __LINE__, have no definition.
        guard !definition.isNull else { return }
        let use = self.use(of: definition, by: expansion, isInSource: files.files[file].isSource)
        // `#define name name` only says that there is a name: where it stands, the name itself is what is meant.
        guard !use.isNameItself else { return }
        if isPrefix, let home = use.home, !UnitFacts.formatMacros.contains(use.name) {
            homesOfUsedMacros[files.files[file].path, default: []].insert(home)
        }
        if !files.files[file].isSource {
            guard isFactOfHeader(use, in: files.files[file].path, at: start.offset) else { return }
            if use.dependsOnModule { moduleExpansions[file, default: []].append(start.offset) }
            if reportDefaultDefinition(of: use, insteadOf: expansion, file: file) { return }
        }
        inGroup(of: expansion, file: file, offset: start.offset) {
            guard let place = place(of: expansion.location) else { return }
            expansions.append((blob.facts.count, file, start.offset))
            report(.reference(symbol: use.symbol, place: place, role: .expansion, within: nil))
        }
    }

    /// Whether the use of a macro in a header is a fact about the header, and not about the unit that reads it.
    private func isFactOfHeader(_ use: MacroUse, in path: String, at offset: UInt32) -> Bool {
        // What somebody sets for his own messages says nothing about the header that asks for it.
        if UnitFacts.formatMacros.contains(use.name), use.home.map({ !UnitFacts.isHomeOfDefaults($0) }) ?? true {
            return false
        }
        // A header asks for its own guard before it sets it, and meets it only in a circle of includes, which is as long as
        // the unit makes it.
        return use.home != path || use.offset < offset
    }

    /// Reports what a header defines where nobody has defined it before, instead of the question whether somebody has.
    private func reportDefaultDefinition(
        of use: MacroUse,
        insteadOf question: CXCursor,
        file: Int
    ) -> Bool {
        let asked = kernaut_offset_of(question.location)
        let line = Int(kernaut_place_of(question.location).line)
        guard let handle = asked.file,
            let found = DefaultDefinition(of: use.name, askedAt: Int(asked.offset), line: line, in: content(of: handle))
        else { return false }
        inGroup(of: question, file: file, offset: UInt32(found.offset)) {
            report(
                .definition(
                    symbol: use.symbol,
                    place: Place(file: files.index(of: file, in: &blob), line: found.line, column: found.column),
                    endLine: found.endLine,
                    isDefinition: true
                )
            )
        }
        return true
    }

    private func use(of definition: CXCursor, by expansion: CXCursor, isInSource: Bool) -> MacroUse {
        if let known = macroHomes[definition.node] { return known }
        let name = expansion.spelling
        let place = kernaut_offset_of(definition.location)
        let use = MacroUse(
            name: name,
            symbol: symbol(ofMacro: name),
            home: files.number(of: place.file, names: names).map { files.files[$0].path },
            offset: place.offset,
            isNameItself: isNameItself(definition, name),
            dependsOnModule: isModule && dependsOnModule(definition, name)
        )
        macroHomes[definition.node] = use
        if let home = use.home { preprocessing.append(.use(ofMacroIn: home, isInSource: isInSource)) }
        return use
    }

    /// Whether a macro says something else in a module. What is written there tells, not what that is made of in turn.
    private func dependsOnModule(_ macro: CXCursor, _ name: String) -> Bool {
        guard name != "MODULE", name != "THIS_MODULE" else { return true }
        guard var text = content(of: range(of: macro)) else { return false }
        while let first = text.firstIndex(of: UInt8(ascii: "T")) {
            text = text[first...]
            if text.starts(with: "THIS_MODULE".utf8) { return true }
            text = text.dropFirst()
        }
        return false
    }

    private func isNameItself(_ macro: CXCursor, _ name: String) -> Bool {
        let range = self.range(of: macro)
        let length = Int(range.end) - Int(range.start)
        // Most macros are shorter or longer; the text of few files has to be read to see.
        guard length > 2 * name.utf8.count, length < 2 * name.utf8.count + 16,
            clang_Cursor_isMacroFunctionLike(macro) == 0, let text = content(of: range)
        else { return false }
        return text.suffix(name.utf8.count).elementsEqual(name.utf8)
            && text.dropFirst(name.utf8.count).dropLast(name.utf8.count).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private func visit(inclusion: CXCursor) {
        guard let included = clang_getIncludedFile(inclusion),
            let target = files.number(of: included, names: names)
        else { return }
        let from = files.number(of: kernaut_offset_of(inclusion.location).file, names: names)
        preprocessing.append(
            .inclusion(of: files.files[target].path, from: from.map { files.files[$0].path })
        )
    }

    /// Runs `body`, whose facts become one group, unless this worker has reported the group with an earlier unit.
    private func inGroup(
        of cursor: CXCursor,
        file: Int,
        offset: UInt32,
        variant: UInt64 = 0,
        _ body: () -> Void
    ) {
        let home = files.files[file]
        guard home.path != PathNames.prefix else { return }
        var key: UInt64 = 0
        if !home.isMain {
            let name = CXStringName(of: cursor)
            key = groupKey(file: home.key ^ variant, offset: offset, name: name)
            name.dispose()
            guard !reported.contains(key) else { return }
        }
        let start = blob.facts.count
        body()
        removeRepetitions(from: start)
        let end = blob.facts.count
        guard end > start else { return }
        if key != 0 { reportedHere.insert(key) }
        let index = files.index(of: file, in: &blob)
        if let last = blob.groups.indices.last, blob.groups[last].key == key, blob.groups[last].file == index {
            blob.groups[last].facts = blob.groups[last].facts.lowerBound..<end
        } else {
            blob.groups.append(FactBlob.Group(file: index, key: key, facts: start..<end))
        }
    }

    /// Macros that name an argument several times make the compiler see several uses where the reader sees one.
    private func removeRepetitions(from start: Int) {
        guard blob.facts.count > start + 1 else { return }
        var seen: Set<Fact> = []
        var kept = start
        for index in start..<blob.facts.count where seen.insert(blob.facts[index]).inserted {
            if kept != index { blob.facts[kept] = blob.facts[index] }
            kept += 1
        }
        blob.facts.removeSubrange(kept...)
    }

    /// Adds a fact to the group at hand.
    func report(_ fact: Fact) { blob.facts.append(fact) }

    /// The place that a reader sees; nil for what lies in no file or in the prefix's own text.
    func place(of location: CXSourceLocation) -> Place? {
        let place = kernaut_place_of(location)
        guard let file = files.number(of: place.file, names: names), files.files[file].path != PathNames.prefix
        else { return nil }
        return Place(file: files.index(of: file, in: &blob), line: Int(place.line), column: Int(place.column))
    }

    /// Whether a place lies in a `.c` file.
    func isInSource(_ place: Place) -> Bool { blob.files[place.file].path.hasSuffix(".c") }

    /// The file that a declaration lies in, as a number in ``UnitFiles/files``.
    func fileNumber(of cursor: CXCursor) -> Int? {
        files.number(of: kernaut_offset_of(cursor.location).file, names: names)
    }

    /// A header of trace events is read several times, and what it declares comes as often.
    private func sortBodies() {
        for (file, bodies) in bodies where zip(bodies, bodies.dropFirst()).contains(where: { $0.start > $1.start }) {
            self.bodies[file] = bodies.enumerated()
                .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(\.element)
        }
    }

    /// Finds the function or variable around an expansion.
    private func resolve(_ expansion: (fact: Int, file: Int, offset: UInt32)) {
        guard let bodies = bodies[expansion.file] else { return }
        // Several may start at one macro, where the last has the body.
        var low = 0
        var high = bodies.count
        while low < high {
            let middle = (low + high) / 2
            if bodies[middle].start <= expansion.offset { low = middle + 1 } else { high = middle }
        }
        var candidate = low - 1
        var tried = 0
        while candidate >= 0, tried < 8 {
            let body = bodies[candidate]
            if expansion.offset < body.end,
                case .reference(let symbol, let place, let role, _) = blob.facts[expansion.fact]
            {
                let within = self.symbol(of: body.declaration, isInSource: files.files[expansion.file].isSource)
                blob.facts[expansion.fact] = .reference(symbol: symbol, place: place, role: role, within: within)
                return
            }
            candidate -= 1
            tried += 1
        }
    }
}
