/// The keys of the table `meta`: what an index says about itself. Every value is text.
public enum MetaKey: String, CaseIterable, Sendable {
    /// ``Schema/version`` of the kernaut that wrote the index, in decimal.
    case schemaVersion = "schema_version"
    /// The kernel's exact version: `6.1.192`.
    case kernelVersion = "kernel_version"
    /// The name that the user gave the kernel by: `6.1`, or the folder of `--tree`.
    case kernelName = "kernel_name"
    /// The version of the source package: `6.1.192-1`; absent for another tree.
    case packageVersion = "package_version"
    /// A digest of the configuration, in hexadecimal.
    case configurationDigest = "configuration_digest"
    /// What was indexed: `fork` or `all`.
    case scope
    /// The absolute path of the source tree that the relative paths start from.
    case sourceRoot = "source_root"
    /// The absolute path of the build directory, which `@build/` stands for.
    case buildRoot = "build_root"
    /// What libclang says of itself.
    case libclangVersion = "libclang_version"
    /// When the index was written: seconds since 1970, in decimal.
    case indexedAt = "indexed_at"
}
