import ArgumentParser
import Conformance
import Failure
import Guest
import KernelIndex
import KernelTrace
import KernelTree
import Report
import SourceConformance

/// `kernaut verify calls [PIECE ...]`
struct VerifyCallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Hold the index's call graph against what a guest's kernel is seen to call.",
        discussion: """
            A guest does a workload in pieces (files, sockets, signals, mounts, namespaces…) under function_graph, with \
            all that runs beside it; the piece 'boot' is the boot of a guest of its own. Each pair of caller and callee \
            is looked up: an edge, a path through functions that a trace cannot show, or missed with the fact that \
            explains it. Of the calls of pointers it tells besides how many functions the index takes for possible where \
            one is called.
            Exit code 1 says that a pair is missed and nothing explains it. The more is indexed, the more can be told: \
            'kernaut index --scope all'.
            JSON: kernel, scope, pieces [name, answered, refused, pairs], functionsEntered, lost, pairs, edges, paths, \
            interruptions, missed, recall, indirect [found, missed, recall, targets, seenTargets], unexplained [caller, \
            callee, count].
            """
    )

    @Argument(help: "Pieces of the workload; without any, all.")
    var pieces: [String] = []

    @OptionGroup var guest: GuestOptions

    @Option(help: "How many seconds one piece may take.")
    var timeout = 60

    @OptionGroup var output: OutputOptions

    func validate() throws { try require("--timeout", timeout, in: 1...86_400) }

    func run() async throws {
        let store = try IndexStore.open(try IndexLocation.path(ofKernel: guest.kernel))
        let progress = ProgressLines()
        let observer = try self.observer(patience: timeout * 2)
        let traces = GuestTraces(guest: observer.guests[0], place: observer.place)
        progress.passing("booting")
        let functions = try await traces.functions()
        let listed = try await traces.guest.command(["workload", "--list"]).filter { !$0.isEmpty }
        let known = [TraceWorkload.boot] + listed
        if let strange = pieces.first(where: { !known.contains($0) }) {
            throw Failure(
                .usage,
                "'\(strange)' is no piece of the workload",
                remedy: "pieces are \(known.joined(separator: ", "))"
            )
        }
        let names = pieces.isEmpty ? known : pieces
        var done: [WorkloadPiece] = []
        for (number, name) in names.enumerated() {
            progress.passing("\(number + 1) of \(names.count)  \(name)")
            let lines =
                name == TraceWorkload.boot
                ? try await tracedBoot()
                : try await answer(of: traces.guest, to: ["workload", "--timeout", "\(timeout)", name])
            let found = try traces.understood { () throws(TraceLineError) in try WorkloadPiece.read(lines) }
            for piece in found {
                guard case .completed = piece.trace.ending else {
                    throw traces.skipped("piece \(name): \(piece.trace.ending.text)")
                }
            }
            done += found
        }
        progress.passing("judging")
        let trace = CallTrace(merging: done.map(\.trace))
        let truth = try CallTruth(trace, store: store, functions: functions)
        progress.clear()
        output.show(CallTruthReport(truth, pieces: done, entered: trace.functionsEntered, about: store.about))
        await observer.end()
        if !truth.conforms { throw ExitCode(ExitStatus.negative.rawValue) }
    }

    /// - Parameters:
    ///   - kernelArguments: what the kernel is told besides what all guests' are.
    ///   - patience: A guest gives up a command of which nothing is heard for as many seconds.
    private func observer(_ kernelArguments: [String] = [], patience: Int) throws -> GuestObserver {
        try guest.observer(
            home: try KernautHome.current(),
            timeoutSeconds: patience,
            lanes: 1,
            kernelArguments: kernelArguments
        )
    }

    /// The lines of a guest of its own that traced its boot.
    private func tracedBoot() async throws -> [String] {
        // An emulated processor reads its buffer for a minute, and other work may have the machine.
        let observer = try self.observer(TraceWorkload.bootArguments, patience: max(timeout * 2, 300))
        let lines = try await answer(of: observer.guests[0], to: ["workload", "--boot"])
        await observer.end()
        return lines
    }

    /// A busy machine may keep a guest from answering in time: what it was asked, a second one is asked too, so that the other
    /// pieces are not lost with it.
    private func answer(of guest: GuestLane, to words: [String]) async throws -> [String] {
        do {
            return try await guest.command(words)
        } catch  where error.status == .internalFault {
            return try await guest.command(words)
        }
    }
}
