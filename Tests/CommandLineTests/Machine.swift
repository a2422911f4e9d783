import Foundation

/// What the machine at hand offers to a test. In CI everything must be there, so nothing is skipped.
enum Machine {
    /// Whether this is CI, where a lane that cannot run must fail.
    static let isCI = ProcessInfo.processInfo.environment["CI"] != nil
    /// Whether an index of the kernel is in the cache (`make test` puts it there).
    static let hasIndex = isCI || (try? KernautProcess.run("syscall", "clone", "--kernel", kernel).status) == 0
    /// Whether a guest of the kernel can be booted.
    static let hasGuest: Bool = {
        if isCI { return true }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/qemu-system-x86_64"),
            let kernels = try? KernautProcess.run("kernel", "list", "--json").json()["kernels"] as? [[String: Any]]
        else { return false }
        return kernels.contains { $0["name"] as? String == kernel && $0["image"] != nil }
    }()
    /// Whether processes may be limited and given namespaces.
    static let isRoot = isCI || geteuid() == 0
    /// The kernel that the tests ask about.
    static let kernel = ProcessInfo.processInfo.environment["KERNAUT_TEST_KERNEL"] ?? "6.1"
    /// The repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A scenario that the repository brings.
    static func model(_ name: String) -> String { root.appending(path: "models/\(name).yaml").path }
}
