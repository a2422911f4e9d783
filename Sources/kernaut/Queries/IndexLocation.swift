import Failure
import Foundation
import KernelIndex
import KernelTree

/// Where indexes lie in the cache: `indexes/NAME.sqlite`, NAME being what `--kernel` takes.
enum IndexLocation {
    /// The file of a kernel's index, whether it exists or not.
    static func file(ofKernel name: String, in home: KernautHome) throws -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
            throw Failure(.usage, "'\(name)' is no kernel's name", remedy: "name one such as 6.1")
        }
        return "\(home.indexes)/\(name).sqlite"
    }

    /// The index of a kernel; without a name, the one that was written last.
    ///
    /// - Throws: `Failure` (69) when there is none, with the command that makes it.
    static func path(ofKernel name: String?) throws -> String {
        let home = try KernautHome.current()
        if let name {
            let file = try file(ofKernel: name, in: home)
            // An index of everything answers for the kernel as well as one of the fork scope.
            let candidates = try [file, self.file(ofKernel: "\(name)-all", in: home)]
            guard let newest = candidates.filter(FileManager.default.fileExists).max(by: isOlder) else {
                throw Failure(
                    .unavailable,
                    "there is no index of kernel \(name)",
                    at: file,
                    remedy: "make it with 'kernaut index --kernel \(name)'"
                )
            }
            return newest
        }
        guard let newest = newest(in: home.indexes) else {
            throw Failure(
                .unavailable,
                "there is no index yet",
                at: home.indexes,
                remedy: "make one with 'kernaut index --kernel 6.1'"
            )
        }
        return newest
    }

    /// Opens the index of a kernel, or of a file: what has a slash in it, or ends as an index does.
    static func open(_ kernelOrFile: String) throws -> IndexStore {
        let isFile = kernelOrFile.contains("/") || kernelOrFile.hasSuffix(".sqlite")
        return try IndexStore.open(isFile ? kernelOrFile : path(ofKernel: kernelOrFile))
    }

    private static func newest(in folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(".sqlite") && !$0.hasPrefix(".") }.sorted().map { "\(folder)/\($0)" }
        return files.max(by: isOlder)
    }

    private static func isOlder(_ left: String, _ right: String) -> Bool {
        // Foundation would ask for the names of owner and group as well.
        func written(_ file: String) -> (Int, Int) {
            var status = stat()
            guard stat(file, &status) == 0 else { return (.min, 0) }
            return (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
        return written(left) < written(right)
    }
}
