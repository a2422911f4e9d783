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
        String(decoding: try bytes(descriptor: descriptor, path: path), as: UTF8.self)
    }

    /// The bytes of an open file, from its beginning.
    static func bytes(descriptor: Int32, path: String) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var failure: SystemError?
            let part = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, length in
                let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(bytes.count))
                length = max(count, 0)
                if count < 0 { failure = lastError("read \(path)") }
            }
            if let failure { throw failure }
            // The kernel fills a buffer as far as it can: less than half of it is the end.
            if bytes.isEmpty && part.count < 2048 { return part }
            bytes += part
            if part.count < 2048 { return bytes }
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
            let name = SystemFile.name(of: entry)
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// The directories in a directory.
    static func directories(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            // A cgroup has some forty files: asking each what it is would cost more than all else.
            let type = Int32(entry.pointee.d_type)
            guard type == Int32(DT_DIR) || type == Int32(DT_UNKNOWN) else { continue }
            let name = SystemFile.name(of: entry)
            guard name != ".", name != ".." else { continue }
            if type == Int32(DT_DIR) || isDirectory("\(path)/\(name)") { names.append(name) }
        }
        return names
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Whether a directory is there (a symbolic link is none).
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether something is there.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What a symbolic link says, up to 255 bytes.
    static func link(_ path: String) throws(SystemError) -> String {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 255) { buffer, length in
            count = buffer.withMemoryRebound(to: CChar.self) { readlink(path, $0.baseAddress!, $0.count) }
            length = max(count, 0)
        }
        guard count >= 0 else { throw lastError("readlink \(path)") }
        return String(decoding: bytes, as: UTF8.self)
    }

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
    static func send(_ text: String, to descriptor: Int32) -> Bool { send(Array(text.utf8), to: descriptor) }

    /// Writes all of some bytes; false where nobody reads them any more.
    static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var bytes = bytes[...]
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
