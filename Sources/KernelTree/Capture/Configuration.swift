import Failure

extension Kbuild {
    /// Makes the build folder and the configuration in it; does nothing when that has been done.
    ///
    /// - Parameter configuration: the content of a `.config`; nil for the architecture's default.
    func configure(_ configuration: [UInt8]?) async throws {
        let marker = Path.join(notes, "configured")
        if Path.exists(marker) { return }
        try CacheFiles.makeFolder(notes)

        let made = try await Program.run([toolchain.clang, "-x", "c", "-c", "/dev/null", "-o", emptyObject])
        guard made.status == 0 else {
            throw Failure(.unavailable, "clang does not compile an empty file: \(made.errors)", at: toolchain.clang)
        }
        if let configuration {
            try CacheFiles.write(configuration, to: Path.join(build, ".config"))
            try await makeAll(["olddefconfig"], what: "configuring the kernel")
        } else {
            try await makeAll(["defconfig"], what: "configuring the kernel")
        }
        try CacheFiles.write([], to: marker)
    }
}
