public import Failure
import Foundation

/// The file system that a guest starts with: the probe as `/init`, and nothing else.
public struct Initramfs: Hashable, Sendable {
    /// The archive's file.
    public let path: String

    /// Makes the archive of a probe in a folder, or takes the one that is there already.
    ///
    /// - Parameter probe: a fully static `kernaut-probe`.
    /// - Throws: `Failure` (69) where there is no probe or no `cpio`, or the folder cannot be written.
    public init(probe: String, folder: String) throws(Failure) {
        let files = FileManager.default
        guard let facts = try? files.attributesOfItem(atPath: probe), let size = facts[.size] as? UInt64,
            let date = facts[.modificationDate] as? Date
        else {
            throw Failure(
                .unavailable,
                "kernaut-probe is not there",
                at: probe,
                remedy: "build it with 'swift build --product kernaut-probe'"
            )
        }
        // A probe that was built anew has another time or size, and so another archive.
        let stamp = "\(size)-\(UInt64(date.timeIntervalSince1970 * 1000))"
        path = "\(folder)/initramfs-\(stamp).cpio"
        if files.fileExists(atPath: path) {
            try? files.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
            return
        }
        let scratch = "\(folder)/unfinished-\(UUID().uuidString)"
        defer { try? files.removeItem(atPath: scratch) }
        do {
            try files.createDirectory(atPath: scratch, withIntermediateDirectories: true)
            try files.copyItem(atPath: probe, toPath: "\(scratch)/init")
        } catch {
            throw Failure(.unavailable, "the guest's file system cannot be written: \(error)", at: folder)
        }
        try Initramfs.archive(scratch, to: "\(scratch)/archive")
        do {
            for old in try files.contentsOfDirectory(atPath: folder)
            where old.hasPrefix("initramfs-") && Initramfs.isOutOfUse("\(folder)/\(old)") {
                try? files.removeItem(atPath: "\(folder)/\(old)")
            }
            try files.moveItem(atPath: "\(scratch)/archive", toPath: path)
        } catch {
            // Another kernaut may have been quicker.
            guard files.fileExists(atPath: path) else {
                throw Failure(.unavailable, "the guest's file system cannot be written: \(error)", at: path)
            }
        }
    }

    /// Nobody has taken this archive for an hour. Another build of kernaut may be about to start a guest with its own.
    private static func isOutOfUse(_ path: String) -> Bool {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        guard let used = facts?[.modificationDate] as? Date else { return false }
        return Date().timeIntervalSince(used) > 3600
    }

    private static func archive(_ folder: String, to path: String) throws(Failure) {
        let cpio = Process()
        cpio.executableURL = URL(filePath: "/bin/sh")
        // The name comes from the shell: where cpio ends without reading it, a pipe would kill this process by SIGPIPE.
        let command = #"echo init | cpio --create --format=newc --quiet --owner=0:0 --directory="$1" --file="$2""#
        cpio.arguments = ["-c", command, "sh", folder, path]
        cpio.standardInput = FileHandle.nullDevice
        cpio.standardError = FileHandle.nullDevice
        do {
            try cpio.run()
        } catch {
            throw Failure(.unavailable, "cpio cannot be run: \(error)", remedy: "apt-get install cpio")
        }
        cpio.waitUntilExit()
        guard cpio.terminationStatus == 0 else {
            throw Failure(
                .unavailable,
                "cpio ended with status \(cpio.terminationStatus)",
                at: folder,
                remedy: "apt-get install cpio, or make room there"
            )
        }
    }
}
