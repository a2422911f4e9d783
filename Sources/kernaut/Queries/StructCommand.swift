import ArgumentParser
import KernelIndex
import Report
import SourceConformance

/// `kernaut struct NAME`
struct StructCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "struct",
        abstract: "Show a struct's layout, or the members that lead to another.",
        discussion: """
            Offsets and sizes are in bytes; '16:3' is bit 3 of byte 16. The last column counts the uses of a member; \
            'kernaut refs RECORD.MEMBER' lists them. With --live, offset and size in the kernel that runs here stand \
            beside those of the source, and what differs is marked. NAME.MEMBER shows who writes the member, and which \
            system calls lead there within --depth calls; who takes its address; who reads it. A copy of a whole struct \
            is no write of its members. With --versus, two kernels stand side by side.
            JSON: kernel, name, records [name, kind, file, line, sizeBytes, alignmentBytes, members [name, type, \
            offsetBytes, sizeBytes, offsetBits, sizeBits, depth, target, embedded, pointers, elements, uses], \
            holes [offsetBits, sizeBits]]; with --to: kernel, from, to, chain [record, recordSizeBytes, file, line, \
            member]; with --live: kernel, running, name, structures [name, result, file, line, sourceSizeBytes, \
            kernelSizeBytes, members [name, result, depth, source [offsetBits, sizeBits, type], kernel [the same]]]; \
            of NAME.MEMBER: kernel, name, depth, members [record, file, line, member, writers [within, kind, places, \
            systemCalls [name, path], truncated], readers, takers]; with --versus: what 'kernaut diff' prints.
            """
    )

    @Argument(
        help: ArgumentHelp("A struct or union, or a member of one.", valueName: "name[.member]"),
        completion: .recordName
    )
    var name: String

    @Option(
        help: ArgumentHelp("Show the chain of members that leads to this struct.", valueName: "other"),
        completion: .recordName
    )
    var to: String?

    @Flag(help: "Show the running kernel's layout beside the source's.")
    var live = false

    @Option(help: ArgumentHelp("With --live: take this type information, not the running kernel's.", valueName: "file"))
    var btf: String?

    @Option(
        help: ArgumentHelp("Compare with this kernel, or with the index in this file.", valueName: "kernel"),
        completion: .kernelName
    )
    var versus: String?

    @Option(help: "Of a member: how many calls a system call may be away from who writes.")
    var depth = 6

    @Option(help: "Of a member: how many users of each kind to show at most.")
    var limit = 40

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if live, to != nil { throw ValidationError("--live and --to do not go together") }
        if versus != nil, live || to != nil { throw ValidationError("--versus goes with neither --live nor --to") }
        try require("--depth", depth, in: 0...64)
        try require("--limit", limit, in: 1...1_000_000)
        if btf != nil, !live { throw ValidationError("--btf goes with --live") }
    }

    func run() throws {
        let store = try index.open()
        if live {
            output.show(try liveReport(store), from: store)
        } else if let to {
            output.show(MemberChainReport(try store.memberChain(from: name, to: to), about: store.about), from: store)
        } else if let versus {
            let other = try IndexLocation.open(versus)
            let pairing = try store.compareLayouts(named: name, with: other)
            output.show(
                LayoutComparisonReport(pairing, name: name, before: store.about, after: other.about),
                from: store
            )
        } else if try isMember(in: store) {
            let uses = try store.memberUses(named: name, within: ReachBound(depth: depth))
            output.show(
                MemberUsesReport(uses, name: name, depth: depth, limit: limit, about: store.about),
                from: store
            )
        } else {
            output.show(StructReport(try store.layouts(named: name), name: name, about: store.about), from: store)
        }
    }

    /// A record without a name of its own is called after its member, so that a period alone tells nothing.
    private func isMember(in store: IndexStore) throws -> Bool {
        try name.contains(".") && store.symbols(named: name).allSatisfy { $0.kind != .record }
    }

    private func liveReport(_ store: IndexStore) throws -> LiveStructReport {
        let kernel = LiveKernel(file: btf)
        let layouts = try kernel.layouts(named: StructureCheck.plainName(name))
        let comparison = try StructureCheck.run(store: store, layouts: layouts, names: [name])
        // Where neither side has it, the query for the source's layout alone says so, and what comes near.
        if comparison.structures.allSatisfy({ $0.result == .unknown }) { _ = try store.layouts(named: name) }
        return LiveStructReport(comparison, name: name, running: kernel.name, about: store.about)
    }
}
