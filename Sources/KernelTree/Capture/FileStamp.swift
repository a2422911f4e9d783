import Glibc

/// Size and time of a file: it changed when these did.
struct FileStamp: Hashable, Sendable {
    let size: Int
    let nanoseconds: Int

    init(size: Int, nanoseconds: Int) {
        self.size = size
        self.nanoseconds = nanoseconds
    }

    /// Nil when there is no such file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        nanoseconds = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }
}
