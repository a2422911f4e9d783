import Glibc

/// What this process may do, as far as the probe needs it.
struct Privilege {
    /// Why this process cannot run programs, or nil where it can.
    let missing: String?
    /// Whether hard limits can be raised (`CAP_SYS_RESOURCE`): a container's root often cannot.
    let canRaiseLimits: Bool
    /// Whether clocks can be set (`CAP_SYS_TIME`), those of time namespaces too: likewise.
    var canSetClocks = false

    // The numbers are those of include/uapi/linux/capability.h.
    private static let needed: [(number: UInt64, name: String)] = [
        (5, "CAP_KILL"), (6, "CAP_SETGID"), (7, "CAP_SETUID"), (21, "CAP_SYS_ADMIN"),
    ]
    private static let sysResource: UInt64 = 24
    private static let sysTime: UInt64 = 25

    /// What this process may do now.
    static func current() -> Privilege {
        guard let text = ProcessFacts.statusField("CapEff", of: "self"), let effective = UInt64(text, radix: 16) else {
            return Privilege(missing: "/proc is not mounted", canRaiseLimits: false)
        }
        return Privilege(
            missing: missing(effective),
            canRaiseLimits: effective >> sysResource & 1 == 1,
            canSetClocks: effective >> sysTime & 1 == 1
        )
    }

    private static func missing(_ effective: UInt64) -> String? {
        if geteuid() != 0 { return "not root (effective user \(geteuid()))" }
        let absent = needed.filter { effective >> $0.number & 1 == 0 }.map(\.name)
        if !absent.isEmpty { return "root without \(absent.joined(separator: ", "))" }
        // In another user namespace, root is neither INIT_USER nor does it hold capabilities that fork looks at.
        let map = ((try? SystemFile.read("/proc/self/uid_map")) ?? "").split { $0 == " " || $0 == "\n" }
        if map != ["0", "0", "4294967295"] { return "root of a user namespace that is not the initial one" }
        return nil
    }
}
