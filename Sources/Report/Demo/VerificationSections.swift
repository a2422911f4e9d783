public import Conformance
public import KernelIndex
import Scenario

/// The parts of a report that hold the model against a running kernel.
public struct VerificationSections {
    private let verifications: [Verification]
    private let observer: String

    /// Sections about verifications that `observer` ("this host") made.
    public init(_ verifications: [Verification], observer: String) {
        self.verifications = verifications
        self.observer = observer
    }

    /// Each rule that refused something, seen from all three corners: source, model, running kernel.
    public func corners(_ resolver: CitationResolver) throws -> Page.Section {
        let rows = try verifications.flatMap { verification in
            try verification.prediction.map {
                try ScenarioSections($0, observed: verification.observed, observer: observer).corners(resolver)
            } ?? []
        }
        return Page.Section(
            anchor: "corners",
            title: "Three corners: source, model, kernel",
            lead:
                "For each rule that refused something: the condition in the source, what the model predicted by it, and "
                + "what the running kernel did.",
            blocks: [
                .table(
                    Page.Table(
                        headers: [
                            "scenario", "condition in the source", "rule of the model", "predicted", "observed",
                            "verdict",
                        ],
                        rows: rows
                    )
                )
            ]
        )
    }

    /// Each scenario with its verdict, then each call, predicted and observed.
    public func verdicts() -> Page.Section {
        var blocks: [Page.Block] = [
            .table(
                Page.Table(
                    headers: ["scenario", "compared", "differences", "verdict"],
                    rows: verifications.map { verification in
                        [
                            Page.Cell(verification.program.name, .code),
                            Page.Cell("\(verification.comparison?.compared ?? 0)", .number),
                            Page.Cell("\(verification.comparison?.differences.count ?? 0)", .number),
                            Page.Cell("\(verification.verdict)", Self.look(verification.verdict)),
                        ]
                    }
                )
            )
        ]
        for verification in verifications {
            guard let comparison = verification.comparison else { continue }
            blocks.append(.text("\(verification.program.name), call by call:"))
            blocks.append(.table(Self.calls(comparison)))
        }
        return Page.Section(
            anchor: "verdicts",
            title: "Verified on \(observer)",
            lead:
                "Every call that the scenarios make was made with real processes, and every counter was read from the "
                + "real files. Only what was predicted and observed alike conforms.",
            blocks: blocks
        )
    }

    private static func calls(_ comparison: Comparison) -> Page.Table {
        let rows = comparison.rows.compactMap { row -> [Page.Cell]? in
            guard case .call(let task, let call) = row.subject else { return nil }
            let moment = row.step.map { "step \($0 + 1)" + (row.round.map { ", round \($0)" } ?? "") } ?? "start"
            return [
                Page.Cell(moment), Page.Cell(task.map { "\($0)" } ?? "harness", .code), Page.Cell(call, .code),
                Page.Cell(row.predicted.joined(separator: " or "), .code), Page.Cell(row.observed ?? "—", .code),
                row.agrees ? Page.Cell("conforms", .good) : Page.Cell("diverges", .bad),
            ]
        }
        return Page.Table(headers: ["moment", "process", "call", "predicted", "observed", "verdict"], rows: rows)
    }

    private static func look(_ verdict: Verdict) -> Page.Cell.Look {
        switch verdict {
        case .conforms: .good
        case .diverges, .timedOut, .harnessError: .bad
        case .skipped, .unsupported: .plain
        }
    }
}
