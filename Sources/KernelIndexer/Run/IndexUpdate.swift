import ContentDigest
import Failure
import Foundation
import KernelIndex

/// Brings an index up to date: parses what changed, and keeps what did not.
///
/// A unit is unchanged when its command and all files that it read are. Facts about a header belong to the first unit
/// that reported them; when that unit no longer does although the header is the same, the other units that include the
/// header are asked again.
struct IndexUpdate {
    private let request: IndexRequest
    /// Of everything, or of the units that are parsed again.
    private var plan: IndexPlan
    private let isPartial: Bool
    private let commandsDigest: String
    private let place: IndexPlace
    private let snapshot: IndexSnapshot
    /// Units of the plan to parse.
    private var wanted: [Int] = []
    /// Units of the index that go, since they are parsed again or no longer asked for.
    private var leaving: [StoredUnit] = []
    /// Units of the index that stay.
    private var staying: [StoredUnit] = []
    /// Prefixes of the plan to parse for their facts.
    private var stalePrefixes: [Int] = []
    private var changedFiles: Set<Int64> = []
    /// Files of which the file system says something else than the index; their content may be the same.
    private var touchedFiles: Set<Int64> = []
    private var removed = 0

    /// Where the prefixes of an index are described, so that an update can use the same ones.
    static let prefixesKey = "prefixes"

    /// Compares an index with a request; nil when it is no index that could be brought up to date, or so much has
    /// changed that a new one takes no longer.
    ///
    /// - Throws: ``Failure`` when the tree is missing or there is nothing to index.
    init?(
        _ request: IndexRequest,
        _ place: IndexPlace,
        _ snapshot: IndexSnapshot,
        commandsDigest: String
    ) throws {
        let paths = try TreePaths(sourceRoot: request.sourceRoot, buildRoot: request.buildRoot)
        guard snapshot.meta[MetaKey.sourceRoot.rawValue] == paths.sourceRoot,
            snapshot.meta[MetaKey.buildRoot.rawValue] == paths.buildRoot,
            let prefixes = try? JSONDecoder().decode(
                [PlannedPrefix].self,
                from: Data((snapshot.meta[IndexUpdate.prefixesKey] ?? "[]").utf8)
            )
        else { return nil }
        self.request = request
        self.place = place
        self.snapshot = snapshot
        self.commandsDigest = commandsDigest
        for number in IndexUpdate.touched(snapshot, paths) {
            touchedFiles.insert(number)
            let file = snapshot.files[number]!
            if ContentDigest(ofFile: paths.file(of: file.path))?.bytes != file.digest { changedFiles.insert(number) }
        }
        let stored = snapshot.units.filter { $0.kind == .unit }
        let stale = IndexUpdate.stale(stored, changedFiles)
        let isSame = snapshot.meta[IndexStatement.commandsKey] == commandsDigest
        let part = isSame ? try IndexUpdate.plan(request, of: stale, paths) : nil
        isPartial = part != nil
        plan = try part ?? IndexPlan(request)
        compare(stored, stale: Set(stale.map(\.id)))
        let parsedPrefixes = snapshot.units.filter { $0.kind == .prefix }
        plan.use(prefixes, parsed: Set(parsedPrefixes.map(\.path)), for: wanted)
        for unit in parsedPrefixes {
            guard let number = prefixes.firstIndex(where: { $0.path == unit.path }) else { return nil }
            if changedFiles.isDisjoint(with: unit.files) {
                staying.append(unit)
            } else {
                leaving.append(unit)
                stalePrefixes.append(number)
            }
        }
        guard wanted.count * 2 <= (isPartial ? stored.count : plan.units.count) else { return nil }
    }

    /// The units that have to be parsed again whatever their commands are: of those without files libclang gave no facts,
    /// and perhaps does now.
    private static func stale(_ units: [StoredUnit], _ changed: Set<Int64>) -> [StoredUnit] {
        guard let last = changed.max() else { return units.filter(\.files.isEmpty) }
        var isChanged = [Bool](repeating: false, count: Int(last) + 1)
        for file in changed { isChanged[Int(file)] = true }
        return units.filter { unit in
            unit.files.isEmpty || unit.files.contains { $0 < isChanged.count && isChanged[Int($0)] }
        }
    }

