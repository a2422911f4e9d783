import ContentDigest
import Foundation
import KernelIndex

/// Precompiled prefixes that updates leave for the next one: edits come one after the other, and mostly of one file.
///
/// Each is named by all that it rests on (the worker, its command, and the content of every file that it read), so that
/// what is found is what would be made. The first update of one file makes the file's own beside it; those of folders are
/// left by updates of many files.
struct KeptPrefixes {
    /// How many there are at most, some 30 MB each; the one whose last use is the longest ago goes first.
    static let limit = 8

    private let folder: String
    private let parts: [String]
    private let snapshot: IndexSnapshot
    private var names: [Int: String] = [:]

    init(_ request: IndexRequest, _ plan: IndexPlan, _ place: IndexPlace, _ snapshot: IndexSnapshot) {
        folder = place.prefixes
        self.snapshot = snapshot
        // The program itself is too long to be read each time.
        let worker = plan.paths.stamp(of: request.workerExecutable) ?? ""
        parts = [worker, plan.paths.sourceRoot, plan.paths.buildRoot ?? ""]
    }

    /// Has a prefix kept from now on.
    ///
    /// - Parameter files: what it reads, or more, as far as nothing of that has changed since the index.
    mutating func include(_ prefix: PlannedPrefix, _ number: Int, files: [Int64]) {
        let digests = files.flatMap { snapshot.files[$0]?.digest ?? [] }
        let all =
            parts
            + [ContentDigest(of: prefix.commandDigest).hexadecimal, ContentDigest(of: digests).hexadecimal]
        names[number] = "\(folder)/\(ContentDigest(of: all).hexadecimal)"
    }

    /// Whether units turned out to mean something else on top of a prefix, so that it is not made again.
    func isRefused(_ prefix: Int) -> Bool {
        names[prefix].map { FileManager.default.fileExists(atPath: "\($0).refused") } ?? false
    }

    /// Takes note that the only unit of a prefix means something else on top of it.
    func refuse(_ prefix: Int) {
        guard let name = names[prefix] else { return }
        remove(name)
        _ = FileManager.default.createFile(atPath: "\(name).refused", contents: nil)
    }

    /// Where the header file of a prefix lies when it is to be kept: libclang looks at it again with each use. Nil for a
    /// prefix that is not kept.
    func header(of prefix: Int) -> String? { names[prefix].map { "\($0).h" } }

    /// A prefix that is there; nil when it has to be made.
    func precompiled(_ prefix: Int) -> String? {
        guard let name = names[prefix], FileManager.default.fileExists(atPath: "\(name).pch") else { return nil }
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: "\(name).pch")
        return "\(name).pch"
    }

    /// Makes room for the header of a prefix.
    func prepare() { try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// Takes over prefixes that were precompiled; one that cannot be moved is made again the next time.
    func keep(_ made: [(prefix: Int, precompiled: String)]) {
        let files = FileManager.default
        for (prefix, precompiled) in made {
            guard let name = names[prefix] else { continue }
            do {
                // The prefix comes last: where it is, the rest is.
                try files.moveItem(atPath: "\(precompiled).contents", toPath: "\(name).pch.contents")
                try files.moveItem(atPath: precompiled, toPath: "\(name).pch")
            } catch { remove(name) }
        }
        tidy()
    }

    /// Removes what is too much, and headers without a prefix.
    private func tidy() {
        let files = FileManager.default
        var dates: [String: Date] = [:]
        for file in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
            let name = "\(folder)/\(file.prefix { $0 != "." })"
            guard dates[name] == nil else { continue }
            let isRefused = files.fileExists(atPath: "\(name).refused")
            let attributes = try? files.attributesOfItem(atPath: "\(name).\(isRefused ? "refused" : "pch")")
            dates[name] = attributes?[.modificationDate] as? Date ?? .distantPast
        }
        let newest = dates.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.map(\.key)
        for (position, name) in newest.enumerated()
        where position >= KeptPrefixes.limit || dates[name] == .distantPast {
            remove(name)
        }
    }

    private func remove(_ name: String) {
        for ending in ["pch", "pch.contents", "h", "refused"] {
            try? FileManager.default.removeItem(atPath: "\(name).\(ending)")
        }
    }
}
