public import KernelABI

/// A kernel's source on this machine, with the configuration that it is looked at in.
public struct KernelTree: Hashable, Sendable {
    /// `6.1` for a kernel of `kernel-refs/`; for a tree that the user named, its folder's name and a part of a digest.
    public var name: String
    /// The release that the tree's Makefile names: `6.1.192`.
    public var version: KernelVersion
    /// Debian's version of the package that the tree comes from: `6.1.192-2`; nil for any other tree.
    public var packageVersion: String?
    /// The top of the source tree, absolute.
    public var sourceRoot: String
    /// The top of the build, absolute: compile commands run here, and generated headers are below it.
    public var buildRoot: String
    /// XXH3-128, in hexadecimal digits, of the configuration; of the `compile_commands.json` where no configuration is
    /// beside it.
    public var configDigest: String
    /// The kernel image that was built from this source; nil where there is none.
    public var imagePath: String?

    /// Makes a tree of its parts.
    public init(
        name: String,
        version: KernelVersion,
        packageVersion: String?,
        sourceRoot: String,
        buildRoot: String,
        configDigest: String,
        imagePath: String?
    ) {
        self.name = name
        self.version = version
        self.packageVersion = packageVersion
        self.sourceRoot = sourceRoot
        self.buildRoot = buildRoot
        self.configDigest = configDigest
        self.imagePath = imagePath
    }
}
