import ContentDigest
import Failure
import Foundation
import KernelIndex

/// Whether the shared prefixes change a fact: of everything that the configuration builds, indexed with them, as `WHOLE`
/// names it, and without, as `PLAIN` names it where it is there already; or of a sample of `SAMPLE` files, indexed both ways.
/// `DIFFERENCES` names a file that all differences are written to.
struct FactBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        let size = Products.number("SAMPLE")
        guard size != nil || products.whole != nil else { return }
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        var index = [products.kernaut, "index", "--kernel", products.kernel, "--scope", "all"]
        if let size {
            let list = folder.appending(path: "files").path
            let sample = SyntaxCommands.sample(size, of: try SyntaxCommands(products, scope: "all").all)
            try SyntaxCommands.write(sample.map(\.file), to: list)
            index += ["--files", list]
        }
        let shared = size == nil ? products.whole! : folder.appending(path: "shared.sqlite").path
        let known = size == nil ? Products.text("PLAIN") : nil
        let plain = known ?? folder.appending(path: "plain.sqlite").path
        if size != nil { try self.index(index + ["--output", shared]) }
        let start = ContinuousClock.now
        if known == nil { try self.index(index + ["--output", plain, "--no-prefix"]) }
        let seconds = MeasuredProcess.seconds(ContinuousClock.now - start)
        print(
            "facts of \(size.map { "\($0) files" } ?? "everything"), with and without shared prefixes, \(products.kernel)"
        )
        if known == nil { print("  without: \(Spread.short(seconds)) s") }
        let with = try digests(of: shared)
        let without = try digests(of: plain)
        let different = with.symmetricDifference(without)
        print("  \(with.count) and \(without.count) different facts; not in both: \(different.count), bar 0")
        guard !different.isEmpty else { return }
        var lines: [String] = []
        for (name, database) in [("with", shared), ("without", plain)] {
            var shown: Set<UInt64> = []
            try FactLines.forEach(of: database) { line in
                let digest = digest(of: line)
                guard different.contains(digest), !FactLines.isOfPrefix(line), shown.insert(digest).inserted else {
                    return
                }
                lines.append("only \(name): \(line)")
                if shown.count <= 20 { print("    only \(name): \(line)") }
            }
        }
        guard let path = Products.text("DIFFERENCES") else { return }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func index(_ command: [String]) throws {
        guard try MeasuredProcess.run(command).status == 0 else {
            throw Failure(.unavailable, "'\(command.dropFirst().joined(separator: " "))' fails")
        }
    }

    private func digests(of database: String) throws -> Set<UInt64> {
        var digests: Set<UInt64> = []
        try FactLines.forEach(of: database) { if !FactLines.isOfPrefix($0) { digests.insert(digest(of: $0)) } }
        return digests
    }

    private func digest(of line: String) -> UInt64 { ContentDigest(of: Array(line.utf8)).low }
}
