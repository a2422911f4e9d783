import Foundation

/// What `kernaut verify guest` answers without `--programs`: the scenarios' verdicts, and whether the running kernel's
/// structures are those of the indexed source.
public struct GuestReport: QueryReport {
    /// The wire type: that of scenarios, and `structures` where they were compared.
    public struct Document: Encodable {
        let scenarios: VerificationDocument
        let structures: StructureComparisonReport.Document?
        let bootSeconds: Double?

        private enum CodingKeys: String, CodingKey {
            case structures, bootSeconds
        }

        /// The scenarios' own keys, and those of the other parts.
        public func encode(to encoder: any Encoder) throws {
            try scenarios.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(structures, forKey: .structures)
            try container.encodeIfPresent(bootSeconds, forKey: .bootSeconds)
        }
    }

    private let scenarios: VerificationReport
    private let structures: StructureComparisonReport?
    private let withoutStructures: String?
    private let bootSeconds: Double?

    /// A report of its parts.
    ///
    /// - Parameters:
    ///   - withoutStructures: why no structures were compared; nil where nobody asked for it.
    ///   - bootSeconds: how long the guest took until it answered.
    public init(
        _ scenarios: VerificationReport,
        structures: StructureComparisonReport?,
        withoutStructures: String?,
        bootSeconds: Double?
    ) {
        self.scenarios = scenarios
        self.structures = structures
        self.withoutStructures = withoutStructures
        self.bootSeconds = bootSeconds
    }

    /// What `--json` prints.
    public var document: Document {
        Document(scenarios: scenarios.document, structures: structures?.document, bootSeconds: bootSeconds)
    }

    /// The scenarios, then the structures.
    public func text(_ style: TextStyle) -> String {
        var parts = [scenarios.text(style)]
        if let structures { parts.append(structures.text(style)) }
        if let withoutStructures { parts.append(style.aside("structures were not compared: \(withoutStructures)")) }
        if let bootSeconds {
            parts.append(style.aside("the guest answered after \(CampaignReport.seconds(bootSeconds)) s"))
        }
        return parts.joined(separator: "\n\n")
    }
}
