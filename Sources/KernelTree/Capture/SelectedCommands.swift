/// The commands of a scope among those of everything.
struct SelectedCommands {
    let commands: [CompileCommand]
    /// Files of the scope without a command, relative to the source tree.
    let notBuilt: [String]

    init(of all: [CompileCommand], patterns: [String]?, source: String) {
        let sorted = all.sorted { ($0.file, $0.arguments.count) < ($1.file, $1.arguments.count) }
        guard let patterns else {
            commands = sorted
            notBuilt = []
            return
        }
        let files = SourcePatterns.files(patterns, in: source)
        let wanted = Set(files.map { Path.join(source, $0) })
        commands = sorted.filter { wanted.contains($0.file) }
        let found = Set(commands.map(\.file))
        notBuilt = files.filter { !found.contains(Path.join(source, $0)) }
    }
}
