import Glibc

/// Sets of source files as a reference names them: paths, or patterns of a shell for the last component.
enum SourcePatterns {
    /// The files that patterns mean in a tree, in their order, each once. A path without a pattern is kept even where
    /// the tree has no such file, so that it can be reported.
    static func files(_ patterns: [String], in tree: String) -> [String] {
        var seen: Set<String> = []
        return patterns.flatMap { pattern -> [String] in
            guard isPattern(pattern) else { return [pattern] }
            let folder = Path.parent(pattern)
            return CacheFiles.names(in: Path.join(tree, folder))
                .filter { fnmatch(Path.name(pattern), $0, FNM_PERIOD) == 0 }
                .map { Path.join(folder, $0) }
        }.filter { seen.insert($0).inserted }
    }

    private static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }
}