    /// A plan of some units alone, where all commands are what they were; nil where their commands are not found.
    private static func plan(_ request: IndexRequest, of units: [StoredUnit], _ paths: TreePaths) throws -> IndexPlan? {
        let plan = try IndexPlan(request, files: Set(units.map { paths.file(of: $0.path) }))
        let planned = Set(plan.units.map(\.commandDigest))
        return units.allSatisfy { planned.contains($0.commandDigest) } ? plan : nil
    }

    private mutating func compare(_ stored: [StoredUnit], stale: Set<Int64>) {
        var byCommand = Dictionary(grouping: stored, by: \.commandDigest)
        for (number, unit) in plan.units.enumerated() {
            guard let known = byCommand[unit.commandDigest]?.popLast() else {
                wanted.append(number)
                continue
            }
            if stale.contains(known.id) {
                wanted.append(number)
                leaving.append(known)
            } else {
                staying.append(known)
            }
        }
        let others = byCommand.values.flatMap { $0 }.sorted { $0.id < $1.id }
        guard !isPartial else {
            staying += others
            return
        }
        let asked = Set(plan.units.map(\.path))
        removed = others.count { !asked.contains($0.path) }
        leaving += others
    }

    /// The files of which the file system says something else than the index; it is asked on all processors.
    private static func touched(_ snapshot: IndexSnapshot, _ paths: TreePaths) -> [Int64] {
        // What no unit has read is the table of system calls, or was named by a prefix only.
        let files = Array(snapshot.files.filter { !$0.value.digest.isEmpty })
        return InParts.of(files) { part in
            part.compactMap { number, file in
                file.stamp != nil && paths.stamp(of: file.path) == file.stamp ? nil : number
            }
        }
    }

    /// Whether there is nothing to do.
    private var isCurrent: Bool {
        guard wanted.isEmpty, leaving.isEmpty else { return false }
        return IndexStatement(request, plan, commandsDigest: commandsDigest).isStated(in: snapshot)
    }

    /// Brings the index up to date.
    ///
    /// - Returns: how it went; nil when only a new index gives what is asked for.
    func run(start: Double, progress: (IndexProgress) -> Void) throws -> IndexSummary? {
        var summary = IndexSummary()
        summary.seconds.planning = MonotonicClock.seconds - start
        let units = staying.filter { $0.kind == .unit }
        guard !isCurrent else {
            summary.reused = units.count
            summary.failed = units.compactMap { unit in unit.message.map { .init(path: unit.path, reason: $0) } }
                .sorted { $0.path < $1.path }
            return summary
        }
        let began = Date()
        // Workers parse while the database is made ready.
        let running = try RunningPass(try firstPass())
        defer { running.stop() }
        let read = FilesRead(leaving: leaving, staying: staying)
        var written = 0.0
        let isComplete = try IndexWriter.update(place.database) { writer in
            let owned = try writer.ownedGroups(of: leaving.map(\.id))
            try writer.remove(leaving.map(\.id))
            try running.write(writer, &summary, progress: progress)
            var missing = try missingFiles(owned, writer)
            if !missing.isEmpty, running.refuseOtherPrefixes() {
                // A file was the one that told of headers that its own prefix, or a wider one, has now.
                try writer.remove(writer.newUnits())
                summary.parsed = []
                summary.onPrefix = 0
                try secondPass(wanted, of: plan).run(writer, &summary, progress: progress)
                missing = try missingFiles(owned, writer)
            }
            let again = missing.isEmpty ? [] : units.filter { !missing.isDisjoint(with: $0.files) }
            try writer.remove(again.map(\.id))
            let commands = Set(again.map(\.commandDigest))
            let whole = isPartial && !again.isEmpty ? try IndexPlan(request) : plan
            let numbers = whole.units.indices.filter { commands.contains(whole.units[$0].commandDigest) }
            try secondPass(numbers, of: whole).run(writer, &summary, progress: progress)
            if !stalePrefixes.isEmpty || !read.ofPrefixesOnly.isEmpty {
                guard try !writer.hasForeignPrefixFiles() else { return false }
            }
            try IndexStatement(request, plan, commandsDigest: commandsDigest).write(writer)
            try writer.sweep(files: read.ofLeavingOnly)
            try writer.setStamps(touched: touchedFiles) { plan.paths.stamp(of: $0, before: began) }
            summary.reused = units.count - again.count
            summary.removed = removed
            summary.failed = try writer.failedUnits().map { .init(path: $0.path, reason: $0.message) }
            summary.facts = writer.counts
            written = MonotonicClock.seconds
            return true
        }
        guard isComplete else {
            try place.startOver()
            return nil
        }
        summary.seconds.completing = MonotonicClock.seconds - written
        return summary
    }

