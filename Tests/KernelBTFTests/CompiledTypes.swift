import Foundation
import KernelBTF
import Testing

/// The type information of a small C source: compiled by gcc, turned into BTF by pahole, as the kernel's build does it.
struct CompiledTypes {
    let bytes: [UInt8]

    /// Whether gcc and pahole are here. In CI they have to be.
    static let canCompile =
        ProcessInfo.processInfo.environment["CI"] != nil || ["gcc", "pahole"].allSatisfy { isInstalled($0) }

    /// - Parameter text: C, in which every type that is asked about is the type of a variable.
    init(_ text: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-btf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appending(path: "types.c")
        let object = folder.appending(path: "types.o")
        let information = folder.appending(path: "types.btf")
        try Data(text.utf8).write(to: source)
        // The form of debugging information that every release of pahole reads.
        try CompiledTypes.run("gcc", ["-g", "-gdwarf-4", "-w", "-c", source.path, "-o", object.path])
        try CompiledTypes.run("pahole", ["--btf_encode_detached=\(information.path)", object.path])
        bytes = [UInt8](try Data(contentsOf: information))
    }

    private static func isInstalled(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) failed")
    }
}

extension BTFLayout {
    /// The layout in its line form.
    var lines: [String] { BTFLayoutText.lines(of: self) }
}
