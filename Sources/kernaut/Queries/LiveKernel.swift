import Failure
import Foundation
import KernelBTF

/// A kernel, as far as it says itself what its structures are: the one that runs here, or one whose type information is
/// in a file.
struct LiveKernel {
    /// The file with the type information.
    let file: String
    /// What to call the kernel: what `uname -r` says, or the file.
    let name: String

    /// - Parameter file: nil for the running kernel.
    init(file: String?) {
        // Where a kernel with CONFIG_DEBUG_INFO_BTF shows its type information.
        self.file = file ?? "/sys/kernel/btf/vmlinux"
        name = file ?? LiveKernel.runningRelease
    }

    /// What `uname -r` says.
    static var runningRelease: String {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The layouts of a name, and of the records that only its members name.
    ///
    /// - Throws: `Failure`: 69 where there is no type information, 65 where it cannot be read.
    func layouts(named name: String) throws(Failure) -> [BTFLayout] {
        guard let bytes = FileManager.default.contents(atPath: file), !bytes.isEmpty else {
            throw Failure(
                .unavailable,
                "there is no type information (BTF) of the running kernel",
                at: file,
                remedy: "it needs CONFIG_DEBUG_INFO_BTF; without --live the source's layout is shown"
            )
        }
        do throws(BTFError) {
            return try BTF([UInt8](bytes)).layouts(named: name)
        } catch {
            throw Failure(.badInput, error.description, at: file)
        }
    }
}
