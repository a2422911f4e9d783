import ContentDigest
import Failure
import Foundation
import Glibc
import IndexFacts
import KernelTree

/// The units of a request, with the prefixes that they share.
struct IndexPlan {
    let paths: TreePaths
    /// The greatest first: what takes longest must not be started last.
    var units: [PlannedUnit]
    var prefixes: [PlannedPrefix] = []

    /// - Parameter files: the files whose units are planned, absolute; nil for all.
    /// - Throws: ``Failure`` when the tree is missing or there is nothing to index.
    init(_ request: IndexRequest, files: Set<String>? = nil) throws {
        paths = try TreePaths(sourceRoot: request.sourceRoot, buildRoot: request.buildRoot)
        guard !request.commands.isEmpty else {
            throw Failure(.badInput, "there is nothing to index: no compile command", at: request.sourceRoot)
        }
        let tellsPrograms = request.commands.contains { ClangArguments.areForKernelCode($0.arguments) }
        var seen: Set<[UInt8]> = []
        let commands = files.map { files in request.commands.filter { files.contains($0.file) } } ?? request.commands
        units = InParts.of(commands) { [paths] commands in
            var roles = ArgumentRoles()
            var names = SourceNames(paths)
            return commands.map { PlannedUnit($0, tellsPrograms: tellsPrograms, &roles, &names) }
        }.filter { seen.insert($0.commandDigest).inserted }
        units.sort { left, right in
            if left.size != right.size { return left.size > right.size }
            if left.path != right.path { return left.path < right.path }
            return left.commandDigest.lexicographicallyPrecedes(right.commandDigest)
        }
    }

    /// Chooses prefixes for the units with these numbers.
    mutating func choosePrefixes(for numbers: [Int]) {
        var groups: [PrefixGroup: [Int]] = [:]
        let counts = groupSizes(of: numbers)
        for number in numbers {
            let own = PrefixGroup.all(of: units[number])
            let group = own.first { counts[$0]! >= PrefixGroup.worthwhile } ?? own[own.count - 1]
            groups[group, default: []].append(number)
        }
        makePrefixes(for: groups.filter { $0.value.count >= 4 })
        for number in numbers where units[number].prefix != nil {
            units[number].widerPrefix = fittingPrefixes(of: units[number]).first { $0 != units[number].prefix }
        }
    }

    /// Chooses prefixes for units that mean something else on top of those that were chosen for them: what the units of one
    /// folder include, in their order, does not contradict what they say themselves.
    ///
    /// - Returns: the prefixes' numbers.
    mutating func chooseLatePrefixes(for numbers: [Int]) -> [Int] {
        let first = prefixes.count
        var groups: [PrefixGroup: [Int]] = [:]
        let counts = groupSizes(of: numbers)
        for number in numbers {
            units[number].prefix = nil
            units[number].widerPrefix = nil
            // What lies far apart has nothing of its own in common.
            let own = PrefixGroup.all(of: units[number]).dropLast(2)
            if let group = own.first(where: { counts[$0]! >= PrefixGroup.worthwhileLate }) {
                groups[group, default: []].append(number)
            }
        }
        makePrefixes(for: groups.filter { $0.value.count >= PrefixGroup.worthwhileLate })
        return Array(first..<prefixes.count)
    }

    private func groupSizes(of numbers: [Int]) -> [PrefixGroup: Int] {
        var counts: [PrefixGroup: Int] = [:]
        for number in numbers {
            for group in PrefixGroup.all(of: units[number]) { counts[group, default: 0] += 1 }
        }
        return counts
    }

    private mutating func makePrefixes(for groups: [PrefixGroup: [Int]]) {
        for (group, members) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
            let path = prefixes.isEmpty ? "@prefix" : "@prefix-\(prefixes.count + 1)"
            guard let prefix = PlannedPrefix(path: path, group: group, units: members.map { units[$0] }) else {
                continue
            }
            for number in members where prefix.admits(units[number]) { units[number].prefix = prefixes.count }
            prefixes.append(prefix)
        }
    }

    /// The prefixes that a unit can be parsed on top of, those of the narrowest folder first.
    func fittingPrefixes(of unit: PlannedUnit) -> [Int] {
        let fitting = prefixes.indices.filter { prefixes[$0].admits(unit) }
        return PrefixGroup.all(of: unit).compactMap { group in
            fitting.first { prefixes[$0].folder == group.folder }
        }
    }

    /// Takes over prefixes that an index was made with, for some units.
    ///
    /// - Parameter parsed: the names of those that did parse.
    mutating func use(_ stored: [PlannedPrefix], parsed: Set<String>, for numbers: [Int]) {
        prefixes = stored
        for number in numbers {
            units[number].prefix = fittingPrefixes(of: units[number]).first { parsed.contains(stored[$0].path) }
        }
    }

    /// The order for a unit.
    func order(
        for unit: PlannedUnit,
        precompiled: String?,
        mayBeRefused: Bool,
        heldGroups: String?
    ) -> WorkOrder {
        WorkOrder(
            task: .unit(prefix: precompiled, mayBeRefused: mayBeRefused),
            directory: unit.directory,
            file: unit.file,
            arguments: unit.arguments.all,
            sourceRoot: paths.sourceRoot,
            buildRoot: paths.buildRoot,
            program: unit.program,
            heldGroups: heldGroups
        )
    }
}

/// What units must have in common to share a prefix.
struct PrefixGroup: Hashable {
    var directory: String
    var common: [String]
    /// The folder of the source tree that they lie in; empty for any.
    var folder: String

