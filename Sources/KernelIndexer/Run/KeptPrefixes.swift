import ContentDigest
import Foundation
import KernelIndex

/// Precompiled prefixes that updates leave for the next one: edits come one after the other, and mostly in one folder.
///
/// Each is named by all that it rests on (the worker, its command, and the content of every file that it read), so that
/// what is found is what would be made. The first update of a folder makes one beside the units that it parses.
struct KeptPrefixes {
    /// How many there are at most, some 30 MB each; the one whose last use is the longest ago goes first.
    static let limit = 8

    private let folder: String
    private var names: [Int: String] = [:]

    /// - Parameters:
    ///   - changed: the files of the index whose content is another now. What rests on one of them is not kept.
    init(
        _ request: IndexRequest,
        _ plan: IndexPlan,
        _ place: IndexPlace,
        _ snapshot: IndexSnapshot,
        changed: Set<Int64>
    ) {
        folder = place.prefixes
        var worker: String?
        for (number, prefix) in plan.prefixes.enumerated() {
            // A prefix that did not parse is none of the index's units.
            guard let unit = snapshot.units.first(where: { $0.kind == .prefix && $0.path == prefix.path }),
                changed.isDisjoint(with: unit.files)
            else { continue }
            if worker == nil { worker = ContentDigest(ofFile: request.workerExecutable)?.hexadecimal ?? "" }
            var parts = [worker!, plan.paths.sourceRoot, plan.paths.buildRoot ?? ""]
            parts.append(ContentDigest(of: prefix.commandDigest).hexadecimal)
            let digests = unit.files.flatMap { snapshot.files[$0]?.digest ?? [] }
            parts.append(ContentDigest(of: digests).hexadecimal)
            names[number] = "\(folder)/\(ContentDigest(of: parts).hexadecimal)"
        }
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
            let attributes = try? files.attributesOfItem(atPath: "\(name).pch")
            dates[name] = attributes?[.modificationDate] as? Date ?? .distantPast
        }
        let newest = dates.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.map(\.key)
        for (position, name) in newest.enumerated()
        where position >= KeptPrefixes.limit || dates[name] == .distantPast {
            remove(name)
        }
    }

    private func remove(_ name: String) {
        for ending in ["pch", "pch.contents", "h"] { try? FileManager.default.removeItem(atPath: "\(name).\(ending)") }
    }
}
