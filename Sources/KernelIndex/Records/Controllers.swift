import Failure

/// A controller that the kernel is built with: a `struct cgroup_subsys`.
public struct Controller: Sendable {
    /// As `SUBSYS(…)` gives it: `pids`, `io`.
    public let name: String
    /// As version 1 has it, also in `/proc/cgroups`: `blkio` for `io`.
    public let legacyName: String
    /// The variable: `pids_cgrp_subsys`.
    public let object: Symbol
    /// Where the kernel's list of controllers has it; nil where no such list was found.
    public let listed: LocatedLine?
    /// What is stored in it, by callback, in the order of the source: `can_fork`.
    public let callbacks: [Registration]
    /// It may be in threaded cgroups: `threaded`.
    public let isThreaded: Bool

    fileprivate var line: Int { listed?.line ?? Int.max }

    /// What it does for a callback such as `can_fork`; nil where it leaves that empty.
    public func callback(_ name: String) -> Registration? { callbacks.first { $0.field.name == name } }
}

extension IndexStore {
    /// The controllers in the order of `include/linux/cgroup_subsys.h`, in which the kernel asks and tells them.
    ///
    /// - Throws: ``Failure`` of status `negative` where the index has none.
    public func controllers() throws -> [Controller] {
        let suffix = "_cgrp_subsys"
        let found = try objects(ofRecord: "cgroup_subsys").filter { $0.symbol.name.hasSuffix(suffix) }
        guard !found.isEmpty else {
            throw Failure(.negative, "no controller is in this index: no variable is a struct cgroup_subsys")
        }
        let controllers = try found.map { object in
            let name = String(object.symbol.name.dropLast(suffix.count))
            return Controller(
                name: name,
                legacyName: try text(at: object.members["legacy_name"]) ?? name,
                object: object.symbol,
                // What SUBSYS makes of a name in `enum cgroup_subsys_id`.
                listed: try symbols(named: "\(name)_cgrp_id").first?.home,
                callbacks: try read { try $0.registrations("registration.object = ?", object.symbol.id) },
                isThreaded: object.members["threaded"] != nil
            )
        }
        return controllers.sorted { ($0.line, $0.name) < ($1.line, $1.name) }
    }

    /// The text between the quotation marks in a line of the source.
    private func text(at place: LocatedLine?) throws -> String? {
        guard let place, let line = try sourceText(of: place.file)?.lines(place.line, through: place.line).first
        else { return nil }
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }
}
