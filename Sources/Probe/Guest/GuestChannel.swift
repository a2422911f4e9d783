import CLinux
import Glibc
import KernelABI

/// The guest's end of the memory that it shares with the process outside.
///
/// A byte on the second serial port tells the other end that there is something. No message of the kernel can get among
/// programs and results.
struct GuestChannel: @unchecked Sendable {
    private static let serialPort = "/dev/ttyS1"

    private let memory: OpaquePointer
    /// Readable when input came.
    let bell: Int32

    /// Opens the channel. The first process of a guest does this once; its children have no part in it.
    static func open() throws(SystemError) -> GuestChannel {
        guard let memory = kernaut_channel_find() else {
            throw SystemError(what: "find the memory that is shared with the outside", errno: .ENODEV)
        }
        let serial = try SystemFile.open(serialPort, O_RDWR | O_NOCTTY | O_NONBLOCK)
        let raw = kernaut_terminal_raw(serial)
        guard raw == 0 else { throw SystemError(what: "set \(serialPort) to raw", errno: Errno(rawValue: -raw)) }
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

    /// Sends all of some bytes; where there is no room it waits for the other end to make some.
    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            var sent = 0
            while true {
                let rest = UnsafeBufferPointer(rebasing: bytes[sent...])
                sent += Int(kernaut_channel_put(memory, KERNAUT_RESULTS, rest.baseAddress, UInt64(rest.count)))
                if sent == bytes.count { return }
                ring()
                usleep(1000)
            }
        }
    }

    /// Tells the other end that there are results. Where the port takes no byte, there are some on their way.
    func ring() { _ = write(bell, "!", 1) }
}
