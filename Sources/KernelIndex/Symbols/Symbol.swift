/// Something that the source names: a function, a variable, a struct, a member, a macro…
///
/// It never changes. It is a class because an answer of thousands of edges names the same few symbols over and over.
public final class Symbol: Hashable, Sendable {
    /// Its number in this index. It means nothing in another one.
    public let id: Int64
    /// What tells it apart from others of its name, across indexes: `f:copy_process@kernel/fork.c`.
    public let identity: String
    /// The kernel's own spelling: `copy_process`, `__do_sys_clone`, `can_fork`.
    public let name: String
    /// What it is.
    public let kind: SymbolKind
    /// Whether it is visible in its own file only.
    public let isStatic: Bool
    /// Its type as C spells it, where the index has one.
    public let type: String?
    /// Where it is defined; where it is declared when no indexed file defines it; nil when neither is known.
    public let home: LocatedLine?
    /// Whether ``home`` is a definition.
    public let isDefined: Bool
    /// The system call whose body this function is.
    public let systemCall: SystemCallName?
    /// The name of the record that this member belongs to.
    public let record: String?

    init(
        id: Int64,
        identity: String,
        name: String,
        kind: SymbolKind,
        isStatic: Bool,
        type: String?,
        home: LocatedLine?,
        isDefined: Bool,
        systemCall: SystemCallName?,
        record: String?
    ) {
        self.id = id
        self.identity = identity
        self.name = name
        self.kind = kind
        self.isStatic = isStatic
        self.type = type
        self.home = home
        self.isDefined = isDefined
        self.systemCall = systemCall
        self.record = record
    }

    /// Where an external name does not mean this in the kernel.
    public enum Elsewhere: Hashable, Sendable {
        /// In the program that is linked from the objects in a folder: the boot loader's `strlen`.
        case program(String)
        /// In its file alone: a weak body that another one replaces.
        case replaced
    }

    /// Whose it is where it is not what its name means in the kernel; nil for most.
    public var elsewhere: Elsewhere? {
        guard !isStatic, kind == .function || kind == .variable, let at = identity.lastIndex(of: "@")
        else { return nil }
        let place = identity[identity.index(after: at)...]
        return place.hasSuffix("/") ? .program(String(place.dropLast())) : .replaced
    }

    /// What people call it: `clone` for `__do_sys_clone`, `cgroup_subsys.can_fork` for a member, else ``name``.
    public var shownName: String {
        if let systemCall { return systemCall.shown }
        if let record { return "\(record).\(name)" }
        return name
    }

    /// ``shownName``, with the file where that is needed to choose it among namesakes: `show@fs/seq_file.c`.
    public var nameWithFile: String { home.map { "\(shownName)@\($0.file)" } ?? shownName }

    /// ``shownName``, with the file where others that are shown beside it are called the same.
    public func shownName(among others: [Symbol]) -> String {
        others.contains { $0 != self && $0.shownName == shownName } ? nameWithFile : shownName
    }

    /// Two symbols are one when they have the same number in the index.
    public static func == (left: Symbol, right: Symbol) -> Bool { left.id == right.id }

    /// Hashes the number.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
