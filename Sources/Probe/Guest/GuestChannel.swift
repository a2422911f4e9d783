import CLinux
import Glibc
import KernelABI

/// The guest's end of the memory that it shares with the process outside.
///
/// A byte on the second serial port tells that there is input; a byte on QEMU's debug console, for which the kernel has no
/// driver, tells that there are results. No message of the kernel can get among them.
struct GuestChannel: @unchecked Sendable {
    private static let port = "/dev/ttyS1"

    private let memory: OpaquePointer
    /// Readable when input came.
    let bell: Int32

    /// Opens the channel. The first process of a guest does this once; its children have no part in it.
    static func open() throws(SystemError) -> GuestChannel {
        guard let memory = kernaut_channel_find() else {
            throw SystemError(what: "find the memory that is shared with the outside", errno: .ENODEV)
        }
        let port = kernaut_debug_port_open()
        guard port == 0 else { throw SystemError(what: "open the debug console", errno: Errno(rawValue: -port)) }
        let serial = try SystemFile.open(GuestChannel.port, O_RDONLY | O_NOCTTY | O_NONBLOCK)
        let raw = kernaut_terminal_raw(serial)
        guard raw == 0 else {
            throw SystemError(what: "set \(GuestChannel.port) to raw", errno: Errno(rawValue: -raw))
        }
        return GuestChannel(memory: memory, bell: serial)
    }

    /// What has come in, up to so many bytes; nothing where there is nothing.
    func take(_ most: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: most) { buffer, length in
            length = Int(kernaut_channel_take(memory, KERNAUT_INPUT, buffer.baseAddress, UInt64(most)))
        }
    }

    /// Forgets that the bell rang.
    func quieten() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(bell, &bytes, bytes.count) > 0 {}
    }

    /// Sends all of a text; where there is no room it waits for the other end to make some.
    func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while let start = UnsafeBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let sent = kernaut_channel_put(memory, KERNAUT_RESULTS, start, UInt64(rest.count))
                rest = rest.dropFirst(Int(sent))
                if !rest.isEmpty {
                    ring()
                    usleep(1000)
                }
            }
        }
    }

    /// Tells the other end that there are results.
    func ring() { kernaut_debug_port_write(UInt8(ascii: ".")) }
}
