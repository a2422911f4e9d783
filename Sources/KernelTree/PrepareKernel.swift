import Failure
import Foundation
import KernelABI

extension PreparedKernel {
    /// Makes a kernel ready to be indexed: fetches it when it is not in the cache, configures it, and captures the
    /// compile commands of a scope. When nothing has changed since the last time, no other program runs.
    ///
    /// - Parameters:
    ///   - jobs: how many compilations run at once; nil for one per processor.
    ///   - progress: called with one line for each stage.
    /// - Throws: `Failure`: 64 for an unknown kernel or scope, 65 for bad files, 69 for missing packages or network.
    public static func prepare(
        _ selection: KernelSelection,
        scope: SourceScope,
        home: KernautHome,
        jobs: Int? = nil,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> PreparedKernel {
        let jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
        switch selection {
        case .reference(let name):
            let reference = try KernelRef.named(name, home: home)
            _ = try patterns(of: scope, reference)
            let record = try await KernelFetch(reference, home: home, progress: progress).run()
            let parts = KernelParts(folder: home.kernel(name), packageVersion: record.packageVersion)
            let preparation = KernelPreparation(
                name: name,
                version: record.version,
                packageVersion: record.packageVersion,
                source: parts.source,
                image: parts.image,
                configuration: CacheFiles.read(parts.configuration),
                builds: home.kernel(name),
                jobs: jobs,
                progress: progress
            )
            return try await preparation.run(patterns: patterns(of: scope, reference), scope: scope)
        case .tree(let path, let config):
            let source = Path.absolute(path, in: FileManager.default.currentDirectoryPath)
            return try await prepareTree(
                source,
                config: config,
                scope: scope,
                home: home,
                jobs: jobs,
                progress: progress
            )
        }
    }

    private static func prepareTree(
        _ source: String,
        config: String?,
        scope: SourceScope,
        home: KernautHome,
        jobs: Int,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> PreparedKernel {
        let version = try TreeVersion.read(source)
        let reference = try nearestReference(to: version, home: home)
        let patterns = try patterns(of: scope, reference)
        let name = "\(Path.name(source))-\(PartsDigest.of(Array(source.utf8)).prefix(8))"

        let existing = Path.join(source, "compile_commands.json")
        if Path.exists(existing) {
            guard config == nil else {
                throw Failure(
                    .usage,
                    "the tree has a compile_commands.json, which is used as it is",
                    at: existing,
                    remedy: "leave --config away, or remove that file"
                )
            }
            progress("using the compile commands in \(existing)")
            return try existingCommands(existing, name: name, version: version, source: source, patterns: patterns)
        }
        var configuration: [UInt8]?
        if let config {
            configuration = CacheFiles.read(config)
            guard let text = configuration else {
                throw Failure(.badInput, "the configuration cannot be read", at: config)
            }
            // Kconfig would take anything, and answer with a configuration of its own.
            guard text.contains(Array("\nCONFIG_".utf8)) else {
                throw Failure(.badInput, "this is no kernel configuration: it sets no CONFIG_ variable", at: config)
            }
        }
        let preparation = KernelPreparation(
            name: name,
            version: version,
            packageVersion: nil,
            source: source,
            image: nil,
            configuration: configuration,
            builds: Path.join(home.trees, name),
            jobs: jobs,
            progress: progress
        )
        return try await preparation.run(patterns: patterns, scope: scope)
    }

    /// The files of a scope in the words of a reference; nil for all.
    private static func patterns(of scope: SourceScope, _ reference: KernelRef) throws -> [String]? {
        guard case .named(let name) = scope else { return nil }
        if let patterns = reference.scopes[name] { return patterns }
        let known = (reference.scopes.keys.sorted() + ["all"]).joined(separator: ", ")
        throw Failure(.usage, "the scope '\(name)' is unknown", at: reference.origin, remedy: "known are \(known)")
    }

    /// The newest reference that is not newer than a tree, else the oldest: its scopes fit best.
    private static func nearestReference(to version: KernelVersion, home: KernautHome) throws -> KernelRef {
        let references = try KernelRef.all(home: home)
        let older = references.filter { $0.version <= version.release }
        guard let nearest = older.last ?? references.first else {
            throw Failure(.unavailable, "there is no kernel reference", at: try home.kernelRefs())
        }
        return nearest
    }

    private static func existingCommands(
        _ path: String,
        name: String,
        version: KernelVersion,
        source: String,
        patterns: [String]?
    ) throws -> PreparedKernel {
        let all = try CompileCommandsFile.read(path)
        let folders = Dictionary(grouping: all, by: \.directory).mapValues(\.count)
        // Kbuild runs the compiler in the build folder, so that nearly all entries name it.
        let build = folders.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? source
        let configuration = CacheFiles.read(Path.join(build, ".config")) ?? CacheFiles.read(path) ?? []
        let tree = KernelTree(
            name: name,
            version: version,
            packageVersion: nil,
            sourceRoot: source,
            buildRoot: build,
            configDigest: PartsDigest.of(configuration),
            imagePath: nil
        )
        let selected = SelectedCommands(of: all, patterns: patterns, source: source)
        return PreparedKernel(
            tree: tree,
            commands: selected.commands,
            notBuilt: selected.notBuilt,
            problems: [],
            isFromCache: true,
            compiler: nil
        )
    }
}
