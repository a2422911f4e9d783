import ArgumentParser
import Failure
import KernelABI
import KernelIndex
import KernelModel
import Report
import RuleCoverage

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
        abstract:
            "Resolve the citation of every rule and atomic step in the indexed source, and account for every error.",
        discussion: """
            Exits with 1 when a citation does not resolve in this kernel, or when an error of the modelled functions has \
            neither a rule nor a written reason why it has none, or when the controllers or their callbacks about tasks \
            are others than the model's.
            A citation resolves when the condition stands in its function, and the function that holds the order of the \
            checks comes by it.
            JSON: kernel, rules [name, call, errno, citation, file, line, resolved, problem], atomicSteps [kind, \
            citation, file, line, resolved, problem], unresolved, origins [errno, \
            function, file, line, condition, surroundings, calls, account (rule, out, notYet, none), rule, reason], \
            callees [name, reason], accounts [rule, out, notYet, none], unaccounted, idleReasons, controllerDifferences.
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
        let steps = try AtomicStep.Kind.of(version).map { kind in
            let citation = kind.citation(in: version)
            return RuleCheckReport.CheckedStep(
                kind: kind.rawValue,
                citation: citation,
                resolution: try resolver.resolve(citation)
            )
        }
        let coverage = try RuleCoverage.check(store)
        let report = RuleCheckReport(
            rules,
            steps: steps,
            errors: CheckedErrors(
                origins: coverage.origins.map(CheckedOrigin.init),
                callees: coverage.callees.map { CheckedCallee(name: $0.callee.shownName, reason: $0.reason) },
                idleReasons: coverage.idleReasons
            ),
            controllerDifferences: try ControllerCheck.differences(store),
            about: store.about
        )
        output.show(report, from: store)
        if !report.isClean { throw ExitCode(ExitStatus.negative.rawValue) }
    }
}

extension CheckedOrigin {
    fileprivate init(_ accounted: AccountedOrigin) {
        let account: CheckedOrigin.Account =
            switch accounted.account {
            case .rule(let name): .rule(name.rawValue)
            case .out(let reason): .out(reason)
            case .notYet(let reason): .notYet(reason)
            case .none: .none
            }
        self.init(origin: accounted.origin, calls: accounted.calls, account: account)
    }
}
