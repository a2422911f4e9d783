import ContentDigest
import Foundation
import IndexFacts

/// A prefix to precompile: headers that several units of one set of arguments include.
struct PlannedPrefix: Codable {
    /// The prefix that another one is on top of.
    struct Base: Codable {
        var path: String
        /// Its ``PlannedPrefix/commandDigest``.
        var commandDigest: [UInt8]
    }

    /// Which of a folder's units it is for.
    enum Purpose: String, Codable {
        /// What is common in the folder and in those below it; other prefixes are on top of it.
        case common
        /// Those that have no narrower one.
        case units
        /// Some that mean something else on top of the others.
        case late
        /// One unit.
        case own
    }

    /// What it is called in the index: `@prefix`, `@prefix-2`.
    var path: String
    var purpose: Purpose
    /// What it is on top of; nil for nothing.
    var base: Base?
    /// The lines of the header file that includes them.
    var text: String
    var directory: String
    /// What the units have in common, for libclang.
    var common: [String]
    /// The folders of `-I` that the units have in common, in order.
    var folders: [String]
    /// The folder of the source tree whose units it is for; empty for all.
    var folder: String
    /// The paths of the units that it is for, where these are not all.
    var members: Set<String>?

    /// For libclang, the language included.
    var arguments: [String] { common + folders.map { "-I\($0)" } + ["-x", "c-header"] }

    /// The headers as they are included, in their order.
    var headers: [Substring] {
        let include = "#include "
        return text.split(separator: "\n").filter { $0.hasPrefix(include) }.map { $0.dropFirst(include.count) }
    }

    var commandDigest: [UInt8] {
        let below = base.map { ContentDigest(of: $0.commandDigest).hexadecimal }
        return ContentDigest(of: [directory, text] + arguments + (below.map { ["on top of \($0)"] } ?? [])).bytes
    }

    /// Nil where there is no header.
    init?(
        path: String,
        purpose: Purpose,
        onTopOf base: PlannedPrefix?,
        headers: [String],
        group: PrefixGroup,
        folders: [String],
        names: [String]
    ) {
        guard !headers.isEmpty else { return nil }
        let names = names.map { PlannedPrefix.macro($0) }
        // A unit that includes none of the headers of trace events must not find what they are called.
        let lines =
            names.map { "#define \($0.name) \($0.value)" } + headers.map { "#include \($0)" }
            + (names.map { String($0.name) } + TraceEvents.nameMacros).map { "#undef \($0)" }
        self.path = path
        self.purpose = purpose
        self.base = base.map { Base(path: $0.path, commandDigest: $0.commandDigest) }
        text = lines.joined(separator: "\n") + "\n"
        directory = group.directory
        common = group.common
        self.folders = folders
        folder = group.folder
    }

    /// A prefix of all that one unit includes, for whoever edits it; nil when it includes nothing that can be shared.
    init?(ownOf unit: PlannedUnit) {
        self.init(
            path: "@own \(unit.path)",
            purpose: .own,
            onTopOf: nil,
            headers: IncludeScan.unconditionalIncludes(of: unit.file).filter { include in
                unit.file(of: include).map(IncludeScan.isShareable) ?? false
            }.compactMap { unit.header(of: $0) },
            group: PrefixGroup(directory: unit.directory, common: unit.arguments.common, folder: unit.path),
            folders: unit.arguments.includeFolders,
            names: unit.arguments.names
        )
    }

    /// Whether it was made for a unit, or would have been: its own folders come after those of the prefix.
    func serves(_ unit: PlannedUnit) -> Bool {
        unit.path.hasPrefix(folder) && unit.directory == directory && unit.arguments.common == common
            && unit.arguments.includeFolders.starts(with: folders) && members?.contains(unit.path) ?? true
    }

    /// Of prefixes that serve a unit, the greatest is the one to take.
    var closeness: (Int, Int, Int) { (members == nil ? 0 : 1, folder.utf8.count, purpose == .common ? 0 : 1) }

    private static func macro(_ definition: String) -> (name: Substring, value: Substring) {
        let text = definition.dropFirst(2)
        let end = text.firstIndex(of: "=") ?? text.endIndex
        return (text[..<end], end == text.endIndex ? "1" : text[text.index(after: end)...])
    }
}

/// What units must have in common to share a prefix.
struct PrefixGroup: Hashable {
    var directory: String
    var common: [String]
    /// The folder of the source tree that they lie in; empty for any.
    var folder: String

    /// The groups that a unit may belong to, the narrowest first.
    static func all(of unit: PlannedUnit) -> [PrefixGroup] {
        var group = PrefixGroup(directory: unit.directory, common: unit.arguments.common, folder: "")
        var groups = [group]
        for part in unit.path.split(separator: "/").dropLast() {
            group.folder += "\(part)/"
            groups.append(group)
        }
        return groups.reversed()
    }

    /// How many folders deep it lies.
    var depth: Int { folder.utf8.count { $0 == UInt8(ascii: "/") } }
}

extension PlannedUnit {
    /// The file that an include names, in brackets or quotes; nil for one that is not there.
    func file(of include: String) -> String? {
        let name = String(include.dropFirst().dropLast())
        if include.hasPrefix("\""), let end = file.lastIndex(of: "/") {
            let beside = "\(file[..<end])/\(name)"
            if FileManager.default.fileExists(atPath: beside) { return beside }
        }
        return UnitHeaders.find(name, in: arguments.includeFolders, directory: directory)
    }

    /// An include as it stands in a prefix, which lies elsewhere: in quotes, by the path of the file.
    func header(of include: String) -> String? {
        include.hasPrefix("<") ? include : file(of: include).map { "\"\($0)\"" }
    }
}

extension [PlannedPrefix] {
    /// The number of the prefix that another one is on top of.
    func base(of prefix: Int) -> Int? {
        guard let base = self[prefix].base else { return nil }
        // It comes first; the description of an index may be damaged.
        return self[..<prefix].firstIndex { $0.path == base.path }
    }
}
