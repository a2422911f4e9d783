/// A file that a unit's facts lie in.
struct UnitFile {
    /// As the index has it.
    var path: String
    /// A digest of the path.
    var key: UInt64
    /// Whether it is the file that the command names.
    var isMain: Bool
    /// Whether what it declares is meant for itself alone: a `.c` file, included or not.
    var isSource: Bool
    /// Its index in the blob; nil until a fact lies in it.
    var index: Int?
}
