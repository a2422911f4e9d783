/// The files that decide how units are compiled: makefiles on the way to them, and all of Kconfig.
enum WatchedFiles {
    /// The files with their stamps as they are now.
    ///
    /// - Parameter folders: the folders of the units, relative to the source tree.
    static func stamps(of kbuild: Kbuild, folders: Set<String>) -> [String: FileStamp] {
        var paths: Set<String> = []
        for folder in folders.union([".", "scripts", "arch/\(Kbuild.architectureFolder)"]) {
            for above in Path.withParents(folder) {
                let absolute = above == "." ? kbuild.source : Path.join(kbuild.source, above)
                paths.formUnion(["Makefile", "Kbuild"].map { Path.join(absolute, $0) })
            }
        }
        let scripts = Path.join(kbuild.source, "scripts")
        for name in CacheFiles.names(in: scripts) where name.hasPrefix("Makefile.") || name.hasPrefix("Kbuild.") {
            paths.insert(Path.join(scripts, name))
        }
        for file in configurationSources(of: kbuild) {
            paths.insert(Path.absolute(file, in: kbuild.source))
        }
        // Somebody may have tidied up in the build folder.
        for file in [".config", "include/generated/autoconf.h"] { paths.insert(Path.join(kbuild.build, file)) }
        return paths.reduce(into: [:]) { stamps, path in
            if let stamp = FileStamp(of: path) { stamps[path] = stamp }
        }
    }

    /// The Kconfig files, as Kconfig itself lists what it read: `deps_config := \` and a line each.
    private static func configurationSources(of kbuild: Kbuild) -> [String] {
        guard let bytes = CacheFiles.read(Path.join(kbuild.build, "include/config/auto.conf.cmd")) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .drop { !$0.hasPrefix("deps_config") }.dropFirst()
            .prefix { $0.hasPrefix("\t") }
            .map { String($0.drop { $0 == "\t" }.prefix { $0 != " " }) }
    }
}
