import Foundation
import Report
import Testing

@testable import KernelIndex

private let dot = ["/usr/bin/dot", "/usr/local/bin/dot"].first(where: FileManager.default.isExecutableFile)
private let inCI = ProcessInfo.processInfo.environment["CI"] != nil

@Suite struct DrawingTests {
    private func report() throws -> PathReport {
        let index = try HandmadeIndex.forkPath()
        // What a receiver or a name may hold must not end a label early.
        try index.execute("UPDATE symbol_row SET name = 'copy\"process\\' WHERE name = 'copy_process'")
        let store = try index.open()
        let answer = try store.paths(from: "clone", to: "pids_can_fork")
        return PathReport(answer, from: "clone", to: "pids_can_fork", about: store.about)
    }

    @Test(.enabled(if: dot != nil || inCI, "Graphviz is not installed"))
    func graphvizAcceptsTheGraph() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(dot))
        process.arguments = ["-Tplain"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(try report().dot.utf8))
        try input.fileHandleForWriting.close()
        let drawn = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let lines = drawn.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("node ") }.count == 5)
        #expect(lines.filter { $0.hasPrefix("edge ") }.count == 4)
    }

    @Test func mermaidQuotesWhatWouldEndALabel() throws {
        let text = try report().mermaid
        #expect(text.hasPrefix("flowchart TD\n"))
        #expect(text.contains("copy#quot;process"))
        #expect(text.contains("-.->|\"ops cgroup_subsys.can_fork<br/>"))
    }

    @Test func jsonOfAPathHasTheDocumentedKeys() throws {
        let index = try HandmadeIndex.forkPath()
        let store = try index.open()
        let answer = try store.paths(from: "clone", to: "pids_can_fork")
        let json = PathReport(answer, from: "clone", to: "pids_can_fork", about: store.about).json
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(Set(document.keys) == ["from", "to", "kernel", "paths", "notes", "truncated"])
        let path = try #require((document["paths"] as? [[String: Any]])?.first)
        #expect(
            path["functions"] as? [String] == [
                "clone", "kernel_clone", "copy_process", "cgroup_can_fork", "pids_can_fork",
            ]
        )
        let edge = try #require((path["edges"] as? [[String: Any]])?.last)
        #expect(edge["evidence"] as? String == "ops")
        #expect((edge["dispatch"] as? [String: Any])?["line"] as? Int == 6598)
        #expect((edge["registration"] as? [String: Any])?["object"] as? String == "pids_cgrp_subsys")
    }
}
