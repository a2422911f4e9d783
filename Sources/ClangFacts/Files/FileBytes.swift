import Glibc

/// The content of a file; nil when it cannot be read.
func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return ferror(file) == 0 ? bytes : nil }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// Writes a file, which others find as it was or as it is; false when that failed.
func write(_ bytes: [UInt8], to path: String) -> Bool {
    let unfinished = "\(path).\(getpid())"
    guard let file = fopen(unfinished, "wb") else { return false }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count, rename(unfinished, path) == 0 else {
        unlink(unfinished)
        return false
    }
    return true
}
