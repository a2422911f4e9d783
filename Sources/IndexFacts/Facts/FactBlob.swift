/// Everything that one translation unit has to say.
public struct FactBlob: Hashable, Sendable {
    /// A file that the unit read.
    public struct File: Hashable, Sendable {
        /// The path as the index has it: relative to the source tree, `@build/…`, or absolute.
        public var path: String
        /// XXH3-128 of the content that the compiler saw: 16 bytes, the high half first, each half big-endian.
        public var digest: [UInt8]
        /// Whether the unit needs the file. A file of the shared prefix that the unit's own includes do not reach is
        /// named by facts at most, never read on the unit's behalf.
        public var isIncluded: Bool

        /// Makes a file.
        public init(path: String, digest: [UInt8], isIncluded: Bool) {
            self.path = path
            self.digest = digest
            self.isIncluded = isIncluded
        }
    }

    /// The facts of one top-level declaration, macro or expansion.
    ///
    /// Many units read the same header. What they have to say about one of its declarations is said once: groups of
    /// one file and key are the same, whichever unit sends them.
    public struct Group: Hashable, Sendable {
        /// The file that the group lies in, an index into ``FactBlob/files``.
        public var file: Int
        /// Identifies the group in its file: a digest of its offset and its name. 0 for what lies in the unit's main
        /// file and is nobody else's.
        public var key: UInt64
        /// Its part of ``FactBlob/facts``.
        public var facts: Range<Int>

        /// Makes a group.
        public init(file: Int, key: UInt64, facts: Range<Int>) {
            self.file = file
            self.key = key
            self.facts = facts
        }
    }

    /// Whether the unit was parsed on top of the shared prefix.
    public var usedPrefix: Bool
    /// What is wrong with the unit, in one line; nil when libclang found no error.
    public var message: String?
    /// What libclang says of itself.
    public var libclangVersion: String
    /// The files that the unit read, its main file first.
    public var files: [File]
    /// The symbols that the facts speak of.
    public var symbols: [SymbolFact]
    /// The facts, group by group.
    public var facts: [Fact]
    /// The groups, in the order of ``facts``.
    public var groups: [Group]

    /// Makes an empty blob.
    public init(libclangVersion: String) {
        usedPrefix = false
        message = nil
        self.libclangVersion = libclangVersion
        files = []
        symbols = []
        facts = []
        groups = []
    }
}
