import ArgumentParser
import KernelIndex
import Report

/// `kernaut struct NAME`
struct StructCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "struct",
        abstract: "Show a struct's layout, or the members that lead to another.",
        discussion: """
            Offsets and sizes are in bytes; '16:3' is bit 3 of byte 16. The last column counts the uses of a member; \
            'kernaut refs RECORD.MEMBER' lists them.
            JSON: kernel, name, records [name, kind, file, line, sizeBytes, alignmentBytes, members [name, type, \
            offsetBytes, sizeBytes, offsetBits, sizeBits, depth, target, embedded, pointers, elements, uses], \
            holes [offsetBits, sizeBits]]; with --to: kernel, from, to, chain [record, recordSizeBytes, file, line, \
            member].
            """
    )

    @Argument(help: "A struct or union.")
    var name: String

    @Option(help: ArgumentHelp("Show the chain of members that leads to this struct.", valueName: "other"))
    var to: String?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        if let to {
            output.show(MemberChainReport(try store.memberChain(from: name, to: to), about: store.about), from: store)
        } else {
            output.show(StructReport(try store.layouts(named: name), name: name, about: store.about), from: store)
        }
    }
}
