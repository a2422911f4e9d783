import Glibc
import Scenario

/// The hierarchy of this machine that carries the `pids` controller. It is found, never mounted.
struct PidsHierarchy {
    /// Version 1 or 2.
    let kind: Platform.Hierarchy
    /// Where it is mounted.
    let mountPoint: String
    /// The directory in which new cgroups get `pids` files: this process's own cgroup or one above it.
    let base: String
    /// The mount has the option `pids_localevents` (version 2 only).
    let hasLocalEventsOption: Bool

    /// Why there is no such hierarchy, as a phrase.
    struct Absence: Error {
        let reason: String
    }

    /// Finds the hierarchy. `mayDelegate` allows to switch the controller on at the root, which only the first process
    /// of a guest does: there the machine is the probe's own.
    static func find(mayDelegate: Bool) throws(Absence) -> PidsHierarchy {
        guard let mounts = try? SystemFile.read("/proc/self/mountinfo"),
            let memberships = try? SystemFile.read("/proc/self/cgroup")
        else { throw Absence(reason: "/proc/self/mountinfo or /proc/self/cgroup cannot be read") }
        // The first mount of a hierarchy is the one that this machine uses; others show it again elsewhere.
        let all = mounts.split(separator: "\n").compactMap { Mount(String($0)) }
            .filter { SystemFile.isDirectory($0.point) }
        // A controller is on one hierarchy only; as long as a version 1 hierarchy has it, version 2 has not.
        if let mount = all.first(where: { $0.type == "cgroup" && $0.options.contains("pids") }) {
            let own = mount.directory(ofMembership: path(of: .v1, inMemberships: memberships))
            return PidsHierarchy(kind: .v1, mountPoint: mount.point, base: own, hasLocalEventsOption: false)
        }
        guard let mount = all.first(where: { $0.type == "cgroup2" }) else {
            throw Absence(reason: "no mounted cgroup hierarchy carries the pids controller")
        }
        guard words(of: "\(mount.point)/cgroup.controllers").contains("pids") else {
            throw Absence(reason: "\(mount.point)/cgroup.controllers does not list pids")
        }
        let own = mount.directory(ofMembership: path(of: .v2, inMemberships: memberships))
        return PidsHierarchy(
            kind: .v2,
            mountPoint: mount.point,
            base: try delegatingDirectory(from: own, upTo: mount.point, mayDelegate: mayDelegate),
            hasLocalEventsOption: mount.options.contains("pids_localevents")
        )
    }

    /// The nearest directory, upwards, whose children get the controller without a change to anything.
    private static func delegatingDirectory(
        from own: String,
        upTo root: String,
        mayDelegate: Bool
    ) throws(Absence) -> String {
        var directory = own
        while true {
            let delegates = words(of: "\(directory)/cgroup.subtree_control").contains("pids")
            let type = (try? SystemFile.read("\(directory)/cgroup.type"))?.split(separator: "\n").first ?? "domain"
            if delegates && type == "domain" { return directory }
            if directory == root { break }
            directory = directory[..<directory.lastIndex(of: "/")!].description
        }
        if mayDelegate, (try? SystemFile.write("+pids", to: "\(root)/cgroup.subtree_control")) == .some(nil) {
            return root
        }
        throw Absence(reason: "pids is not switched on in \(root)/cgroup.subtree_control")
    }

    /// The path that a text such as that of `/proc/self/cgroup` has for the hierarchy that carries `pids`.
    static func path(of kind: Platform.Hierarchy, inMemberships text: String) -> String {
        switch kind {
        case .v1: membership(in: text) { $0.split(separator: ",").contains("pids") }
        case .v2: membership(in: text) { $0.isEmpty }
        }
    }

    /// The path of the line `number:controllers:path` whose controllers are accepted.
    private static func membership(in text: String, _ accepts: (Substring) -> Bool) -> String {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            if fields.count == 3, accepts(fields[1]) { return String(fields[2]) }
        }
        return "/"
    }

    private static func words(of path: String) -> [Substring] {
        ((try? SystemFile.read(path)) ?? "").split { $0 == " " || $0 == "\n" }
    }
}

/// A line of `/proc/self/mountinfo`.
struct Mount {
    /// What the mount shows of its file system: `/` or a directory below it.
    let root: String
    /// Where it is mounted.
    let point: String
    /// The type of the file system.
    let type: String
    /// The options of the file system.
    let options: [String]

    /// Reads a line such as `39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids`.
    init?(_ line: String) {
        let fields = line.split(separator: " ").map(Mount.unescaped)
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
        root = fields[3]
        point = fields[4]
        type = fields[dash + 1]
        options = fields[dash + 3].split(separator: ",").map(String.init)
    }

    /// The directory that a membership such as `/system.slice/a.service` has below this mount; the mount's own point
    /// where the mount does not show it.
    func directory(ofMembership path: String) -> String {
        var below = path
        if root != "/" {
            guard path == root || path.hasPrefix(root + "/") else { return point }
            below = String(path.dropFirst(root.count))
        }
        let directory = below == "/" || below.isEmpty ? point : point + below
        return SystemFile.isDirectory(directory) ? directory : point
    }

    // Space, tab, newline and backslash stand there as octal codes.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
