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

    /// What came of an order.
    public enum Answer: Sendable {
        /// Facts.
        case facts(FactBlob)
        /// None for a unit that may be refused: on top of other headers it could do, such as those of the prefix, by where it is
        /// precompiled, that lies below the one at fault.
        case refused(below: String?)
    }

    private var reported: Set<UInt64> = []
    private var heldGroups: String?
    private var names: (sourceRoot: String, buildRoot: String?, names: PathNames)?
    /// What prefixes hold, by the file that each is precompiled to: 5 MB for the lowest, a tenth of that for most on top of it.
    var contents: [String: PrefixContents] = [:]

    /// Makes a parser that has reported nothing.
    public init() {}

    /// Parses a unit and collects its facts.
    ///
    /// - Parameters:
    ///   - order: what to parse; the process moves to its directory.
    ///   - prefixReady: called when the order is a prefix and the precompiled file is complete, before its facts.
    /// - Throws: ``Unparsable`` when libclang gives no unit. Errors in the source are no such thing: they stand in
    ///   ``FactBlob/message`` beside the facts that libclang could still make out.
    public func facts(for order: WorkOrder, prefixReady: @escaping () -> Void = {}) throws(Unparsable) -> Answer {
        guard chdir(order.directory) == 0 else {
            throw Unparsable(reason: "\(order.directory): the command's directory cannot be entered")
        }
        if let held = order.heldGroups, held != heldGroups { leaveOut(groupsIn: held) }
        let facts: UnitFacts
        var prefix: (contents: PrefixContents, read: [Int])?
        switch order.task {
        case .headers: (facts, prefix) = try headerFacts(of: order) { _, _ in true }
        case .prefix(let precompiled, let reportsFacts):
            var problem: String?
            (facts, prefix) = try headerFacts(of: order) { facts, base in
                problem = facts.precompile(to: precompiled, onTopOf: base)
                if problem == nil { prefixReady() }
                return reportsFacts && problem == nil
            }
            if let problem { throw Unparsable(reason: problem) }
            guard reportsFacts else { return .facts(FactBlob(libclangVersion: "")) }
        case .unit(let mayBeRefused):
            var onPrefix: UnitFacts?
            var next = order.prefix
            while let precompiled = next {
                next = nil
                switch parse(order, onTopOf: precompiled) {
                case .same(let same, let contents, let read):
                    onPrefix = same
                    prefix = (contents, read.sorted())
                case .different(bySource: false, let below) where mayBeRefused: return .refused(below: below)
                case .different(_, let below): next = below
                }
            }
            facts = if let onPrefix { onPrefix } else { try collectedFacts(order) }
        }
        facts.reportFiles(prefix: prefix)
        facts.blob.usedPrefix = prefix != nil
        facts.blob.message = facts.parsed.errors
        reported.formUnion(facts.reportedHere)
        return .facts(facts.blob)
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

    func parsed(
        _ order: WorkOrder,
        onTopOf precompiled: String?,
        isPrefix: Bool
    ) throws(Unparsable) -> ParsedUnit {
        let arguments = (precompiled.map { ["-include-pch", $0] } ?? []) + order.arguments
        do {
            return try ParsedUnit(file: order.file, arguments: arguments, isPrefix: isPrefix)
        } catch {
            throw Unparsable(reason: error.reason)
        }
    }

    func newFacts(_ parsed: ParsedUnit, _ order: WorkOrder, mainPath: String? = nil) -> UnitFacts {
        let names = pathNames(for: order)
        return UnitFacts(
            parsed,
            mainPath: mainPath ?? names.name(of: order.file),
            of: order,
            names: names,
            reported: reported
        )
    }

    private func collectedFacts(_ order: WorkOrder) throws(Unparsable) -> UnitFacts {
        let facts = newFacts(try parsed(order, onTopOf: nil, isPrefix: false), order)
        facts.collect()
        return facts
    }

    func pathNames(for order: WorkOrder) -> PathNames {
        if let names, names.sourceRoot == order.sourceRoot, names.buildRoot == order.buildRoot { return names.names }
        let fresh = PathNames(sourceRoot: order.sourceRoot, buildRoot: order.buildRoot)
        names = (order.sourceRoot, order.buildRoot, fresh)
        return fresh
    }
}
