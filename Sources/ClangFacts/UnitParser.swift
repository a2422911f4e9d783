import Glibc
public import IndexFacts

/// Turns translation units into facts, one after the other, in one process.
///
/// It remembers which declarations of headers it has reported, and leaves them out of later reports: whoever collects
/// the facts takes them from the first unit that has them.
public final class UnitParser {
    /// Why a unit has no facts at all.
    public struct Unparsable: Error, Sendable {
        /// In one line.
        public let reason: String
    }

    private var reported: Set<UInt64> = []
    private var heldGroups: String?
    private var names: (sourceRoot: String, buildRoot: String?, names: PathNames)?
    /// What prefixes hold, the one that was used last at the end: units come by their size, and each folder has its own.
    private var contents: [(path: String, contents: PrefixContents)] = []
    /// Some 5 MB each.
    private static let contentsLimit = 16

    /// Makes a parser that has reported nothing.
    public init() {}

    /// Parses a unit and collects its facts.
    ///
    /// - Parameters:
    ///   - order: what to parse; the process moves to its directory.
    ///   - prefixReady: called when the order is a prefix and the precompiled file is complete, before its facts.
    /// - Returns: the facts; nil where a unit that may be refused is: other headers before it could do.
    /// - Throws: ``Unparsable`` when libclang gives no unit. Errors in the source are no such thing: they stand in
    ///   ``FactBlob/message`` beside the facts that libclang could still make out.
    public func facts(for order: WorkOrder, prefixReady: @escaping () -> Void = {}) throws(Unparsable) -> FactBlob? {
        guard chdir(order.directory) == 0 else {
            throw Unparsable(reason: "\(order.directory): the command's directory cannot be entered")
        }
        if let held = order.heldGroups, held != heldGroups { leaveOut(groupsIn: held) }
        let facts: UnitFacts
        var prefix: (contents: PrefixContents, read: Set<Int>)?
        switch order.task {
        case .headers: facts = try headerFacts(order, try parsedPrefix(order))
        case .prefix(let precompiled, let reportsFacts):
            guard let made = try precompile(order, to: precompiled, reportsFacts, prefixReady) else {
                return FactBlob(libclangVersion: "")
            }
            facts = made
        case .unit(nil, _): facts = try collectedFacts(order, arguments: order.arguments)
        case .unit(let precompiled?, let mayBeRefused):
            switch parse(order, onTopOf: precompiled) {
            case .same(let onTop, let contents, let read):
                facts = onTop
                prefix = (contents, read)
            case .different(bySource: false) where mayBeRefused: return nil
            case .different: facts = try collectedFacts(order, arguments: order.arguments)
            }
        }
        facts.reportFiles(prefix: prefix)
        facts.blob.usedPrefix = prefix != nil
        facts.blob.message = facts.parsed.errors
        reported.formUnion(facts.reportedHere)
        return facts.blob
    }

