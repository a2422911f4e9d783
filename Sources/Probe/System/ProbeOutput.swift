import CLinux
import Glibc

/// Where the probe's answers go.
enum ProbeOutput: Sendable {
    /// A pipe or a file.
    case descriptor(Int32)
    /// QEMU's debug console: a channel that the kernel has no driver for, so that no message of it can be among the
    /// answers. ``FirstProcess`` has opened it.
    case debugPort

    /// Writes all of a text; false where nobody reads it any more.
    func send(_ text: String) -> Bool {
        switch self {
        case .descriptor(let descriptor): return SystemFile.send(text, to: descriptor)
        case .debugPort:
            var text = text
            text.withUTF8 { bytes in
                if let start = bytes.baseAddress { kernaut_debug_port_write(start, UInt64(bytes.count)) }
            }
            return true
        }
    }

    /// What `poll` watches to hear that nobody reads any more; -1 where that cannot be.
    var watched: Int32 {
        switch self {
        case .descriptor(let descriptor): descriptor
        case .debugPort: -1
        }
    }
}
