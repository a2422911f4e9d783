/// Addresses of files, as the protocol has them: `file:///usr/src/linux/kernel/fork.c`.
enum FileAddress {
    /// The path of an address; nil for what is no file of this machine.
    static func path(of address: String) -> String? {
        let scheme = "file://"
        guard address.lowercased().hasPrefix(scheme) else { return nil }
        var rest = Array(address.utf8.dropFirst(scheme.utf8.count))[...]
        // A host may stand before the path: none, or this one.
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        guard ["", "localhost"].contains(String(decoding: rest[..<slash], as: UTF8.self)) else { return nil }
        rest = rest[slash...]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The address of a path.
    static func address(of path: String) -> String {
        var text = "file://"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: ","):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
