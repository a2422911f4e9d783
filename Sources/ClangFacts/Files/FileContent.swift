import CLibclang
import Glibc

extension UnitFacts {
    /// The bytes of a file of this unit; empty when they are no longer those that the compiler saw.
    ///
    /// libclang gives contents, too, but looks through everything that it has read to find the file.
    func content(of file: CXFile) -> [UInt8] {
        let handle = UInt(bitPattern: file)
        if let known = contents[handle] { return known }
        let content = currentContent(of: file) ?? []
        contents[handle] = content
        return content
    }

    private func currentContent(of file: CXFile) -> [UInt8]? {
        let name = clang_getFileName(file)
        defer { clang_disposeString(name) }
        guard let path = clang_getCString(name) else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mtim.tv_sec == clang_getFileTime(file) else { return nil }
        let size = Int(status.st_size)
        var isComplete = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let received = Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
                if received <= 0 { break }
                count += received
            }
            isComplete = count == size
        }
        return isComplete ? bytes : nil
    }
}
