import ContentDigest
import Foundation
import Glibc
import KernelIndex

/// Precompiled prefixes that a run leaves for the next one: edits come one after the other, and mostly of one file.
///
/// Each is named by all that it rests on (the worker, its command, and the content of every file that it read), so that
/// what is found is what would be made. A new index leaves those that most units share for their size; the first update of one
/// file makes the file's own beside it where none of these serves.
///
/// What was precompiled on top of another prefix names that one by its place and the time when it was made. So prefixes are
/// used where they were made (`scratch`), by another name of the same file, and go with the one that they are on top of.
struct KeptPrefixes {
    /// How many bytes there are at most, at some 20 MB for each that is on top of nothing and 1 to 10 MB for the others; the one
    /// whose last use is the longest ago goes first.
    static let limit_B = 400 << 20
    /// How many of these a new index leaves at most.
    static let newIndexLimit_B = 280 << 20

    /// Between what names a prefix's header, which several states of its files may share, and the rest.
    private static let separator: Character = "-"

    private let folder: String
    private let parts: [String]
    /// What the names of a prefix begin with: those of its header, and of what was precompiled of it.
    private var stems: [Int: String] = [:]
    private var names: [Int: String] = [:]
    /// The prefixes with all that they are on top of.
    private var chains: [Int: [Int]] = [:]

    init(_ request: IndexRequest, _ plan: IndexPlan, _ place: IndexPlace) {
        folder = place.prefixes
        // The program itself is too long to be read each time.
        let worker = plan.paths.stamp(of: request.workerExecutable) ?? ""
        // One that is on top of another is of no use where it was not made: an index may be moved.
        parts = [worker, plan.paths.sourceRoot, plan.paths.buildRoot ?? "", place.scratch]
    }

    /// Has the header of a prefix lie where it can stay.
    mutating func reserve(_ prefix: PlannedPrefix, _ number: Int) {
        stems[number] = stem(of: prefix)
    }

    private func stem(of prefix: PlannedPrefix) -> String {
        "\(folder)/\(ContentDigest(of: prefix.commandDigest).hexadecimal)"
    }

