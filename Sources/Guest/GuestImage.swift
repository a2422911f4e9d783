public import KernelABI

/// A kernel image that can be booted.
public struct GuestImage: Hashable, Sendable {
    /// The kernel's name on the command line: `6.1`.
    public let name: String
    /// The release of the source that the image was built from: `6.1.192`.
    public let version: KernelVersion
    /// The image's file.
    public let path: String

    /// Makes an image of its parts.
    public init(name: String, version: KernelVersion, path: String) {
        self.name = name
        self.version = version
        self.path = path
    }
}
