import Failure

/// Takes the parts of a kernel out of verified packages. Each part gets its final name when it is complete.
struct KernelUnpacking {
    let parts: KernelParts
    /// A folder for what is not complete yet, on the same file system.
    let scratch: String

    /// The configuration of a `linux-config-*` package.
    func configuration(from package: String, named name: String) async throws {
        let contents = try await unpack(package)
        let file = try await find(name, below: Path.join(contents, "usr/src"), package: package)
        let text: [UInt8]
        if name.hasSuffix(".xz") {
            let outcome = try await Program.run(["xz", "--decompress", "--stdout", file])
            guard outcome.status == 0 else { throw failure("xz", outcome.errors, package) }
            text = Array(outcome.output.utf8)
        } else {
            text = CacheFiles.read(file) ?? []
        }
        guard !text.isEmpty else { throw Failure(.badInput, "the configuration \(name) is empty", at: package) }
        try CacheFiles.write(text, to: parts.configuration)
        try CacheFiles.remove(scratch)
    }

    /// The source tree of a `linux-source-*` package, which holds it as a tar file.
    func source(from package: String) async throws {
        let contents = try await unpack(package)
        let folder = Path.join(contents, "usr/src")
        guard let archive = CacheFiles.names(in: folder).first(where: { $0.contains(".tar.") }) else {
            throw Failure(.badInput, "the package holds no source", at: package)
        }
        let tree = Path.join(scratch, "tree")
        try CacheFiles.makeFolder(tree)
        let tar = ["tar", "--extract", "--file", Path.join(folder, archive), "--directory", tree, "--no-same-owner"]
        let log = try await Program.runSupervised(tar)
        guard log.status == 0 else { throw failure("tar", log.lines.joined(separator: "\n"), package) }
        let tops = CacheFiles.names(in: tree)
        guard tops.count == 1 else {
            throw Failure(.badInput, "the source has \(tops.count) folders at its top, not one", at: package)
        }
        try CacheFiles.rename(Path.join(tree, tops[0]), to: parts.source)
        try CacheFiles.remove(scratch)
    }

    /// The image of a `linux-image-*` package, or of a `linux-binary-*` package as there are since 7.0.
    func image(from package: String) async throws {
        let contents = try await unpack(package)
        guard let (release, image) = KernelUnpacking.image(in: contents) else {
            throw Failure(.badInput, "the package holds no kernel image", at: package)
        }
        try CacheFiles.rename(image, to: parts.image)
        // The release comes last: it says that the image is there.
        try CacheFiles.write(Array(release.utf8), to: parts.imageRelease)
        try CacheFiles.remove(scratch)
    }

    /// Where the image is in an unpacked package, and its release: `boot/vmlinuz-RELEASE`, or beside the modules,
    /// `usr/lib/modules/RELEASE/vmlinuz`.
    static func image(in contents: String) -> (release: String, path: String)? {
        let boot = Path.join(contents, "boot")
        let prefix = "vmlinuz-"
        if let name = CacheFiles.names(in: boot).first(where: { $0.hasPrefix(prefix) }) {
            return (String(name.dropFirst(prefix.count)), Path.join(boot, name))
        }
        let modules = Path.join(contents, "usr/lib/modules")
        for release in CacheFiles.names(in: modules) {
            let path = Path.join(modules, "\(release)/vmlinuz")
            if Path.exists(path) { return (release, path) }
        }
        return nil
    }

    private func unpack(_ package: String) async throws -> String {
        try CacheFiles.remove(scratch)
        let contents = Path.join(scratch, "contents")
        try CacheFiles.makeFolder(contents)
        let log = try await Program.runSupervised(["dpkg-deb", "--extract", package, contents])
        guard log.status == 0 else { throw failure("dpkg-deb", log.lines.joined(separator: "\n"), package) }
        return contents
    }

    private func find(_ name: String, below folder: String, package: String) async throws -> String {
        for inner in CacheFiles.names(in: folder) {
            let path = Path.join(Path.join(folder, inner), name)
            if Path.exists(path) { return path }
        }
        throw Failure(.badInput, "the package holds no configuration \(name)", at: package)
    }

    private func failure(_ program: String, _ output: String, _ package: String) -> Failure {
        Failure(
            .unavailable,
            "\(program) cannot unpack it: \(Program.reason(output.split(separator: "\n")))",
            at: package,
            remedy: "make room there, or set KERNAUT_HOME elsewhere"
        )
    }
}
