import Foundation

/// An option of the kernel's configuration.
public struct ConfigOption: Hashable, Sendable {
    /// `CONFIG_CGROUP_PIDS`
    public let name: String
    /// `y`, `m`, `n` for one that is not set, else the number or text; nil where the configuration cannot be read.
    public let value: String?
}

/// What a line of the source hangs on: options of the configuration.
public struct ConfigNeeds: Sendable {
    /// A condition of the preprocessor that names an option.
    public struct Condition: Sendable {
        /// `defined(CONFIG_SMP)`
        public let text: String
        /// Where the branch begins.
        public let place: LocatedLine
        /// The options in it.
        public let options: [ConfigOption]
        /// Whether it holds; nil where options alone do not tell.
        public let holds: Bool?
    }

    /// A line of a Makefile.
    public struct Rule: Sendable {
        /// The line.
        public let rule: BuildRule
        /// The options in it.
        public let options: [ConfigOption]
    }

    /// The line.
    public let place: LocatedLine
    /// The Makefiles' lines that have its file built, that of the outermost folder first; empty for headers.
    public let rules: [Rule]
    /// The conditions around the line that name options, the outermost first.
    public let conditions: [Condition]
    /// Other conditions around the line: `__KERNEL__`.
    public let otherConditions: [SourceCondition]
    /// Whether the text has changed since it was indexed, so that the line may be another.
    public let isAsIndexed: Bool?
    /// The file that includes this one, which no Makefile names.
    public let includedBy: LocatedLine?
    /// Whether it is known what has the file built; false for headers.
    public let isBuildKnown: Bool

    /// All options, each once: those of Makefiles first.
    public var options: [ConfigOption] {
        var seen: Set<String> = []
        return (rules.flatMap(\.options) + conditions.flatMap(\.options)).filter { seen.insert($0.name).inserted }
    }
}

/// Tells what lines hang on. The configuration and each file are read once.
public final class ConfigReader {
    private let store: IndexStore
    private let rules: BuildRules
    private let values: ConfigValues
    private var files: [String: (conditionals: Conditionals, isAsIndexed: Bool?)?] = [:]
    private var includers: [String: LocatedLine?] = [:]

    /// A reader for the kernel of an index.
    public init(_ store: IndexStore) {
        self.store = store
        let values = ConfigValues(folder: store.about.buildRoot ?? store.about.sourceRoot)
        self.values = values
        rules = BuildRules(root: store.about.sourceRoot) { ["y", "m"].contains(values.value(of: $0)) }
    }

    /// Whether the configuration can be read.
    public var knowsConfiguration: Bool { values.isKnown }

    /// The value of an option.
    public func option(_ name: String) -> ConfigOption { ConfigOption(name: name, value: values.shown(name)) }

    /// What a line hangs on.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func needs(of place: LocatedLine) throws -> ConfigNeeds { try needs(of: place, depth: 0) }

    private func needs(of place: LocatedLine, depth: Int) throws -> ConfigNeeds {
        let file = try self.file(place.file)
        let around = file?.conditionals.around(place.line) ?? []
        let path = place.file.hasPrefix("@build/") ? String(place.file.dropFirst("@build/".count)) : place.file
        let isUnit = path.hasSuffix(".c") || path.hasSuffix(".S")
        var found = rules.rules(ofFile: path)?.map { ConfigNeeds.Rule(rule: $0, options: $0.options.map(option)) }
        var conditions = around.filter { $0.text.contains("CONFIG_") }.map { condition($0, in: place.file) }
        var includer: LocatedLine?
        if isUnit, found == nil, depth < 3, let line = includedBy(path) {
            // What is included is there where the line is that includes it.
            includer = line
            let outer = try needs(of: line, depth: depth + 1)
            found = outer.rules
            conditions = outer.conditions + conditions
        }
        return ConfigNeeds(
            place: place,
            rules: found ?? [],
            conditions: conditions,
            otherConditions: around.filter { !$0.text.contains("CONFIG_") },
            isAsIndexed: file?.isAsIndexed,
            includedBy: includer,
            isBuildKnown: !(found ?? []).isEmpty
        )
    }

    /// The conditions that begin inside of a range of lines and name options.
    ///
    /// - Throws: ``Failure`` only when the index is damaged.
    public func conditions(inside lines: ClosedRange<Int>, of path: String) throws -> [ConfigNeeds.Condition] {
        try (file(path)?.conditionals.inside(lines) ?? []).filter { $0.text.contains("CONFIG_") }
            .map { condition($0, in: path) }
    }

    private func condition(_ condition: SourceCondition, in file: String) -> ConfigNeeds.Condition {
        var value = ConditionValue { self.values.value(of: $0) }
        return ConfigNeeds.Condition(
            text: condition.text,
            place: LocatedLine(file: file, line: condition.line, column: 1),
            options: Makefile.Assignment.options(in: condition.text).map(option),
            holds: values.isKnown ? value.holds(condition.text) : nil
        )
    }

    private func file(_ path: String) throws -> (conditionals: Conditionals, isAsIndexed: Bool?)? {
        if let known = files[path] { return known }
        let text = try store.sourceBytes(of: path)
        let read = text.map { (Conditionals($0.bytes), $0.isAsIndexed) }
        files[path] = read
        return read
    }

    /// The line of a file in the same folder that includes a source file.
    private func includedBy(_ path: String) -> LocatedLine? {
        if let known = includers[path] { return known }
        let parts = path.split(separator: "/").map(String.init)
        let folder = parts.dropLast().joined(separator: "/")
        let below = folder.isEmpty ? store.about.sourceRoot : "\(store.about.sourceRoot)/\(folder)"
        let wanted = "include \"\(parts.last ?? "")\""
        var found: LocatedLine?
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: below)) ?? []).sorted()
        where name.hasSuffix(".c") && name != parts.last {
            guard let bytes = FileManager.default.contents(atPath: "\(below)/\(name)"),
                bytes.range(of: Data(wanted.utf8)) != nil,
                let directive = Directives.all(in: [UInt8](bytes)).first(where: { "\($0.name) \($0.rest)" == wanted })
            else { continue }
            let file = folder.isEmpty ? name : "\(folder)/\(name)"
            found = LocatedLine(file: file, line: directive.line, column: 1)
            break
        }
        includers[path] = found
        return found
    }
}