    /// Has a prefix kept from now on.
    ///
    /// - Parameters:
    ///   - files: what it reads, or more, as far as nothing of that has changed since the index.
    ///   - snapshot: what the index says of them.
    mutating func include(_ number: Int, of plan: IndexPlan, files: [Int64], in snapshot: IndexSnapshot) {
        let prefix = plan.prefixes[number]
        reserve(prefix, number)
        chains[number] = plan.chain(of: number)
        let digests = files.flatMap { snapshot.files[$0]?.digest ?? [] }
        let rest = ContentDigest(of: parts + [ContentDigest(of: digests).hexadecimal]).hexadecimal
        names[number] = "\(stem(of: prefix))\(KeptPrefixes.separator)\(rest)"
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
    func header(of prefix: Int) -> String? { stems[prefix].map { "\($0).h" } }

    /// Puts a prefix that is there, and those that it is on top of, where they were made.
    ///
    /// - Parameter place: of each, by number, without anything there.
    /// - Returns: their places by number; nil when some have to be made.
    func ready(_ prefix: Int, at place: (Int) -> String) -> [Int: String]? {
        guard let chain = chains[prefix] else { return nil }
        let kept = chain.compactMap { number in names[number].map { (name: $0, place: place(number)) } }
        guard kept.count == chain.count,
            kept.allSatisfy({ FileManager.default.fileExists(atPath: "\($0.name).pch") })
        else { return nil }
        for (name, place) in kept {
            // The time when it was made is looked at by what is on top of it; that of its contents tells the last use.
            try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: "\(name).pch.contents")
            for (old, new) in [("\(name).pch.contents", "\(place).contents"), ("\(name).pch", place)] {
                guard link(old, new) == 0 || errno == EEXIST else { return nil }
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(chain, kept.map(\.place)))
    }

    /// Makes room for the header of a prefix.
    func prepare() { try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// Takes over prefixes that were precompiled, and removes what is too much.
    func keep(_ made: [(prefix: Int, precompiled: String)]) {
        // A new index knows what its prefixes rest on when it is complete; their headers are in use until then.
        guard !names.isEmpty else { return }
        take(made)
        tidy()
    }

    /// Takes over prefixes of a new index, which needs nothing that an older one has left: those first that most units share for
    /// their size, as far as there is room.
    func takeOnly(_ made: [(prefix: Int, precompiled: String, users: Int)]) {
        for name in Set(found()).subtracting(names.values) { remove(name) }
        var sizes_B: [Int: Int] = [:]
        for (prefix, precompiled, _) in made {
            sizes_B[prefix] = try? FileManager.default.attributesOfItem(atPath: precompiled)[.size] as? Int
        }
        let order = made.filter { sizes_B[$0.prefix] != nil }.sorted { left, right in
            let (one, other) = (left.users * sizes_B[right.prefix]!, right.users * sizes_B[left.prefix]!)
            return one != other ? one > other : left.prefix < right.prefix
        }
        var left_B = KeptPrefixes.newIndexLimit_B
        var taken: Set<Int> = []
        for (prefix, _, _) in order {
            guard let chain = chains[prefix], chain.allSatisfy({ sizes_B[$0] != nil }) else { continue }
            let new = Set(chain).subtracting(taken)
            let size_B = new.reduce(0) { $0 + sizes_B[$1]! }
            guard size_B <= left_B else { continue }
            left_B -= size_B
            taken.formUnion(new)
        }
        take(order.filter { taken.contains($0.prefix) }.map { ($0.prefix, $0.precompiled) })
    }

    /// One that cannot be moved is made again the next time.
    private func take(_ made: [(prefix: Int, precompiled: String)]) {
        let files = FileManager.default
        let new = Set(made.map(\.prefix))
        for (prefix, chain) in chains where !new.contains(prefix) && !new.isDisjoint(with: chain) {
            names[prefix].map(remove)
        }
        for (prefix, precompiled) in made {
            guard let name = names[prefix] else { continue }
            remove(name)
            do {
                // The prefix comes last: where it is, the rest is.
                try files.moveItem(atPath: "\(precompiled).contents", toPath: "\(name).pch.contents")
                try files.moveItem(atPath: precompiled, toPath: "\(name).pch")
            } catch { remove(name) }
        }
    }

    /// The names of what is there, without their endings; those of headers are not among them.
    private func found() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter(isComplete).map { "\(folder)/\($0.prefix { $0 != "." })" }
    }

    private func header(ofName name: String) -> String? {
        name.lastIndex(of: KeptPrefixes.separator).map { "\(name[..<$0]).h" }
    }

    /// Removes what is too much, and headers without a prefix.
    func tidy() {
        let files = FileManager.default
        var found: [(name: String, used: Date, size_B: Int)] = []
        for name in Set(self.found()) {
            // A mark counts as well, and has no size.
            let ending = ["pch.contents", "refused"].first { files.fileExists(atPath: "\(name).\($0)") }
            let attributes = ending.flatMap { try? files.attributesOfItem(atPath: "\(name).\($0)") }
            let used = attributes?[.modificationDate] as? Date ?? .distantPast
            let precompiled = try? files.attributesOfItem(atPath: "\(name).pch")
            found.append((name, used, precompiled?[.size] as? Int ?? 0))
        }
        found.sort { ($0.used, $0.name) > ($1.used, $1.name) }
        var sum_B = 0
        for (name, used, size_B) in found {
            sum_B += size_B
            if sum_B > KeptPrefixes.limit_B || used == .distantPast { remove(name) }
        }
        let wanted = Set(self.found().compactMap(header(ofName:)))
        for file in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
            // Headers that nobody wants, and what a worker was writing when it was killed.
            let isWanted = file.hasSuffix(".h") ? wanted.contains("\(folder)/\(file)") : isComplete(file)
            if !isWanted { try? files.removeItem(atPath: "\(folder)/\(file)") }
        }
        // Only an empty one goes.
        rmdir(folder)
    }

    private static let endings = ["pch", "pch.contents", "refused"]

    private func isComplete(_ file: String) -> Bool { KeptPrefixes.endings.contains { file.hasSuffix(".\($0)") } }

    private func remove(_ name: String) {
        for ending in KeptPrefixes.endings {
            try? FileManager.default.removeItem(atPath: "\(name).\(ending)")
        }
    }
}
