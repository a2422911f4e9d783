import Failure
import Foundation

/// Gets compile commands out of Kbuild without building anything.
///
/// The commands come from records that `kernaut-cc` writes, not from Kbuild's `.cmd` files: a record has the arguments
/// as the compiler got them, so that no shell's and no make's quoting has to be undone.
struct CommandCapture {
    let kbuild: Kbuild

    /// The commands of single files: the headers that Kbuild generates are made, then these objects alone.
    ///
    /// - Parameter files: paths relative to the source tree.
    func commands(of files: [String], progress: (String) -> Void) async throws -> CapturedCommands {
        progress("generating the headers that a build of the kernel generates")
        try await kbuild.makeAll(["prepare"], what: "generating headers")

        var built: [String] = []
        var notBuilt: [String] = []
        var objects = try BuiltObjects(of: kbuild)
        for file in files {
            var isBuilt = file.hasSuffix(".c") && Path.exists(Path.join(kbuild.source, file))
            if isBuilt { isBuilt = try await objects.contains(object(of: file)) }
            if isBuilt { built.append(file) } else { notBuilt.append(file) }
        }

        progress("capturing the compile commands of \(built.count) files")
        let log = built.isEmpty ? nil : try await kbuild.make(built.map(object), keepGoing: true)
        var problems = log.map { $0.status == 0 ? [] : Kbuild.complaints(in: $0) } ?? []
        var commands: [CompileCommand] = []
        for file in built {
            if let command = record(ofObject: object(of: file)) {
                commands.append(command)
            } else {
                problems.append("\(file): Kbuild did not compile it")
            }
        }
        return try await captured(commands, notBuilt: notBuilt, problems: problems)
    }

    /// The commands of everything that the configuration builds.
    func allCommands(progress: (String) -> Void) async throws -> CapturedCommands {
        progress("capturing the compile commands of everything that the configuration builds")
        // The goal that descends into all folders. No other goal does that and links nothing.
        let descent = isTopLevel(target: "descend") ? "descend" : "."
        let log = try await kbuild.make(["KBUILD_MODULES=1", "KBUILD_BUILTIN=1", descent], keepGoing: true)

        var commands: [CompileCommand] = []
        let walk = FileManager.default.enumerator(atPath: kbuild.build)
        while let path = walk?.nextObject() as? String {
            guard path.hasSuffix(".o.kernaut"), let bytes = CacheFiles.read(Path.join(kbuild.build, path)) else {
                continue
            }
            if let command = CompilationRecord.command(from: bytes) { commands.append(command) }
        }
        guard !commands.isEmpty else {
            let reason = Kbuild.complaints(in: log).first ?? "make ended with status \(log.status)"
            throw Failure(.unavailable, "no compile command was captured: \(reason)", at: kbuild.source)
        }
        let problems = log.status == 0 ? [] : Kbuild.complaints(in: log)
        return try await captured(commands, notBuilt: [], problems: problems)
    }

    private func captured(
        _ commands: [CompileCommand],
        notBuilt: [String],
        problems: [String]
    ) async throws -> CapturedCommands {
        let files = commands.compactMap { Path.relative($0.file, to: kbuild.source) } + notBuilt
        return CapturedCommands(
            commands: commands.sorted { ($0.file, $0.arguments.count) < ($1.file, $1.arguments.count) },
            notBuilt: notBuilt,
            problems: problems,
            compiler: try await kbuild.toolchain.compilerVersion(),
            watched: WatchedFiles.stamps(of: kbuild, folders: Set(files.map(Path.parent)))
        )
    }

    private func record(ofObject object: String) -> CompileCommand? {
        CacheFiles.read(Path.join(kbuild.build, CompilationRecord.path(ofObject: object)))
            .flatMap(CompilationRecord.command)
    }

    private func object(of file: String) -> String { String(file.dropLast(2)) + ".o" }

    /// Whether the tree's makefile has a target of this name.
    private func isTopLevel(target: String) -> Bool {
        guard let bytes = CacheFiles.read(Path.join(kbuild.source, "Makefile")) else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { $0.hasPrefix("\(target):") }
    }
}
