import ContentDigest
import Failure
import Foundation
import KernelIndex

/// Whether the shared prefixes change a fact: of everything that the configuration builds, indexed with them, as `WHOLE`
/// names it, and without.
struct FactBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        guard let whole = products.whole else { return }
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let plain = folder.appending(path: "plain.sqlite").path
        let start = ContinuousClock.now
        let index = [products.kernaut, "index", "--kernel", products.kernel, "--scope", "all", "--output", plain]
        guard try MeasuredProcess.run(index + ["--no-prefix"]).status == 0 else {
            throw Failure(.unavailable, "'kernaut index --no-prefix' fails", at: plain)
        }
        let seconds = MeasuredProcess.seconds(ContinuousClock.now - start)
        print("facts of everything, with and without shared prefixes, \(products.kernel)")
        print("  without: \(Spread.short(seconds)) s")
        let with = try digests(of: whole)
        let without = try digests(of: plain)
        let different = with.symmetricDifference(without)
        print("  \(with.count) and \(without.count) different facts; not in both: \(different.count), bar 0")
        for (name, database) in [("with", whole), ("without", plain)] {
            var shown: Set<UInt64> = []
            try FactLines.forEach(of: database) { line in
                let digest = digest(of: line)
                guard shown.count < 20, !FactLines.isOfPrefix(line), different.contains(digest) else { return }
                if shown.insert(digest).inserted { print("    only \(name): \(line)") }
            }
        }
    }

    private func digests(of database: String) throws -> Set<UInt64> {
        var digests: Set<UInt64> = []
        try FactLines.forEach(of: database) { if !FactLines.isOfPrefix($0) { digests.insert(digest(of: $0)) } }
        return digests
    }

    private func digest(of line: String) -> UInt64 { ContentDigest(of: Array(line.utf8)).low }
}
