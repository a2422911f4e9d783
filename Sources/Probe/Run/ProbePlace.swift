import Scenario

/// What kind of machine the probe is on.
enum ProbePlace: Sendable {
    /// Somebody's machine: hierarchies are found, never mounted.
    case host
    /// A guest, where the probe is the first process and mounts what a program asks for.
    case guest

    /// The hierarchy that carries `pids` for a program.
    func hierarchy(for program: Program) throws(PidsHierarchy.Absence) -> PidsHierarchy {
        if self == .guest {
            do {
                try GuestMounts.place(program.hierarchy ?? .v2)
            } catch {
                throw PidsHierarchy.Absence(reason: error.description)
            }
        }
        let hierarchy = try PidsHierarchy.find(mayDelegate: self == .guest)
        if let wanted = program.hierarchy, wanted != hierarchy.kind {
            throw PidsHierarchy.Absence(
                reason: "the program asks for pids on cgroup \(wanted.rawValue), and here it is on \(hierarchy.kind.rawValue)"
            )
        }
        return hierarchy
    }
}
