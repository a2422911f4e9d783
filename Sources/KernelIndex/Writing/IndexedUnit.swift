/// A unit as the index knows it: what was parsed and how that went.
public struct IndexedUnit: Hashable, Sendable {
    /// What a unit can be.
    public enum Kind: String, Sendable {
        /// A translation unit of the kernel.
        case unit
        /// A shared prefix: the commonest headers, precompiled.
        case prefix
    }

    /// Its file as the index names it; for a prefix `@prefix`, or `@prefix-N` for further ones.
    public var path: String
    /// What it is.
    public var kind: Kind
    /// A digest of the command, in 16 bytes.
    public var commandDigest: [UInt8]
    /// Whether it was parsed on top of a prefix.
    public var usedPrefix: Bool
    /// What is wrong with it; nil when nothing is.
    public var message: String?

    /// Makes a unit.
    public init(path: String, kind: Kind, commandDigest: [UInt8], usedPrefix: Bool, message: String?) {
        self.path = path
        self.kind = kind
        self.commandDigest = commandDigest
        self.usedPrefix = usedPrefix
        self.message = message
    }
}
