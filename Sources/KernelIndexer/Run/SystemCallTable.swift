import KernelIndex

/// Reads `syscall_64.tbl`: number, ABI, name, and the function where there is one, in columns.
enum SystemCallTable {
    static func entries(in text: String) -> [SystemCallEntry] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let content = line.prefix { $0 != "#" }
            let columns = content.split(whereSeparator: \.isWhitespace)
            guard columns.count >= 3, let number = Int(columns[0]) else { return nil }
            // Kernels from 6.11 on mark an entry that has no function with a hyphen.
            let entry = columns.count > 3 && columns[3] != "-" ? String(columns[3]) : nil
            return SystemCallEntry(
                number: number,
                abi: String(columns[1]),
                name: String(columns[2]),
                entry: entry,
                line: index + 1
            )
        }
    }
}
