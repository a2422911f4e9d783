import Glibc
import KernelABI

/// A system call that failed where the probe needs it to work.
struct SystemError: Error, CustomStringConvertible {
    /// The call and what it was about: `mkdir /sys/fs/cgroup/pids/kernaut-1-2`.
    let what: String
    /// Why it failed.
    let errno: Errno

    /// `mkdir /sys/fs/cgroup/pids/kernaut-1-2: EACCES`
    var description: String { "\(what): \(errno)" }
}

/// Files that the kernel makes up: small, read and written whole.
enum SystemFile {
    /// The whole text of a file.
    static func read(_ path: String) throws(SystemError) -> String {
        let descriptor = try open(path, O_RDONLY)
        defer { close(descriptor) }
        return try read(descriptor: descriptor, path: path)
    }

    /// The whole text of an open file, from its beginning.
    static func read(descriptor: Int32, path: String) throws(SystemError) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            guard count >= 0 else { throw lastError("read \(path)") }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// Writes a text with a single `write`, as cgroup files want it; returns the error that the kernel answered with.
    static func write(_ text: String, to path: String) throws(SystemError) -> Errno? {
        let descriptor = try open(path, O_WRONLY)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) >= 0 else { return lastErrno() }
        return nil
    }

    /// Writes a text that the kernel has to take.
    static func put(_ text: String, into path: String) throws(SystemError) {
        if let refused = try write(text, to: path) {
            throw SystemError(what: "write \(text) to \(path)", errno: refused)
        }
    }

    /// The names in a directory, without `.` and `..`; nothing where it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// The directories in a directory.
    static func directories(in path: String) -> [String] {
        names(in: path).filter { isDirectory("\(path)/\($0)") }
    }

    /// Whether a directory is there (a symbolic link is none).
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether something is there.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Opens a file for this process only.
    static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw lastError("open \(path)") }
        return descriptor
    }

    /// `errno` as a value.
    static func lastErrno() -> Errno { Errno(rawValue: Glibc.errno) }

    /// `errno` as an error about a call.
    static func lastError(_ what: String) -> SystemError { SystemError(what: what, errno: lastErrno()) }

    /// Writes all of a text; false where nobody reads it any more.
    static func send(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if Glibc.errno == EINTR { continue }
                return false
            }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
