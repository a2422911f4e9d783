import Failure
import Foundation

/// What kernaut does to files in its cache: everything appears whole or not at all.
enum CacheFiles {
    /// Makes a folder and those above it.
    ///
    /// - Throws: `Failure` (69) when it cannot be made.
    static func makeFolder(_ path: String) throws {
        try reporting("the folder cannot be made", path) {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    /// Writes a file under another name and renames it.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let unfinished = path + ".unfinished"
        try reporting("the file cannot be written", path) {
            try Data(bytes).write(to: URL(fileURLWithPath: unfinished))
        }
        try rename(unfinished, to: path)
    }

    /// Reads a file whole; nil when there is none that can be read.
    static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }

    /// Gives a file or a folder its final name; what had the name before is replaced when it is a file.
    static func rename(_ path: String, to final: String) throws {
        guard Glibc.rename(path, final) == 0 else {
            throw failure("\(Path.name(path)) cannot be renamed: \(String(cString: strerror(errno)))", final)
        }
    }

    /// Removes a file or a folder with all that is in it; it is no fault when there is none.
    static func remove(_ path: String) throws {
        guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return }
        try reporting("it cannot be removed", path) { try FileManager.default.removeItem(atPath: path) }
    }

    /// The names in a folder, sorted; empty when there is no such folder.
    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private static func reporting(_ what: String, _ path: String, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
            let reason = cause.map { $0 as NSError }.map { cause in
                let isCode = cause.domain == NSPOSIXErrorDomain
                return isCode ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
            }
            throw failure(reason.map { "\(what): \($0)" } ?? what, path)
        }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure(.unavailable, what, at: path, remedy: "make room and permission there, or set KERNAUT_HOME elsewhere")
    }
}
