import Failure
import Foundation
import KernelABI
import StrictYAML

extension KernelRef {
    /// Reads the reference of one kernel.
    ///
    /// - Throws: `Failure`: 64 when there is no such kernel (it names those there are), 65 for a bad file, with its line.
    public static func named(_ name: String, home: KernautHome) throws -> KernelRef {
        let folder = try home.kernelRefs()
        let known = names(in: folder)
        guard known.contains(name) else {
            let remedy =
                known.isEmpty ? "there is no kernel in \(folder)" : "known are \(known.joined(separator: ", "))"
            throw Failure(.usage, "the kernel '\(name)' is unknown", remedy: remedy)
        }
        return try read(Path.join(folder, file(of: name)))
    }

    /// Reads the references of all kernels, oldest first.
    ///
    /// - Throws: `Failure` (65) for the first bad file, with its line.
    public static func all(home: KernautHome) throws -> [KernelRef] {
        let folder = try home.kernelRefs()
        return try names(in: folder).map { try read(Path.join(folder, file(of: $0))) }
            .sorted { $0.version < $1.version }
    }

    /// Reads a reference from a file.
    ///
    /// - Throws: `Failure` (65) with file and line.
    public static func read(_ file: String) throws -> KernelRef {
        guard let bytes = CacheFiles.read(file) else {
            throw Failure(.badInput, "the file cannot be read", at: file)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.badInput, "the file is not UTF-8", at: file)
        }
        return try parse(text, file: file)
    }

    /// Reads a reference from a text.
    ///
    /// - Parameter file: the name under which failures speak of it.
    /// - Throws: `Failure` (65) with file and line.
    public static func parse(_ text: String, file: String) throws -> KernelRef {
        let top = try StrictMapping.parse(text, file: file, keys: ["kernel", "debian", "article", "scopes"])
        let release = try top.text("kernel")
        guard let version = KernelVersion(release), version.description == release else {
            throw top.failure("'kernel' has to be a release such as 6.1, not '\(release)'", at: "kernel")
        }

        let debian = try top.mapping(
            "debian",
            keys: [
                "architecture", "suites", "source", "configuration", "configuration-file", "image-of", "image-matching",
            ]
        )
        let image: Image
        switch (debian.has("image-of"), debian.has("image-matching")) {
        case (true, false): image = .of(metaPackage: try debian.word("image-of"))
        case (false, true): image = .matching(pattern: try debian.word("image-matching"))
        default: throw top.failure("'debian' needs one of 'image-of' and 'image-matching'", at: "debian")
        }
        let scopes = try top.mapping("scopes", keys: nil)
        return KernelRef(
            origin: file,
            version: version,
            architecture: try debian.word("architecture"),
            suites: try debian.words("suites"),
            sourcePackage: try debian.word("source"),
            configurationPackage: try debian.word("configuration"),
            configurationFile: try debian.word("configuration-file"),
            image: image,
            articleFiles: try top.mappings("article", keys: ["says", "file"]).map { entry in
                ArticleFile(says: try entry.word("says"), file: try entry.treePath("file"))
            },
            scopes: try Dictionary(
                uniqueKeysWithValues: scopes.keys.map { ($0, try scopes.treePaths($0)) }
            )
        )
    }

    private static func file(of name: String) -> String { "linux-\(name).yaml" }

    private static func names(in folder: String) -> [String] {
        CacheFiles.names(in: folder).compactMap { file in
            guard file.hasPrefix("linux-"), file.hasSuffix(".yaml") else { return nil }
            return String(file.dropFirst("linux-".count).dropLast(".yaml".count))
        }
    }
}

extension StrictMapping {
    /// A text that goes to apt and into file names, so that it must hold no space and start with no dash.
    fileprivate func word(_ key: String) throws -> String { try checkedWord(text(key), key) }

    fileprivate func words(_ key: String) throws -> [String] { try texts(key).map { try checkedWord($0, key) } }

    /// A path that stays inside the tree.
    fileprivate func treePath(_ key: String) throws -> String { try checkedPath(word(key), key) }

    fileprivate func treePaths(_ key: String) throws -> [String] { try words(key).map { try checkedPath($0, key) } }

    private func checkedWord(_ word: String, _ key: String) throws -> String {
        let isClean = word.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 && !"\"'\\;[]".contains($0) }
        guard isClean, !word.hasPrefix("-") else {
            throw failure("'\(word)' in '\(key)' is no name that a package, a suite or a file has", at: key)
        }
        return word
    }

    private func checkedPath(_ path: String, _ key: String) throws -> String {
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw failure("'\(path)' in '\(key)' has to be a path inside the source tree", at: key)
        }
        return path
    }
}

extension String {
    /// A character of the text.
    fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }
}
