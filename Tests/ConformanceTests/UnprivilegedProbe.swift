import Foundation

/// The probe as somebody without privileges starts it, whoever runs the test.
final class UnprivilegedProbe {
    private let folder: URL

    /// The program to start.
    var path: String { folder.appending(path: "probe").path }

    private static let script = #"""
        set -e
        cp "$2" "$1/kernaut-probe"
        printf '#!/bin/sh\nexec %s"%s" "$@"\n' "$3" "$1/kernaut-probe" >"$1/probe"
        chmod 755 "$1/kernaut-probe" "$1/probe"
        """#

    /// - Parameter executable: the probe. It is copied to where everybody may read it.
    init(_ executable: URL) throws {
        let everybody: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        let files = FileManager.default
        folder = files.temporaryDirectory.appending(path: "kernaut-unprivileged-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true, attributes: everybody)
        let start = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
        let copying = Process()
        copying.executableURL = URL(filePath: "/bin/sh")
        copying.arguments = ["-c", Self.script, "sh", folder.path, executable.path, start]
        // A program that is open for writing cannot be started, and whatever another test starts at this moment would
        // hold open what this process writes. So another process writes it.
        try copying.run()
        copying.waitUntilExit()
        guard copying.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