    /// Leaves out what the index holds already. Where the file cannot be read, more is reported than is needed.
    private func leaveOut(groupsIn path: String) {
        heldGroups = path
        (read(path) ?? []).withUnsafeBytes { bytes in
            reported.reserveCapacity(bytes.count / 8)
            for start in stride(from: 0, to: bytes.count - bytes.count % 8, by: 8) {
                reported.insert(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
            }
        }
    }

    private func parsed(_ order: WorkOrder, _ arguments: [String], isPrefix: Bool) throws(Unparsable) -> ParsedUnit {
        do {
            return try ParsedUnit(file: order.file, arguments: arguments, isPrefix: isPrefix)
        } catch {
            throw Unparsable(reason: error.reason)
        }
    }

    private func newFacts(_ parsed: ParsedUnit, _ order: WorkOrder, mainPath: String? = nil) -> UnitFacts {
        let names = pathNames(for: order)
        return UnitFacts(
            parsed,
            mainPath: mainPath ?? names.name(of: order.file),
            of: order,
            names: names,
            reported: reported
        )
    }

    private func collectedFacts(_ order: WorkOrder, arguments: [String]) throws(Unparsable) -> UnitFacts {
        let facts = newFacts(try parsed(order, arguments, isPrefix: false), order)
        facts.collect()
        return facts
    }

    /// What came of a unit on top of a prefix.
    private enum OnPrefix {
        /// Its facts, which are the same by itself, and the files of the prefix that it would have read.
        case same(UnitFacts, PrefixContents, Set<Int>)
        /// See ``UnitFacts/OnPrefix``.
        case different(bySource: Bool)
    }

    private func parse(_ order: WorkOrder, onTopOf precompiled: String) -> OnPrefix {
        let arguments = ["-include-pch", precompiled] + order.arguments
        guard let contents = prefixContents(of: precompiled),
            let parsed = try? parsed(order, arguments, isPrefix: false), parsed.errors == nil
        else { return .different(bySource: false) }
        let facts = newFacts(parsed, order)
        var found = OnPrefix.different(bySource: false)
        facts.collect { [unowned facts] in
            switch facts.comparison(with: contents) {
            case .same(let read):
                facts.foreignFiles = Set(contents.numbers.lazy.filter { !read.contains($0.value) }.map(\.key))
                found = .same(facts, contents, read)
                return true
            case .different(let bySource):
                found = .different(bySource: bySource)
                return false
            }
        }
        return found
    }

    private func parsedPrefix(_ order: WorkOrder) throws(Unparsable) -> ParsedUnit {
        let parsed = try parsed(order, order.arguments, isPrefix: true)
        if let errors = parsed.errors { throw Unparsable(reason: errors) }
        pathNames(for: order).rename(order.file, to: PathNames.prefix)
        return parsed
    }

    private func headerFacts(
        _ order: WorkOrder,
        _ parsed: ParsedUnit,
        preprocessed: @escaping (UnitFacts) -> Bool = { _ in true }
    ) throws(Unparsable) -> UnitFacts {
        let facts = newFacts(parsed, order, mainPath: PathNames.prefix)
        facts.collect { [unowned facts] in preprocessed(facts) }
        return facts
    }

    /// Writes the prefix precompiled before the walk through its declarations, so that units need not wait for that.
    ///
    /// - Returns: its facts; nil when they are not wanted.
    private func precompile(
        _ order: WorkOrder,
        to precompiled: String,
        _ reportsFacts: Bool,
        _ ready: @escaping () -> Void
    ) throws(Unparsable) -> UnitFacts? {
        let parsed = try parsedPrefix(order)
        guard parsed.save(to: precompiled) else {
            throw Unparsable(reason: "\(precompiled): the precompiled prefix cannot be written")
        }
        let facts = try headerFacts(order, parsed) { facts in
            if write(PrefixContents(of: facts).encoded, to: PrefixContents.path(for: precompiled)) { ready() }
            return reportsFacts
        }
        return reportsFacts ? facts : nil
    }

    private func pathNames(for order: WorkOrder) -> PathNames {
        if let names, names.sourceRoot == order.sourceRoot, names.buildRoot == order.buildRoot { return names.names }
        let fresh = PathNames(sourceRoot: order.sourceRoot, buildRoot: order.buildRoot)
        names = (order.sourceRoot, order.buildRoot, fresh)
        return fresh
    }

    private func prefixContents(of precompiled: String) -> PrefixContents? {
        if let known = contents.firstIndex(where: { $0.path == precompiled }) {
            contents.append(contents.remove(at: known))
            return contents[contents.count - 1].contents
        }
        guard let bytes = read(PrefixContents.path(for: precompiled)),
            let read = try? PrefixContents(decoding: bytes)
        else { return nil }
        if contents.count >= UnitParser.contentsLimit { contents.removeFirst() }
        contents.append((precompiled, read))
        return read
    }
}
