import Foundation

/// The probe as somebody without privileges starts it, whoever runs the test.
final class UnprivilegedProbe {
    private let folder: URL

    /// The program to start.
    var path: String { folder.appending(path: "probe").path }

    /// - Parameter executable: the probe. It is copied to where everybody may read it.
    init(_ executable: URL) throws {
        let everybody: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        let files = FileManager.default
        folder = files.temporaryDirectory.appending(path: "kernaut-unprivileged-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true, attributes: everybody)
        let copy = folder.appending(path: "kernaut-probe")
        try files.copyItem(at: executable, to: copy)
        let start = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
        try Data("#!/bin/sh\nexec \(start)'\(copy.path)' \"$@\"\n".utf8).write(to: URL(filePath: path))
        try files.setAttributes(everybody, ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
