import Failure
import Foundation
import KernelIndex

/// An index of a dozen files of the scope `fork` that is killed, with its workers, at random moments, again and again: what
/// is there afterwards is always the old index or the new one, and the next run goes on. `KILLS` says how often; without it
/// there is none, as it takes minutes.
struct KillBenchmark {
    private let products: Products
    private let files = [
        "kernel/fork.c", "kernel/nsproxy.c", "kernel/pid.c", "kernel/exit.c", "kernel/utsname.c", "kernel/ucount.c",
        "kernel/pid_namespace.c", "kernel/user_namespace.c", "kernel/cred.c", "kernel/signal.c",
        "kernel/cgroup/cgroup.c", "kernel/cgroup/pids.c",
    ]

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let kills = Products.number("KILLS"), kills > 0 else { return }
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let whole = folder.appending(path: "whole.sqlite").path
        let killed = folder.appending(path: "killed.sqlite").path
        let list = folder.appending(path: "files").path
        try SyntaxCommands.write(files, to: list)
        func index(_ database: String) -> [String] {
            [products.kernaut, "index", "--kernel", products.kernel, "--files", list, "--output", database]
        }
        let reference = try MeasuredProcess.run(index(whole))
        guard reference.status == 0 else {
            throw Failure(.unavailable, "'kernaut index' fails", remedy: "run 'make kernel' first")
        }
        let expected = try Self.facts(of: whole)
        var counts = (none: 0, complete: 0)
        var completions = 0
        for _ in 0..<kills {
            let seconds = Double.random(in: 0...reference.wall_s)
            if try !Self.killed(index(killed), after: seconds) { completions += 1 }
            if FileManager.default.fileExists(atPath: killed) {
                guard try Self.facts(of: killed) == expected else {
                    throw Failure(.negative, "what a killed run left is neither the old index nor the new one")
                }
                counts.complete += 1
                // From the start again.
                try FileManager.default.removeItem(atPath: killed)
            } else {
                counts.none += 1
            }
        }
        let last = try MeasuredProcess.run(index(killed))
        guard last.status == 0, try Self.facts(of: killed) == expected else {
            throw Failure(.negative, "the run after the kills does not complete the index")
        }
        print(
            "an index of \(files.count) files, killed \(kills) times at random moments within \(Spread.short(reference.wall_s)) s"
        )
        print(
            "  no index yet: \(counts.none), the whole one: \(counts.complete), of which \(completions) were not killed in time"
        )
        print("  the run after the last kill, s: \(Spread.short(last.wall_s)), with the same facts")
    }

    /// Kills a run with all that it has started, unless it ends before.
    private static func killed(_ arguments: [String], after seconds: Double) throws -> Bool {
        let process = Process()
        // A session of its own, so that its workers can be killed with it.
        process.executableURL = URL(filePath: "/usr/bin/setsid")
        process.arguments = ["--wait"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, process.isRunning { usleep(10_000) }
        let isKilled = process.isRunning
        // setsid(1) runs the command as itself, or as its child.
        for leader in children(of: process.processIdentifier) + [process.processIdentifier] { kill(-leader, SIGKILL) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return isKilled
    }

    private static func children(of parent: pid_t) -> [pid_t] {
        let path = "/proc/\(parent)/task/\(parent)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    /// How many facts of each kind there are, and a fingerprint of all symbols' uses.
    private static func facts(of database: String) throws -> [String: Int] {
        try IndexStore.open(database).withAllFacts { facts in
            var counts: [String: Int] = [:]
            var uses = 0
            try facts.eachUse { _, use in uses &+= use.line &* 31 &+ use.column }
            try facts.eachDefinition { definition in
                counts["definitions", default: 0] += 1
                counts["lines", default: 0] += definition.line &* 31 &+ definition.endLine
            }
            counts["uses"] = uses
            counts["symbols"] = Int(try facts.lastSymbol())
            return counts
        }
    }
}
