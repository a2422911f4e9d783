/// What stands at a path of a running kernel.
public struct FileSighting: Hashable, Sendable {
    /// What was found there.
    public enum Content: Hashable, Sendable {
        /// A file, by its lines.
        case file(lines: [String])
        /// A folder, by the names in it, sorted.
        case folder(names: [String])
        /// Nothing.
        case absent
        /// Something that cannot be read; the text says why.
        case unreadable(reason: String)
    }

    /// The path.
    public let path: String
    /// What was found there.
    public let content: Content

    /// Makes a sighting.
    public init(path: String, content: Content) {
        self.path = path
        self.content = content
    }
}

/// What stands at some paths of a running kernel, and which kernel that is.
public struct FileSightings: Hashable, Sendable {
    /// What `uname -r` prints there: `6.18.44-cloud-amd64`.
    public let release: String
    /// The paths, in the order in which they were asked for.
    public let files: [FileSighting]

    /// Makes sightings.
    public init(release: String, files: [FileSighting]) {
        self.release = release
        self.files = files
    }
}
