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
            beside those of the source, and what differs is marked.
            JSON: kernel, name, records [name, kind, file, line, sizeBytes, alignmentBytes, members [name, type, \
            offsetBytes, sizeBytes, offsetBits, sizeBits, depth, target, embedded, pointers, elements, uses], \
            holes [offsetBits, sizeBits]]; with --to: kernel, from, to, chain [record, recordSizeBytes, file, line, \
            member]; with --live: kernel, running, name, structures [name, result, file, line, sourceSizeBytes, \
            kernelSizeBytes, members [name, result, depth, source [offsetBits, sizeBits, type], kernel [the same]]].
            """
    )

    @Argument(help: "A struct or union.")
    var name: String

    @Option(help: ArgumentHelp("Show the chain of members that leads to this struct.", valueName: "other"))
    var to: String?

    @Flag(help: "Show the running kernel's layout beside the source's.")
    var live = false

    @Option(help: ArgumentHelp("With --live: take this type information, not the running kernel's.", valueName: "file"))
    var btf: String?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if live, to != nil { throw ValidationError("--live and --to do not go together") }
        if btf != nil, !live { throw ValidationError("--btf goes with --live") }
    }

    func run() throws {
        let store = try index.open()
        if live {
            output.show(try liveReport(store), from: store)
        } else if let to {
            output.show(MemberChainReport(try store.memberChain(from: name, to: to), about: store.about), from: store)
        } else {
            output.show(StructReport(try store.layouts(named: name), name: name, about: store.about), from: store)
        }
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
