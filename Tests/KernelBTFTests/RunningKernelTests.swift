import Foundation
import Testing

@testable import KernelBTF

/// The type information of the kernel that runs the tests.
private enum Running {
    static let path = "/sys/kernel/btf/vmlinux"
    static let isThere = FileManager.default.isReadableFile(atPath: path)
}

@Suite(.enabled(if: Running.isThere, "this kernel gives no type information"))
struct RunningKernelTests {
    private func running() throws -> BTF {
        try BTF([UInt8](#require(FileManager.default.contents(atPath: Running.path))))
    }

    @Test func everyRecordCanBeLaidOut() throws {
        let btf = try running()
        var records = 0
        for id in 1...btf.count {
            let type = try btf.type(id)
            guard type.kind.isRecord, try btf.name(at: type.nameOffset, of: id) != nil else { continue }
            let layout = try #require(try btf.layouts(of: type).first)
            // A flexible array may begin where the record ends, and the record may end in the middle of a storage unit.
            for member in layout.members {
                #expect(member.offsetBits + member.sizeBits <= 8 * layout.sizeBytes, "\(layout.name).\(member.name)")
            }
            records += 1
        }
        #expect(records > 1000)
    }

    @Test func aTaskHasItsNsproxy() throws {
        let task = try #require(try running().layouts(named: "task_struct").first)
        let nsproxy = try #require(task.members.first { $0.name == "nsproxy" })
        #expect(nsproxy.type == "struct nsproxy *")
        #expect(nsproxy.sizeBits == 64)
        #expect(task.members.contains { $0.isBitfield })
    }

    @Test(arguments: ["task_struct", "nsproxy", "uts_namespace", "new_utsname", "cgroup_subsys", "css_set"])
    func paholeAgreesOnTheSize(_ name: String) throws {
        try #require(CompiledTypes.canCompile)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pahole", "--sizes", Running.path]
        process.standardOutput = pipe
        // It complains of the kinds of type that it does not know.
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("\(name)\t") })
        let size = Int(line.split(separator: "\t")[1])
        #expect(try running().layouts(named: name).first?.sizeBytes == size)
    }
}
