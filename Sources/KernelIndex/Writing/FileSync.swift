import Failure
import Glibc

/// Makes sure that what was written is on the disk.
public enum FileSync {
    /// Waits until a file, or a folder's list of names, is on the disk.
    public static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(.unavailable, "the index cannot be written: \(String(cString: strerror(errno)))", at: path)
    }
}