    /// The units that are wanted. Each is parsed on top of its prefix where that is there, or pays for itself.
    private func firstPass() throws -> UnitPass {
        let held = "\(place.scratch)/held-groups"
        let groups = try IndexSnapshot.groups(of: place.database, in: headersToRead, without: Set(leaving.map(\.id)))
        // Without the file, workers report what the index has already, and it is left out here.
        let isWritten = FileManager.default.createFile(atPath: held, contents: groups)
        var plan = plan
        var kept = KeptPrefixes(request, plan, place)
        for unit in staying where unit.kind == .prefix {
            let number = plan.prefixes.firstIndex { $0.path == unit.path }
            if let number { kept.include(number, of: plan, files: Array(unit.files), in: snapshot) }
        }
        var pass = UnitPass(
            request: request,
            plan: plan,
            place: place,
            reportedPrefixes: Set(stalePrefixes),
            units: wanted,
            heldGroups: isWritten ? held : nil
        )
        var made: Set<Int> = []
        for prefix in stalePrefixes { make(prefix, &made, kept, &pass) }
        let users = Dictionary(grouping: wanted) { self.plan.units[$0].prefix }
        for (prefix, units) in users where request.usesPrefix {
            guard let prefix, !made.contains(prefix), !isReady(prefix, kept, &pass) else { continue }
            let wider = plan.chain(of: prefix).dropFirst().first { made.contains($0) || isReady($0, kept, &pass) }
            if units.count >= (wider == nil ? IndexUpdate.worthwhile : IndexUpdate.worthwhileOnTop) {
                make(prefix, &made, kept, &pass)
            } else {
                pass.usesWiderPrefixes = pass.usesWiderPrefixes || wider != nil
                for number in units { plan.units[number].prefix = wider }
            }
        }
        if request.usesPrefix, wanted.count == 1 { useOwnPrefix(of: wanted[0], &plan, &kept, &pass) }
        pass.plan = plan
        pass.prefixes = made.sorted()
        pass.kept = kept
        return pass
    }

    /// Whether a prefix is there, with what it is on top of; then the pass is told where.
    private func isReady(_ prefix: Int, _ kept: KeptPrefixes, _ pass: inout UnitPass) -> Bool {
        guard let places = kept.ready(prefix, at: pass.precompiled) else { return false }
        pass.ready.merge(places) { $1 }
        return true
    }

    /// Has a prefix made, with all that is below it and not there.
    private func make(_ prefix: Int, _ made: inout Set<Int>, _ kept: KeptPrefixes, _ pass: inout UnitPass) {
        for number in plan.chain(of: prefix) {
            if isReady(number, kept, &pass) { return }
            made.insert(number)
        }
    }

    /// The files that units read which are parsed again; nil where a unit is new, and may read any.
    private var headersToRead: Set<Int64>? {
        let before = Dictionary(grouping: leaving, by: \.path)
        var files: Set<Int64> = []
        for number in wanted {
            guard let units = before[plan.units[number].path] else { return nil }
            for unit in units { files.formUnion(unit.files) }
        }
        return files
    }

