import Failure
import Foundation

/// Measures whole processes and prints figures, mostly ratios within one run: machines differ, and are noisy.
///
/// Nothing is judged here; each line names the bar that the project has set itself.
@main
enum KernautBench {
    static func main() {
        do {
            // What needs no other program may be had alone: kernaut-bench forks
            if CommandLine.arguments.dropFirst() == ["forks"] { return try ForkDecisionBenchmark().run() }
            let products = try Products()
            try IndexBenchmark(products).run()
            try SampleBenchmark(products).run()
            try QueryBenchmark(products).run()
            try ForkDecisionBenchmark().run()
            try SimulationBenchmark(products).run()
            try ExplorationBenchmark(products).run()
            try BombTimeBenchmark(products).run()
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
    let kernel: String

    init() throws {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { throw Failure(.unavailable, "cannot tell where this program is") }
        let path = String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        kernaut = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/kernaut"
        kernel = getenv("KERNEL").map { String(cString: $0) } ?? "6.1"
        guard access(kernaut, X_OK) == 0 else {
            throw Failure(.unavailable, "kernaut is not built", at: kernaut, remedy: "run 'make build'")
        }
    }
}
