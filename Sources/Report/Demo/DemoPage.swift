public import Claims
public import Conformance
public import KernelIndex
import KernelABI
import Scenario
public import Simulation

/// The report of `kernaut demo`: what the source says, what the model predicts, what the kernel did.
public struct DemoPage {
    private let store: IndexStore
    private let path: PathAnswer
    private let chain: MemberChain
    private let callbacks: [Registration]
    private let simulation: Prediction
    private let verifications: [Verification]
    private let claims: [JudgedClaim]

    /// A report of these answers. `simulation` is the fork bomb for the indexed kernel; among the verifications the first
    /// is the same program on a running kernel.
    public init(
        store: IndexStore,
        path: PathAnswer,
        chain: MemberChain,
        callbacks: [Registration],
        simulation: Prediction,
        verifications: [Verification],
        claims: [JudgedClaim]
    ) {
        self.store = store
        self.path = path
        self.chain = chain
        self.callbacks = callbacks
        self.simulation = simulation
        self.verifications = verifications
        self.claims = claims
    }

    /// The page. Source excerpts are read from the tree while it is made.
    public func page() throws -> Page {
        let source = SourceSections(store)
        let resolver = CitationResolver(store)
        let verification = VerificationSections(verifications, observer: "this host")
        // On the host the prediction is the one for the host's own kernel and hierarchy.
        let bomb = verifications.first
        let course = ScenarioSections(
            bomb?.prediction ?? simulation,
            observed: bomb?.observed,
            observer: "this host"
        )
        return Page(
            title: "kernaut: how Linux \(store.about.kernelName) stops a fork bomb",
            lead: "The source says it, the model predicts it, a running kernel does it.",
            facts: facts(),
            sections: [
                try source.path(path, from: "clone", to: "pids_can_fork"),
                try source.structures(chain: chain, object: "pids_cgrp_subsys", callbacks: callbacks),
                course.course(),
                try verification.corners(resolver),
                verification.verdicts(),
                ClaimSection(claims, kernel: "Linux \(store.about.kernelVersion)").section(),
            ]
        )
    }

    private func facts() -> [Page.Fact] {
        var facts = [Page.Fact("source indexed", "Linux \(store.about.kernelVersion)")]
        if let scope = store.about.scope { facts.append(Page.Fact("scope", scope)) }
        if let platform = verifications.lazy.compactMap(\.platform).first {
            facts.append(
                Page.Fact("kernel observed", "\(platform.version), pids on cgroup \(platform.hierarchy.rawValue)")
            )
        }
        return facts
    }
}
