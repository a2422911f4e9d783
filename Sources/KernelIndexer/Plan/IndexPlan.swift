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
    /// Each after the one that it is on top of.
    var prefixes: [PlannedPrefix] = []
    /// Prefixes that are known not to parse.
    private var unusable: Set<Int> = []

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
        var choice = PrefixChoice(units, numbers, after: prefixes)
        choice.chooseTree()
        use(choice)
    }

    /// Chooses prefixes for units that mean something else on top of those that were chosen for them: what the units of one
    /// folder include, in their order, does not contradict what they say themselves.
    ///
    /// - Returns: the prefixes' numbers.
    mutating func chooseLatePrefixes(for refused: [RefusedUnit]) -> [Int] {
        let first = prefixes.count
        for unit in refused { units[unit.number].prefix = unit.base }
        var choice = PrefixChoice(units, refused.map(\.number), after: prefixes)
        choice.chooseLate(onTopOf: refused.reduce(into: [:]) { $0[$1.number] = $1.base })
        use(choice)
        return Array(first..<prefixes.count)
    }

    private mutating func use(_ choice: PrefixChoice) {
        prefixes = choice.prefixes
        for (unit, prefix) in choice.chosen { units[unit].prefix = prefix }
    }

    /// A prefix with all those that it is on top of, one below the other, without those that did not parse.
    func chain(of prefix: Int) -> [Int] {
        (unusable.contains(prefix) ? [] : [prefix]) + (base(of: prefix).map(chain(of:)) ?? [])
    }

    /// The prefix that another one is on top of.
    func base(of prefix: Int) -> Int? { prefixes.base(of: prefix) }

    /// Does without prefixes that are not among some.
    mutating func useOnly(_ parsed: Set<String>) {
        unusable = Set(prefixes.indices.filter { !parsed.contains(prefixes[$0].path) })
    }

    /// Takes over prefixes that an index was made with, for some units.
    ///
    /// - Parameter parsed: the names of those that did parse.
    mutating func use(_ stored: [PlannedPrefix], parsed: Set<String>, for numbers: [Int]) {
        prefixes = stored
        useOnly(parsed)
        for number in numbers {
            let unit = units[number]
            let fitting = prefixes.indices.filter { !unusable.contains($0) && prefixes[$0].serves(unit) }
            units[number].prefix = fitting.max { prefixes[$0].closeness < prefixes[$1].closeness }
        }
    }

    /// The order for a unit.
    func order(
        for unit: PlannedUnit,
        onTopOf precompiled: String?,
        mayBeRefused: Bool,
        heldGroups: String?
    ) -> WorkOrder {
        WorkOrder(
            task: .unit(mayBeRefused: mayBeRefused),
            prefix: precompiled,
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
