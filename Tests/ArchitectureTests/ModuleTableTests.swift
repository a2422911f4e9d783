import Foundation
import Testing

/// Holds `Package.swift` and the sources to the table in ARCHITECTURE.md.
struct ModuleTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Target name to the project's own modules that its row names.
    private static func documented() throws -> [String: Set<String>] {
        var rows: [String: Set<String>] = [:]
        for line in try text("ARCHITECTURE.md").split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 3, "a row of the module table has three cells: \(line)")
            let name = cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
            rows[name] = cells[2] == "nothing" ? [] : Set(cells[2].components(separatedBy: ", "))
        }
        return rows
    }

    /// Target name to the project's own modules that Package.swift gives it, tests left out.
    private static func declared() throws -> [String: Set<String>] {
        let manifest = try text("Package.swift")
        let target = /\.(?:target|executableTarget)\(\s*name: "([^"]+)"(?:,\s*dependencies: \[([^\]]*)\])?/
        var targets: [String: Set<String>] = [:]
        for match in manifest.matches(of: target) {
            let names = (match.2 ?? "").matches(of: /"([^"]+)"/).map { String($0.1) }
            targets[String(match.1)] = Set(names)
        }
        return targets
    }

    @Test func packageAndMapNameTheSameTargetsWithTheSameImports() throws {
        let documented = try Self.documented()
        let declared = try Self.declared()
        #expect(!declared.isEmpty)
        #expect(Set(documented.keys) == Set(declared.keys))
        for (name, imports) in declared { #expect(documented[name] == imports, "\(name)") }
    }

    @Test func sourcesImportOnlyWhatTheirTargetDeclares() throws {
        let declared = try Self.declared()
        for (name, allowed) in declared {
            for file in try Self.swiftFiles(below: "Sources/\(name)") {
                let source = try String(contentsOf: file, encoding: .utf8)
                let imports = source.matches(
                    of: /(?m)^\s*(?:@[a-z_]+\s+)?(?:public |internal |package )?import (?:struct |func )?(\w+)/
                )
                .map { String($0.1) }
                for module in imports where declared[module] != nil {
                    #expect(allowed.contains(module), "\(file.path) imports \(module)")
                }
            }
        }
    }

    @Test func probeKnowsNothingOfTheModel() throws {
        let declared = try Self.declared()
        var reached: Set<String> = []
        var open = ["Probe", "kernaut-probe"]
        while let next = open.popLast() {
            for module in declared[next] ?? [] where reached.insert(module).inserted { open.append(module) }
        }
        #expect(reached.isDisjoint(with: ["KernelModel", "Simulation", "Conformance"]))
    }

    @Test func noKernelSourceIsTracked() throws {
        for folder in ["Sources", "Tests", "models", "kernel-refs"] {
            let below = Self.root.appending(path: folder)
            let files = FileManager.default.enumerator(at: below, includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard ["c", "h", "S"].contains(file.pathExtension) else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("SPDX-License-Identifier: " + "GPL-2.0"), "\(file.path)")
            }
        }
    }

    private static func swiftFiles(below path: String) throws -> [URL] {
        let files = FileManager.default.enumerator(at: root.appending(path: path), includingPropertiesForKeys: nil)
        return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    }
}
