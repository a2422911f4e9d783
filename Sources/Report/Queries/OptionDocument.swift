import KernelIndex

/// An option of the kernel's configuration on the wire.
public struct OptionDocument: Encodable, Sendable {
    /// `CONFIG_CGROUP_PIDS`
    public let name: String
    /// `y`, `m`, `n` for one that is not set, a number or a text; absent where the configuration cannot be read.
    public let value: String?

    init(_ option: ConfigOption) {
        name = option.name
        value = option.value
    }
}
