import ArgumentParser

extension CommandConfiguration {
    /// Of a command that is run so often that its start counts. It has no completion script of its own to look for.
    var asQuestion: CommandConfiguration {
        var configuration = self
        configuration._superCommandName = "kernaut"
        return configuration
    }

    /// Whether this is such a command's.
    var isQuestion: Bool { _superCommandName != nil }
}
