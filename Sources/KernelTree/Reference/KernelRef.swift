public import KernelABI

/// What `kernel-refs/linux-*.yaml` says about one kernel: where its parts come from, and which of its files matter.
public struct KernelRef: Hashable, Sendable {
    /// How the package with the kernel image is found.
    public enum Image: Hashable, Sendable {
        /// The package that this meta package depends on, in the version that the source has.
        case of(metaPackage: String)
        /// The package whose name matches this pattern of a shell, in the version that the source has.
        case matching(pattern: String)
    }

    /// A file that the article names, as it is spelled there and where it is in this kernel.
    public struct ArticleFile: Hashable, Sendable {
        /// The path in the article, errors included.
        public let says: String
        /// The path in this kernel's tree.
        public let file: String
    }

    /// The file that says all this.
    public let origin: String
    /// `6.1`.
    public let version: KernelVersion
    /// Debian's name of the architecture: `amd64`.
    public let architecture: String
    /// The suites of Debian's archive that have the packages: `bookworm`, `bookworm-security`.
    public let suites: [String]
    /// The package with the source: `linux-source-6.1`.
    public let sourcePackage: String
    /// The package with the configurations: `linux-config-6.1`.
    public let configurationPackage: String
    /// The name of the configuration's file in that package: `config.amd64_none_cloud-amd64.xz`.
    public let configurationFile: String
    /// Where the image is.
    public let image: Image
    /// The files that the article names.
    public let articleFiles: [ArticleFile]
    /// Sets of source files to index, by name; members are paths in the tree and may be patterns of a shell.
    public let scopes: [String: [String]]

    /// The name of the kernel on the command line: `6.1`.
    public var name: String { version.description }
}
