import ArgumentParser
import Failure
import KernelIndex
import Report

/// `kernaut diff KERNEL KERNEL NAME`
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what changed between two indexed kernels in a function, a struct or a controller.",
        discussion: """
            Of a function: what it calls, also through fields, and what is stored there; the checks that errors start \
            from, with their conditions; whose errors it hands on. Of a struct: its layout. Of a controller (pids) or \
            another variable: its callbacks ('struct cpuset' is the struct, cpuset the controller). The two indexes should have the same scope: what one has not indexed \
            looks as if it were not there.
            JSON: before, after, name, and functions [before, after, lines, compared, equal, sameText, addedCalls, removedCalls, \
            targets, errors [before, after], addedHandedOn, removedHandedOn, same], or records [before, after, equal, \
            counts, members [name, change, before, after]], or objects [before, after, callbacks [member, before, after], \
            same, threaded]; removed and added for what one kernel alone has.
            """
    )

    @Argument(
        help: ArgumentHelp("A kernel, or the file of its index.", valueName: "kernel"),
        completion: .kernelName
    )
    var before: String

    @Argument(
        help: ArgumentHelp("Another kernel, or the file of its index.", valueName: "other"),
        completion: .kernelName
    )
    var after: String

    @Argument(help: "A function, system call, struct, variable or controller.", completion: .anyName)
    var name: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let first = try IndexLocation.open(before)
        let second = try IndexLocation.open(after)
        let kinds = try [first, second].map { try kind(in: $0) }
        // What the first of the kernels that has it says it is.
        switch kinds.compactMap({ $0 }).first {
        case .function:
            let compared = try first.compareFunctions(named: name, with: second)
            output.show(
                FunctionComparisonReport(compared, name: name, before: first.about, after: second.about),
                from: second
            )
        case .record:
            let pairing = try first.compareLayouts(named: name, with: second)
            output.show(
                LayoutComparisonReport(pairing, name: name, before: first.about, after: second.about),
                from: second
            )
        case .object:
            let compared = try first.compareObjects(named: name, with: second)
            output.show(
                ObjectComparisonReport(compared, name: name, before: first.about, after: second.about),
                from: second
            )
        case nil:
            _ = try second.knownSymbols(named: name)
            throw Failure(
                .usage,
                "'\(name)' is no function, struct, variable or controller",
                remedy: "these are compared"
            )
        }
    }

    private enum Kind { case function, record, object }

    /// What the name is in a kernel; nil where it is nothing that is compared.
    private func kind(in store: IndexStore) throws -> Kind? {
        let symbols = try store.symbols(named: name)
        let defined = symbols.filter(\.isDefined)
        let isTagged = ["struct ", "union "].contains { name.hasPrefix($0) }
        if !isTagged, defined.contains(where: { $0.kind == .function }) { return .function }
        if !isTagged, defined.contains(where: { $0.kind == .variable }) { return .object }
        if !isTagged, try store.hasController(name) { return .object }
        if defined.contains(where: { $0.kind == .record }) { return .record }
        return symbols.contains(where: { $0.kind == .function }) ? .function : nil
    }
}

extension IndexStore {
    /// Whether a controller has this name.
    fileprivate func hasController(_ name: String) throws -> Bool {
        do {
            return try controllers().contains { $0.name == name || $0.legacyName == name }
        } catch let failure as Failure where failure.status == .negative {
            return false
        }
    }
}
