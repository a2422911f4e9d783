import Failure
import Foundation
import KernelABI

/// One configured kernel: finds its commands in the cache, or captures them.
struct KernelPreparation {
    let name: String
    let version: KernelVersion
    let packageVersion: String?
    let source: String
    let image: String?
    /// The content of a `.config`; nil for the architecture's default.
    let configuration: [UInt8]?
    /// The folder that holds build folders.
    let builds: String
    let jobs: Int
    let progress: @Sendable (String) -> Void

    /// - Parameter patterns: the files of the scope; nil for all.
    func run(patterns: [String]?, scope: SourceScope) async throws -> PreparedKernel {
        let kbuild = try kbuild()
        let key = ScopeKey(patterns: patterns)
        if let known = key.find(in: kbuild) { return prepared(known, kbuild, isFromCache: true) }

        let lock = try await FileLock.take(in: builds) {
            progress("waiting for another kernaut that prepares Linux \(version)")
        }
        defer { withExtendedLifetime(lock) {} }
        if let known = key.find(in: kbuild) { return prepared(known, kbuild, isFromCache: true) }

        // Commands that are out of date mean that makefiles changed. Records of files that these no longer name would
        // stay behind, so the build folder is made anew.
        if ScopeKey.isAnyOutOfDate(in: kbuild) { try CacheFiles.remove(kbuild.build) }
        try CacheFiles.makeFolder(kbuild.build)
        progress("configuring Linux \(version)")
        try await kbuild.configure(configuration)

        let capture = CommandCapture(kbuild: kbuild)
        let captured: CapturedCommands
        if let patterns {
            let files = SourcePatterns.files(patterns, in: source)
            captured = try await capture.commands(of: files, progress: progress)
        } else {
            captured = try await capture.allCommands(progress: progress)
        }
        // An incomplete capture is used this once, and tried again the next time.
        if captured.problems.isEmpty { try CacheFiles.write(captured.encoded, to: key.path(in: kbuild)) }
        return prepared(captured, kbuild, isFromCache: false)
    }

    private func kbuild() throws -> Kbuild {
        let typeOption = Data("\nCONFIG_DEBUG_INFO_BTF=y\n".utf8)
        let wantsTypes = configuration.map { Data($0).range(of: typeOption) != nil } ?? false
        let toolchain = try Toolchain.newest(needsTypeInformation: wantsTypes)
        let recorder = try KernautHome.program("kernaut-cc")
        // Whatever decides all commands alike names the build folder.
        var digest = PartsDigest()
        digest.add(source)
        digest.add(configuration ?? Array("defconfig".utf8))
        digest.add(toolchain.identity)
        // Where the recorder lies decides nothing: whoever moves kernaut keeps what was captured.
        digest.add(CacheFiles.read(recorder) ?? [])
        let build = Path.join(builds, "build-\(digest.hexadecimal.prefix(16))")
        return Kbuild(source: source, build: build, toolchain: toolchain, jobs: max(1, jobs))
    }

    private func prepared(_ captured: CapturedCommands, _ kbuild: Kbuild, isFromCache: Bool) -> PreparedKernel {
        let configuration = CacheFiles.read(Path.join(kbuild.build, ".config")) ?? []
        let tree = KernelTree(
            name: name,
            version: version,
            packageVersion: packageVersion,
            sourceRoot: source,
            buildRoot: kbuild.build,
            configDigest: PartsDigest.of(configuration),
            imagePath: image
        )
        return PreparedKernel(
            tree: tree,
            commands: captured.commands,
            notBuilt: captured.notBuilt,
            problems: captured.problems,
            isFromCache: isFromCache,
            compiler: captured.compiler
        )
    }
}

/// Under which name the commands of a scope are kept in a build folder.
private struct ScopeKey {
    private let patterns: [String]?
    private static let prefix = "commands-"

    init(patterns: [String]?) { self.patterns = patterns }

    func path(in kbuild: Kbuild) -> String {
        var digest = PartsDigest()
        for pattern in patterns ?? [] { digest.add(pattern) }
        let name = patterns == nil ? "all" : digest.hexadecimal
        return Path.join(kbuild.notes, ScopeKey.prefix + name)
    }

    /// The commands when they are there and nothing that they rest on has changed.
    func find(in kbuild: Kbuild) -> CapturedCommands? {
        if let own = ScopeKey.read(path(in: kbuild)), own.isCurrent { return own }
        guard let patterns, var all = ScopeKey.read(ScopeKey(patterns: nil).path(in: kbuild)), all.isCurrent else {
            return nil
        }
        let selected = SelectedCommands(of: all.commands, patterns: patterns, source: kbuild.source)
        all.commands = selected.commands
        all.notBuilt = selected.notBuilt
        return all
    }

    static func isAnyOutOfDate(in kbuild: Kbuild) -> Bool {
        CacheFiles.names(in: kbuild.notes).filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".unfinished") }
            .contains { ScopeKey.read(Path.join(kbuild.notes, $0))?.isCurrent != true }
    }

    private static func read(_ path: String) -> CapturedCommands? {
        CacheFiles.read(path).flatMap(CapturedCommands.init(encoded:))
    }
}
