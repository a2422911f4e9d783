import KernelABI
import StrictYAML

/// Reads the question that a part puts to the index. The key names its kind, the value has its terms.
enum CheckReader {
    /// Reads the terms of one kind of check, which stand at a key of a part.
    private typealias Terms = @Sendable (StrictMapping, String) throws -> SourceCheck

    /// The kinds of check.
    static var keys: Set<String> { Set(readers.keys) }

    static func read(_ key: String, _ part: StrictMapping) throws -> SourceCheck {
        guard let reader = readers[key] else { preconditionFailure("'\(key)' is no kind of check") }
        return try reader(part, key)
    }

    private static let readers: [String: Terms] = names.merging(calls) { $1 }.merging(counts) { $1 }

    private static let names: [String: Terms] = [
        "defined": { part, key in try defined(part, key) },
        "macros": { part, key in .macros(try part.texts(key)) },
        "no-macro": { part, key in .noMacro(try part.text(key)) },
        "member": { part, key in
            let terms = try part.mapping(key, keys: ["struct", "name", "to", "by"])
            return .member(
                record: try terms.text("struct"),
                name: try terms.text("name"),
                target: try terms.text("to"),
                held: terms.has("by") ? try terms.choice("by", SourceCheck.Holding.self) : nil
            )
        },
        "chain": { part, key in
            let terms = try part.mapping(key, keys: ["from", "to"])
            return .chain(from: try terms.text("from"), to: try terms.text("to"))
        },
        "pointers": { part, key in
            let terms = try part.mapping(key, keys: ["struct", "to", "else-from"])
            return .pointers(
                record: try terms.text("struct"),
                targets: try terms.texts("to"),
                others: terms.has("else-from") ? try terms.texts("else-from") : []
            )
        },
        "source-file": { part, key in
            let terms = try part.mapping(key, keys: ["path", "option"])
            return .sourceFile(try terms.treePath("path"), option: try terms.text("option"))
        },
    ]

    private static let calls: [String: Terms] = [
        "calls": { part, key in
            let functions = try part.texts(key)
            guard functions.count > 1 else { throw part.failure("'calls' needs two functions or more", at: key) }
            return .calls(functions)
        },
        "reaches": { part, key in
            let terms = try part.mapping(key, keys: ["from", "to"])
            return .reaches(from: try terms.texts("from"), to: try terms.text("to"))
        },
        "entered-by": { part, key in
            let terms = try part.mapping(key, keys: ["function", "system-calls", "within", "with-arguments"])
            return .enteredBy(
                function: try terms.text("function"),
                systemCalls: try terms.texts("system-calls"),
                within: try terms.count("within"),
                withArguments: try terms.flag("with-arguments")
            )
        },
        "only-caller": { part, key in
            let terms = try part.mapping(key, keys: ["function", "caller"])
            return .onlyCaller(of: try terms.text("function"), caller: try terms.text("caller"))
        },
        "uses": { part, key in
            let terms = try part.mapping(key, keys: ["function", "names"])
            return .uses(function: try terms.text("function"), names: try terms.texts("names"))
        },
        "text": { part, key in
            let terms = try part.mapping(key, keys: ["function", "has"])
            return .text(function: try terms.text("function"), has: try terms.text("has"))
        },
        "error": { part, key in
            let terms = try part.mapping(key, keys: ["function", "errno"])
            return .error(function: try terms.text("function"), errno: try terms.errno("errno"))
        },
        "calls-into": { part, key in
            let terms = try part.mapping(key, keys: ["folder", "from"])
            return .callsInto(folder: try terms.folder("folder"), from: try terms.texts("from"))
        },
        "mostly-called-from": { part, key in
            let terms = try part.mapping(key, keys: ["folder", "files", "besides-objects-of"])
            return .mostlyCalledFrom(
                folder: try terms.folder("folder"),
                files: try terms.texts("files"),
                record: try terms.text("besides-objects-of")
            )
        },
    ]

    private static let counts: [String: Terms] = [
        "system-calls": { part, key in .systemCalls(try part.texts(key)) },
        "no-system-call": { part, key in .noSystemCall(word: try part.text(key)) },
        "kinds": { part, key in
            let terms = try part.mapping(key, keys: ["struct", "member", "prefix", "flags"])
            return .kinds(try kindTerms(terms), flags: try terms.texts("flags"))
        },
        "own-flags": { part, key in
            .ownFlags(try kindTerms(try part.mapping(key, keys: ["struct", "member", "prefix"])))
        },
        "controllers": { part, key in
            let terms = try part.mapping(
                key,
                keys: ["struct", "legacy-files", "default-files", "implicit", "version", "count"]
            )
            let version = try terms.count("version")
            guard version == 1 || version == 2 else { throw terms.failure("'version' is 1 or 2", at: "version") }
            return .controllers(
                SourceCheck.ControllerTerms(
                    record: try terms.text("struct"),
                    legacyFiles: try terms.text("legacy-files"),
                    defaultFiles: try terms.text("default-files"),
                    implicit: try terms.text("implicit")
                ),
                version: version,
                count: try terms.count("count")
            )
        },
        "callbacks": { part, key in .callbacks(record: try part.text(key)) },
        "sizes": { part, key in
            let terms = try part.mapping(key, keys: ["structs", "below-bytes"])
            return .sizes(try terms.texts("structs"), belowBytes: try terms.count("below-bytes"))
        },
    ]

    private static func kindTerms(_ terms: StrictMapping) throws -> SourceCheck.KindTerms {
        SourceCheck.KindTerms(
            record: try terms.text("struct"),
            member: try terms.text("member"),
            prefix: try terms.text("prefix")
        )
    }

    private static func defined(_ part: StrictMapping, _ key: String) throws -> SourceCheck {
        let terms = try part.mapping(key, keys: ["struct", "function", "system-call", "file"])
        let name: SourceCheck.DefinedName
        switch (try terms.textIfPresent("struct"), try terms.textIfPresent("function"), terms.has("system-call")) {
        case (let record?, nil, false): name = .record(record)
        case (nil, let function?, false): name = .function(function)
        case (nil, nil, true): name = .systemCall(try terms.text("system-call"))
        default: throw part.failure("'defined' needs one of 'struct', 'function' and 'system-call'", at: key)
        }
        return .defined(name, file: terms.has("file") ? try terms.treePath("file") : nil)
    }
}

extension StrictMapping {
    /// A path that stays inside the tree.
    fileprivate func treePath(_ key: String) throws -> String {
        let path = try text(key)
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw failure("'\(path)' in '\(key)' has to be a path inside the source tree", at: key)
        }
        return path
    }

    /// A folder of the tree, with a slash at its end.
    fileprivate func folder(_ key: String) throws -> String {
        let path = try treePath(key)
        guard path.hasSuffix("/") else { throw failure("'\(key)' is a folder and ends with a slash", at: key) }
        return path
    }

    /// An error in the kernel's spelling.
    func errno(_ key: String) throws -> Errno {
        let name = try text(key)
        guard let errno = Errno(name: name) else { throw failure("'\(name)' is no error that is known", at: key) }
        return errno
    }
}
