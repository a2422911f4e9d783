import Failure
import Glibc

/// A lock that one process holds on a folder; it goes with the process, however that ends.
struct FileLock: ~Copyable {
    private let file: Int32

    /// Takes the lock `FOLDER/lock`, and waits for whoever holds it.
    ///
    /// - Parameter whenBusy: called once, before the wait.
    static func take(in folder: String, whenBusy: () -> Void) async throws -> FileLock {
        try CacheFiles.makeFolder(folder)
        let path = Path.join(folder, "lock")
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw Failure(.unavailable, "the lock cannot be opened: \(String(cString: strerror(errno)))", at: path)
        }
        let lock = FileLock(file: file)
        var hasWaited = false
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw Failure(.unavailable, "the lock cannot be taken: \(String(cString: strerror(errno)))", at: path)
            }
            if !hasWaited { whenBusy() }
            hasWaited = true
            try await Task.sleep(for: .milliseconds(200))
        }
        return lock
    }

    deinit { close(file) }
}
