import Glibc
import KernelBTF

/// The layouts of structures in the kernel that the probe runs on.
enum RunningLayouts {
    /// Where a kernel with `CONFIG_DEBUG_INFO_BTF` shows its type information.
    private static let path = "/sys/kernel/btf/vmlinux"

    /// Why there is no answer.
    enum Problem: Error {
        /// The kernel does not say what its types are.
        case missing(SystemError)
        /// What it says cannot be read.
        case unreadable(BTFError)

        var reason: String {
            switch self {
            case .missing(let error): "this kernel gives no type information: \(error)"
            case .unreadable(let error): "\(path): \(error)"
            }
        }
    }

    /// What the kernel says about structs and unions, as lines of `BTFLayoutText`, in the order of the names.
    static func lines(about names: [String]) throws(Problem) -> [String] {
        let bytes = try bytes()
        do throws(BTFError) {
            let btf = try BTF(bytes)
            var lines: [String] = []
            for name in names {
                let layouts = try btf.layouts(named: name)
                if layouts.isEmpty { lines.append(BTFLayoutText.line(missing: name)) }
                for layout in layouts { lines += BTFLayoutText.lines(of: layout) }
            }
            return lines
        } catch {
            throw .unreadable(error)
        }
    }

    private static func bytes() throws(Problem) -> [UInt8] {
        do throws(SystemError) {
            let descriptor = try SystemFile.open(path, O_RDONLY)
            defer { close(descriptor) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count >= 0 else { throw SystemFile.lastError("read \(path)") }
                if count == 0 { return bytes }
                bytes += buffer[..<count]
            }
        } catch {
            throw .missing(error)
        }
    }
}
