import KernelIndex

/// A symbol on the wire.
public struct SymbolDocument: Encodable, Sendable {
    /// What people call it: `clone` for the body of that system call, `cgroup_subsys.can_fork` for a member.
    public let name: String
    /// The C name where it is another one: `__do_sys_clone`.
    public let symbol: String?
    /// `function`, `record`, `field`…
    public let kind: String
    /// Whether it is visible in its own file only.
    public let isStatic: Bool
    /// Its type as C spells it.
    public let type: String?
    /// The file of its definition, or of a declaration.
    public let file: String?
    /// The line in that file.
    public let line: Int?
    /// The column in that line.
    public let column: Int?
    /// Whether an indexed file defines it.
    public let isDefined: Bool
    /// What the `SYSCALL_DEFINE` names, when it is the body of a system call.
    public let systemCall: String?
    /// `weak`: the body is left out, since another one replaces it. `program FOLDER`: it is not the kernel's, but of the program
    /// whose objects lie there. Absent for the rest.
    public let elsewhere: String?

    init(_ symbol: Symbol) {
        name = symbol.shownName
        self.symbol = symbol.shownName == symbol.name ? nil : symbol.name
        kind = symbol.kind.rawValue
        isStatic = symbol.isStatic
        type = symbol.type
        file = symbol.home?.file
        line = symbol.home?.line
        column = symbol.home?.column
        isDefined = symbol.isDefined
        systemCall = symbol.systemCall?.definition
        elsewhere =
            switch symbol.elsewhere {
            case .program(let folder): "program \(folder)"
            case .replaced: "weak"
            case nil: nil
            }
    }
}

extension Symbol {
    /// What stands behind the name in a listing: its kind, with what is not usual about it.
    var describedKind: String {
        if let systemCall { return systemCall.isCompat ? "compat system call" : "system call" }
        let place =
            switch elsewhere {
            case .program(let folder): "(of the program in \(folder))"
            case .replaced: "(weak, replaced by another)"
            case nil: nil as String?
            }
        let words = [isStatic ? "static" : nil, kind.rawValue, place, isDefined ? nil : "(declared only)"]
        return words.compactMap { $0 }.joined(separator: " ")
    }
}
