import Glibc
import KernelABI
import Scenario

extension FileSighting {
    /// The most bytes of a file that are looked at.
    private static let mostBytes = 1 << 16

    /// Looks at a path of this machine. Nothing is followed but what the path itself names.
    init(lookingAt path: String) {
        guard SystemFile.exists(path) else {
            self.init(path: path, content: .absent)
            return
        }
        if SystemFile.isDirectory(path) {
            self.init(path: path, content: .folder(names: SystemFile.names(in: path).sorted()))
            return
        }
        do {
            let descriptor = try SystemFile.open(path, O_RDONLY | O_NONBLOCK)
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: FileSighting.mostBytes)
            var filled = 0
            while filled < bytes.count {
                let count = bytes.withUnsafeMutableBytes { buffer in
                    read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
                }
                guard count >= 0 else { throw SystemFile.lastError("read \(path)") }
                if count == 0 { break }
                filled += count
            }
            let text = String(decoding: bytes[..<filled], as: UTF8.self)
            self.init(path: path, content: .file(lines: text.split(separator: "\n").map(String.init)))
        } catch {
            self.init(path: path, content: .unreadable(reason: "\(error)"))
        }
    }
}
