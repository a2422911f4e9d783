import ArgumentParser
import Failure
import Foundation
import KernelIndex
import Report
import SCIPExport

/// `kernaut export --scip FILE`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the index for other programs: as SCIP, which code browsers read.",
        discussion: """
            Documents are the files of the source tree; what the build generated is left out. A function that is stored \
            in a field is marked as an implementation of the field. The file takes its name when it is complete.
            JSON: kernel, file, documents, occurrences, symbols, externalSymbols, filesOutside, filesChanged.
            """
    )

    @Option(help: ArgumentHelp("Write SCIP (a protobuf message) into this file.", valueName: "file"))
    var scip: String

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        let file = try PartialFile(scip)
        let summary = try SCIPExport(store) { try file.write($0) }.run()
        try file.finish()
        output.show(ExportReport(summary, file: scip, about: store.about), from: store)
    }
}

/// A file that takes its name when it is complete; what a failure leaves is removed.
final class PartialFile {
    private let path: String
    private let partial: String
    private let handle: FileHandle
    private var buffer = Data()
    private var isFinished = false

    /// - Throws: ``Failure`` (69) when the file cannot be made.
    init(_ path: String) throws(Failure) {
        self.path = path
        partial = "\(path).partial-\(getpid())"
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let handle = FileHandle(forWritingAtPath: partial)
        else {
            throw Failure(.unavailable, "the file cannot be made: \(String(cString: strerror(errno)))", at: path)
        }
        self.handle = handle
    }

    deinit { if !isFinished { try? FileManager.default.removeItem(atPath: partial) } }

    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(Failure) {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 20 { try flush() }
    }

    /// Writes the rest, and gives the file its name.
    func finish() throws(Failure) {
        try flush()
        do {
            try handle.close()
        } catch {
            throw failure()
        }
        guard rename(partial, path) == 0 else { throw failure() }
        isFinished = true
    }

    private func flush() throws(Failure) {
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw failure()
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure() -> Failure {
        Failure(.unavailable, "the file cannot be written: \(String(cString: strerror(errno)))", at: path)
    }
}
