import Failure
import Foundation

/// Measures whole processes and prints figures, mostly ratios within one run: machines differ, and are noisy.
///
/// Nothing is judged here; each line names the bar that the project has set itself. `PARTS` of `make bench` names those that
/// are run; else all are.
@main
enum KernautBench {
    static func main() {
        do {
            let products = try Products()
            let parts: [(name: String, run: () throws -> Void)] = [
                ("index", { try IndexBenchmark(products).run() }),
                ("sample", { try SampleBenchmark(products).run() }),
                ("updates", { try UpdateBenchmark(products).run() }),
                ("facts", { try FactBenchmark(products).run() }),
                ("targets", { try TargetBenchmark(products).run() }),
                ("kills", { try KillBenchmark(products).run() }),
                ("queries", { try QueryBenchmark(products).run() }),
                ("simulation", { try SimulationBenchmark(products).run() }),
                ("exploration", { try ExplorationBenchmark(products).run() }),
                ("time", { try BombTimeBenchmark(products).run() }),
                // The last: what this process has had in memory counts for those that it starts.
                ("forks", { try ForkDecisionBenchmark().run() }),
            ]
            let wanted = CommandLine.arguments.dropFirst()
            if let unknown = wanted.first(where: { name in !parts.contains { $0.name == name } }) {
                let names = parts.map(\.name).joined(separator: ", ")
                throw Failure(.usage, "there is no part '\(unknown)'", remedy: "the parts are \(names)")
            }
            for part in parts where wanted.isEmpty || wanted.contains(part.name) { try part.run() }
        } catch let failure as Failure {
            complain(failure.line)
            exit(failure.status.rawValue)
        } catch {
            complain("\(error)")
            exit(ExitStatus.internalFault.rawValue)
        }
    }

    private static func complain(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("kernaut-bench: \(line)\n".utf8))
    }
}

/// The programs that were built beside this one, and the kernel that is measured.
struct Products {
    let kernaut: String
    /// This program itself.
    let own: String
    let kernel: String

    /// The file of an index of everything, where `WHOLE` names one.
    var whole: String? { Products.text("WHOLE").flatMap { $0.isEmpty ? nil : $0 } }

    /// What whoever calls has asked for by a variable of the environment.
    static func text(_ variable: String) -> String? { getenv(variable).map { String(cString: $0) } }

    /// The same, of a number.
    static func number(_ variable: String) -> Int? { text(variable).flatMap { Int($0) } }

    init() throws {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { throw Failure(.unavailable, "cannot tell where this program is") }
        let path = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        own = path
        kernaut = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/kernaut"
        kernel = Products.text("KERNEL") ?? "6.1"
        guard access(kernaut, X_OK) == 0 else {
            throw Failure(.unavailable, "kernaut is not built", at: kernaut, remedy: "run 'make build'")
        }
    }
}
