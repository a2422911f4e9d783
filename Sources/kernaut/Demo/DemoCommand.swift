import ArgumentParser
import Claims
import Conformance
import Failure
import Foundation
import KernelABI
import KernelIndex
import KernelTree
import Report
import Scenario
import ScenarioYAML
import Simulation

/// `kernaut demo`: the whole thread once, from the source of Linux to processes on this machine.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Fetch and index a kernel, follow clone to the pids controller, simulate a fork bomb, verify it here.",
        discussion: "The first run fetches the kernel and takes minutes; later ones reuse the cache."
    )

    @Option(help: "The kernel.")
    var kernel = "6.1"

    @Option(help: ArgumentHelp("Where to write the HTML report.", valueName: "file"))
    var report = "kernaut-report.html"

    @Flag(help: "Leave out the part that makes processes on this host.")
    var skipHost = false

    private static let scenarios = ["fork-bomb", "uts-isolation", "rlimit-nproc"]

    func run() async throws {
        let progress = ProgressLines()
        let home = try KernautHome.current()
        let style = OutputOptions.style

        let indexing = KernelIndexing(selection: .reference(kernel), scope: .named("fork"), home: home)
        progress.stage("1/9  Linux \(kernel): source, configuration and image")
        let fetched = try await KernelFetch(try KernelRef.named(kernel, home: home), home: home) {
            progress.stage("     \($0)")
        }.run()
        print("Linux \(fetched.name), Debian \(fetched.packageVersion), image \(fetched.imageRelease)\n")

        progress.stage("2/9  compile commands, without building the kernel")
        let prepared = try await indexing.prepare(progress)
        let origin = prepared.isFromCache ? "from the cache" : "recorded"
        print("\(prepared.commands.count) compile commands, \(origin)\n")

        progress.stage("3/9  index of the scope fork")
        let database = try indexing.database(of: prepared)
        let summary = try indexing.index(prepared, to: database, progress)
        print(IndexingReport(prepared, summary, scope: "fork", database: database).text(style) + "\n")
        let store = try IndexStore.open(database)

        progress.stage("4/9  the path from clone to pids_can_fork")
        let path = try store.paths(from: "clone", to: "pids_can_fork")
        print(PathReport(path, from: "clone", to: "pids_can_fork", about: store.about).text(style) + "\n")

        progress.stage("5/9  from task_struct to new_utsname, and the callbacks of pids_cgrp_subsys")
        let chain = try store.memberChain(from: "task_struct", to: "new_utsname")
        let callbacks = try store.registrations(ofObject: "pids_cgrp_subsys")
        print(MemberChainReport(chain, about: store.about).text(style) + "\n")
        print(CallbacksReport(callbacks, object: "pids_cgrp_subsys", about: store.about).text(style) + "\n")

        progress.stage("6/9  simulation of models/fork-bomb.yaml")
        let files = try Self.scenarios.map { try ScenarioFile(path: "\(home.models())/\($0).yaml") }
        let indexed = Platform(version: store.about.kernelVersion, hierarchy: .v2)
        let bomb = try Simulator.predict(
            files[0].program,
            on: indexed,
            detail: .rounds,
            locate: files[0].place(ofStep:)
        )
        let findings = files[0].expectations.map { $0.finding(in: bomb.evidence) }
        print(SimulationReport(bomb, about: files[0].about, findings: findings).text(style) + "\n")

        progress.stage("7/9  verification on this host")
        let verifications = try await verify(files)
        print(VerificationReport(verifications, place: "this host").text(style) + "\n")

        progress.stage("8/9  the article's statements")
        let claims = try await ClaimsCommand.judge(
            try ClaimsFile(path: "\(home.kernelRefs())/claims.yaml").claims,
            by: store,
            home: home,
            observer: skipHost ? NoObserver(reason: "--skip-host was given") : try ClaimsCommand.host()
        )
        print(ClaimsReport.summary(claims) + "\n")

        progress.stage("9/9  report")
        let page = try DemoPage(
            store: store,
            path: path,
            chain: chain,
            callbacks: callbacks,
            simulation: bomb,
            verifications: verifications,
            claims: claims
        ).page()
        try write(try page.html())
        try judge(verifications)
    }

    /// Without root, or when asked to, the verdicts say why nothing was run.
    private func verify(_ files: [ScenarioFile]) async throws -> [Verification] {
        let cases = files.map { VerificationCase($0.program, expectations: $0.expectations) }
        guard !skipHost else {
            return cases.map { Verification(skipping: $0.program, reason: "--skip-host was given") }
        }
        return try await Verifier(try HostProbe()).verify(cases)
    }

    private func write(_ html: String) throws {
        let url = URL(filePath: report)
        do {
            try Data(html.utf8).write(to: url, options: .atomic)
        } catch {
            throw Failure(
                .unavailable,
                "cannot write the report",
                at: report,
                remedy: "name another file with --report"
            )
        }
        print("The report is in \(url.absoluteURL.path)")
    }

    /// What was skipped is said and leaves the rest standing; a divergence or a fault of the harness does not.
    private func judge(_ verifications: [Verification]) throws {
        let verdicts = verifications.map(\.verdict).filter {
            if case .skipped = $0 { false } else { true }
        }
        guard !verdicts.isEmpty else { return }
        let code = verdicts.exitCode
        if code != 0 { throw ExitCode(code) }
    }
}