    /// From how many units on a folder has a prefix of its own, with the headers that are common there. To precompile one
    /// takes as long as it saves in some twenty units.
    static let worthwhile = 48
    /// The same for units that would otherwise be parsed by themselves, each with all its headers.
    static let worthwhileLate = 5

    /// The groups that a unit may belong to, the narrowest first.
    static func all(of unit: PlannedUnit) -> [PrefixGroup] {
        var group = PrefixGroup(directory: unit.directory, common: unit.arguments.common, folder: "")
        var groups = [group]
        for part in unit.path.split(separator: "/").dropLast().prefix(3) {
            group.folder += "\(part)/"
            groups.append(group)
        }
        return groups.reversed()
    }
}

extension PlannedPrefix {
    /// The prefix for units of one group; nil when they have no header to share.
    init?(path: String, group: PrefixGroup, units: [PlannedUnit]) {
        // Folders that a unit adds at the end change nothing about what the common ones provide.
        let folders = units.dropFirst().reduce(units[0].arguments.includeFolders) { common, unit in
            Array(zip(common, unit.arguments.includeFolders).prefix { $0 == $1 }.map(\.0))
        }
        var including: [String: Int] = [:]
        var order: [String] = []
        for unit in units {
            var own: Set<String> = []
            for include in IncludeScan.unconditionalIncludes(of: unit.file) {
                guard let header = unit.header(of: include), own.insert(header).inserted else { continue }
                if including[header] == nil { order.append(header) }
                including[header, default: 0] += 1
            }
        }
        // A header that two units include costs less once than twice; in a large index, rarer ones would only make the
        // prefix slow to load.
        let threshold = max(2, units.count / 50)
        // The headers of one driver may contradict another driver's in the same folder: what half of it includes is common.
        let privateThreshold = max(threshold, units.count / 2)
        let headers = order.filter { header in
            let isPrivate = header.hasPrefix("\"")
            guard including[header]! >= (isPrivate ? privateThreshold : threshold) else { return false }
            let name = String(header.dropFirst().dropLast())
            let file = isPrivate ? name : PlannedPrefix.find(name, in: folders, directory: group.directory)
            return file.map(IncludeScan.isShareable) ?? false
        }
        self.init(
            path: path,
            headers: headers,
            group: group,
            folders: folders,
            names: units[0].arguments.names
        )
    }

    /// A prefix of all that one unit includes, for whoever edits it; nil when it includes nothing that can be shared.
    init?(ownOf unit: PlannedUnit) {
        let headers = IncludeScan.unconditionalIncludes(of: unit.file).filter { include in
            unit.file(of: include).map(IncludeScan.isShareable) ?? false
        }.compactMap { unit.header(of: $0) }
        self.init(
            path: "@own \(unit.path)",
            headers: headers,
            group: PrefixGroup(directory: unit.directory, common: unit.arguments.common, folder: unit.path),
            folders: unit.arguments.includeFolders,
            names: unit.arguments.names
        )
    }

    private init?(path: String, headers: [String], group: PrefixGroup, folders: [String], names: [String]) {
        guard !headers.isEmpty else { return nil }
        let names = names.map { PlannedPrefix.macro($0) }
        let lines =
            names.map { "#define \($0.name) \($0.value)" } + headers.map { "#include \($0)" }
            + (names.map { String($0.name) } + PlannedPrefix.leftovers).map { "#undef \($0)" }
        self.init(
            path: path,
            text: lines.joined(separator: "\n") + "\n",
            directory: group.directory,
            common: group.common,
            folders: folders,
            folder: group.folder
        )
    }

    /// Whether a unit can be parsed on top of the prefix: its own folders come after those of the prefix.
    func admits(_ unit: PlannedUnit) -> Bool {
        unit.directory == directory && unit.arguments.common == common
            && unit.arguments.includeFolders.starts(with: folders)
    }

    /// Headers of trace events leave these defined, and the next such header takes them for its own. A unit that
    /// includes none of those in the prefix must not find them.
    private static let leftovers = ["TRACE_SYSTEM", "TRACE_INCLUDE_PATH", "TRACE_INCLUDE_FILE"]

    fileprivate static func find(_ name: String, in folders: [String], directory: String) -> String? {
        for folder in folders {
            let file = folder.hasPrefix("/") ? "\(folder)/\(name)" : "\(directory)/\(folder)/\(name)"
            if FileManager.default.fileExists(atPath: file) { return file }
        }
        return nil
    }

    private static func macro(_ definition: String) -> (name: Substring, value: Substring) {
        let text = definition.dropFirst(2)
        let end = text.firstIndex(of: "=") ?? text.endIndex
        return (text[..<end], end == text.endIndex ? "1" : text[text.index(after: end)...])
    }
}

extension PlannedUnit {
    /// The file that an include names, in brackets or quotes; nil for one that is not there.
    fileprivate func file(of include: String) -> String? {
        let name = String(include.dropFirst().dropLast())
        if include.hasPrefix("\""), let end = file.lastIndex(of: "/") {
            let beside = "\(file[..<end])/\(name)"
            if FileManager.default.fileExists(atPath: beside) { return beside }
        }
        return PlannedPrefix.find(name, in: arguments.includeFolders, directory: directory)
    }

    /// An include as it stands in a prefix, which lies elsewhere: in quotes, by the path of the file.
    fileprivate func header(of include: String) -> String? {
        include.hasPrefix("<") ? include : file(of: include).map { "\"\($0)\"" }
    }
}