    /// Headers that have not changed, and of which nobody tells any more what some unit told that has gone.
    private func missingFiles(
        _ owned: [(unit: Int64, file: Int64, keys: [UInt64])],
        _ writer: IndexWriter
    ) throws -> Set<Int64> {
        var missing: Set<Int64> = []
        for (_, file, keys) in owned where !changedFiles.contains(file) {
            let held = try writer.groups(in: file)
            if !keys.allSatisfy(held.contains) { missing.insert(file) }
        }
        return missing
    }

    /// Whoever edits one file edits it again: where no prefix serves, all that the file includes is precompiled beside it for the
    /// next time, or, where that was refused, what its folder has in common.
    private func useOwnPrefix(
        of number: Int,
        _ plan: inout IndexPlan,
        _ kept: inout KeptPrefixes,
        _ pass: inout UnitPass
    ) {
        let unit = plan.units[number]
        let read = leaving.first { $0.path == unit.path }?.files ?? StoredNumbers()
        let files = read.filter { snapshot.files[$0]?.path != unit.path }
        guard !files.isEmpty, changedFiles.isDisjoint(with: files), let own = PlannedPrefix(ownOf: unit) else { return }
        let prefix = plan.prefixes.count
        plan.prefixes.append(own)
        kept.include(prefix, of: plan, files: files, in: snapshot)
        guard !kept.isRefused(prefix) else {
            plan.prefixes.removeLast()
            makeLater(self.plan.units[number].prefix, kept, &pass)
            return
        }
        if isReady(prefix, kept, &pass) {
            pass.own = prefix
            plan.units[number].prefix = prefix
        } else if plan.units[number].prefix != nil {
            // A file on a prefix that others share takes little longer than on its own, and that one takes seconds to make.
            makeLater(self.plan.units[number].prefix, kept, &pass)
        } else if request.jobs > 1 {
            pass.later.append(prefix)
        }
    }

    /// Has what a folder has in common made beside the units, where it is not there.
    private func makeLater(_ prefix: Int?, _ kept: KeptPrefixes, _ pass: inout UnitPass) {
        guard let prefix, request.jobs > 1, pass.ready[prefix] == nil, kept.header(of: prefix) != nil else { return }
        var made: Set<Int> = []
        make(prefix, &made, kept, &pass)
        pass.later += made.sorted()
    }

    /// A prefix pays for itself from some units on, and earlier on top of one that is there.
    private static let worthwhile = 6
    private static let worthwhileOnTop = 3

    /// Units that are asked again, for groups that nobody else has any more.
    private func secondPass(_ units: [Int], of plan: IndexPlan) -> UnitPass {
        var plan = plan
        for number in units { plan.units[number].prefix = nil }
        return UnitPass(request: request, plan: plan, place: place, units: units)
    }
}

/// Which files of an index depend on which units.
private struct FilesRead {
    /// Files that units read which leave, and none that stays.
    var ofLeavingOnly: Set<Int64>
    /// Files that prefixes read which stay, and no unit that does.
    var ofPrefixesOnly: Set<Int64>

    init(leaving: [StoredUnit], staying: [StoredUnit]) {
        ofLeavingOnly = leaving.reduce(into: []) { $0.formUnion($1.files) }
        ofPrefixesOnly = staying.reduce(into: []) { if $1.kind == .prefix { $0.formUnion($1.files) } }
        // Millions of numbers are walked through, of which few are asked for.
        var isOpen = [UInt8](repeating: 0, count: Int(max(ofLeavingOnly.max() ?? 0, ofPrefixesOnly.max() ?? 0)) + 1)
        for file in ofLeavingOnly { isOpen[Int(file)] |= 1 }
        for file in ofPrefixesOnly { isOpen[Int(file)] |= 2 }
        for unit in staying {
            let closed: UInt8 = unit.kind == .unit ? 3 : 1
            for file in unit.files where file < isOpen.count { isOpen[Int(file)] &= ~closed }
        }
        ofLeavingOnly = ofLeavingOnly.filter { isOpen[Int($0)] & 1 != 0 }
        ofPrefixesOnly = ofPrefixesOnly.filter { isOpen[Int($0)] & 2 != 0 }
    }
}
