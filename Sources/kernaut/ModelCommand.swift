import ArgumentParser
import Failure
import KernelABI
import KernelIndex
import KernelModel
import Report

/// `kernaut model`
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Hold the model's rules against a kernel's source.",
        subcommands: [ModelCheckCommand.self]
    )
}

/// `kernaut model check`
struct ModelCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Resolve the citation of every rule in the indexed source.",
        discussion: """
            Exits with 1 when a citation does not resolve in this kernel.
            A citation resolves when the condition stands in its function, and the function that holds the order of the \
            checks comes by it.
            JSON: kernel, rules [name, call, errno, citation, file, line, resolved, problem], unresolved.
            """
    )

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        let resolver = CitationResolver(store)
        let version = store.about.kernelVersion
        let rules = try Rules.of(version).map { rule in
            RuleCheckReport.Checked(
                name: rule.name.rawValue,
                call: rule.call,
                errno: rule.errno,
                citation: rule.citation,
                resolution: try resolver.resolve(rule.citation),
                order: try resolver.resolve(rule.place)
            )
        }
        let report = RuleCheckReport(rules, about: store.about)
        output.show(report)
        if report.document.unresolved > 0 { throw ExitCode(ExitStatus.negative.rawValue) }
    }
}
