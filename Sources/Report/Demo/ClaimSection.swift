public import Claims
import KernelIndex

/// The part of a report that holds the article's statements against the indexed kernel.
public struct ClaimSection {
    private let claims: [JudgedClaim]
    private let kernel: String

    /// A section about statements that were judged for a kernel, `Linux 6.1.192`.
    public init(_ claims: [JudgedClaim], kernel: String) {
        self.claims = claims
        self.kernel = kernel
    }

    /// Each statement with its verdict, what is true instead or why it cannot be told, and the first places that show it.
    public func section() -> Page.Section {
        Page.Section(
            anchor: "claims",
            title: "The article's statements",
            lead: "What the article says on how Docker is built on Linux, judged for \(kernel). "
                + ClaimsReport.summary(claims) + ".",
            blocks: [
                .table(
                    Page.Table(
                        headers: ["", "statement", "verdict", "instead", "source"],
                        rows: claims.map { judged in
                            [
                                Page.Cell(judged.claim.id, .code), Page.Cell(judged.claim.statement),
                                Page.Cell(ClaimsReport.phrase(judged.verdict), Self.look(judged.verdict)),
                                Page.Cell(Self.remarks(judged)), Page.Cell(Self.places(judged), .code),
                            ]
                        }
                    )
                )
            ]
        )
    }

    private static func remarks(_ judged: JudgedClaim) -> String {
        switch judged.verdict {
        case .holds: ""
        case .holdsWithCorrection(let texts), .doesNotHold(let texts), .notCheckable(let texts):
            texts.joined(separator: "; ")
        }
    }

    /// One place for each part: of what is not so before of what is.
    private static func places(_ judged: JudgedClaim) -> String {
        let parts = judged.parts.filter { $0.outcome.instead != nil } + judged.parts.filter { $0.outcome == .met }
        let places = parts.compactMap { part in part.evidence.lazy.compactMap(\.place).first?.description }
        var seen: Set<String> = []
        return places.filter { seen.insert($0).inserted }.prefix(3).joined(separator: " ")
    }

    private static func look(_ verdict: ClaimVerdict) -> Page.Cell.Look {
        switch verdict {
        case .holds, .holdsWithCorrection: .good
        case .doesNotHold: .bad
        case .notCheckable: .plain
        }
    }
}
