import Scenario

/// What kind of machine the probe is on.
enum ProbePlace: Sendable {
    /// Somebody's machine: hierarchies are found, never mounted.
    case host
    /// A guest, where the probe is the first process and mounts what a program asks for.
    case guest

    /// The hierarchy that carries `pids` for a program.
    ///
    /// - Parameter known: the one of the program before. In a guest nobody but the probe changes anything about it.
    func hierarchy(for program: Program, known: PidsHierarchy?) throws(PidsHierarchy.Absence) -> PidsHierarchy {
        if self == .guest {
            let wanted = program.hierarchy ?? .v2
            if let known, known.kind == wanted { return known }
            do {
                try GuestMounts.place(wanted)
            } catch {
                throw PidsHierarchy.Absence(reason: error.description)
            }
        }
        let hierarchy = try PidsHierarchy.find(mayDelegate: self == .guest)
        if let wanted = program.hierarchy, wanted != hierarchy.kind {
            throw PidsHierarchy.Absence(
                reason:
                    "the program asks for pids on cgroup \(wanted.rawValue), and here it is on \(hierarchy.kind.rawValue)"
            )
        }
        return hierarchy
    }
}
