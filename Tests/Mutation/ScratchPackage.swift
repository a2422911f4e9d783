import Failure
import Foundation

/// A package of its own, below `.build/`, that holds the judge and the model with all mutants in it. What is shipped stays
/// free of them.
struct ScratchPackage {
    /// A module, as far as the judge needs it.
    private struct Module {
        let name: String
        /// Files and folders below its own; none for all of it.
        var parts: [String] = []
        let imports: [String]
    }

    private static let modules = [
        Module(name: "Failure", imports: []),
        Module(name: "KernelABI", imports: []),
        Module(name: "KernelModel", imports: ["KernelABI"]),
        Module(name: "Scenario", imports: ["KernelABI"]),
        Module(name: "Simulation", imports: ["Failure", "KernelABI", "KernelModel", "Scenario"]),
        // The part that judges: no kernel is asked here.
        Module(
            name: "Conformance",
            parts: [
                "Comparison.swift", "KernelObserver.swift", "Programs/ProgramTally.swift",
                "Recorded/RecordedFile.swift",
                "Recorded/Replay.swift", "Verdict.swift", "Verification.swift",
            ],
            imports: ["Failure", "KernelABI", "Scenario", "Simulation"]
        ),
    ]

    private let root: URL
    private let folder: URL

    /// A package for the sources of the repository at `root`.
    init(root: URL) {
        self.root = root
        folder = root.appending(path: ".build/mutation")
    }

    /// The built judge.
    var judge: String { folder.appending(path: ".build/release/mutant-judge").path }

    /// Writes the package: what has not changed keeps its date, so that little is built anew.
    func write(_ mutants: [Mutant]) throws {
        var kept: Set<String> = []
        func put(_ text: String, _ path: String) throws {
            kept.insert(path)
            let file = folder.appending(path: path)
            let bytes = Data(text.utf8)
            if (try? Data(contentsOf: file)) == bytes { return }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try bytes.write(to: file)
        }
        let byFile = Dictionary(grouping: zip(1..., mutants), by: { $0.1.file })
        var mutated: Set<String> = []
        for module in ScratchPackage.modules {
            for path in try sources(of: module) {
                let source = try String(contentsOf: root.appending(path: "Sources/\(path)"), encoding: .utf8)
                let here = (byFile[path] ?? []).map { (number: $0.0, mutant: $0.1) }
                mutated.formUnion(here.isEmpty ? [] : [path])
                try put(try MutatedSource(source, file: "Sources/\(path)", mutants: here).text, "Sources/\(path)")
            }
        }
        if let lost = mutants.first(where: { !mutated.contains($0.file) }) {
            throw Failure(.badInput, "the mutant \(lost.name) names a file that is not there", at: lost.file)
        }
        let active = try own("ActiveMutant.swift")
        for module in ["KernelModel", "Simulation"] { try put(active, "Sources/\(module)/ActiveMutant.swift") }
        try put(try own("MutantJudge.swift"), "Sources/mutant-judge/MutantJudge.swift")
        try put(manifest, "Package.swift")
        try removeAllBut(kept)
    }

    /// Builds the judge.
    ///
    /// - Throws: `Failure` (70) with what the compiler says.
    func build() throws {
        let swift = ProcessInfo.processInfo.environment["SWIFT"] ?? "swift"
        let run = try Command.run([swift, "build", "-c", "release", "--package-path", folder.path])
        guard run.status == 0 else {
            // The compiler draws each error once more, below the source line.
            let errors = run.output.split(separator: "\n").filter { $0.contains(": error: ") && $0.hasPrefix("/") }
            throw Failure(
                .internalFault,
                "the mutants do not compile: \(errors.prefix(3).joined(separator: " / "))",
                at: folder.path
            )
        }
    }

    private func own(_ name: String) throws -> String {
        try String(contentsOf: root.appending(path: "Tests/Mutation/Judge/\(name)"), encoding: .utf8)
    }

    private func sources(of module: Module) throws -> [String] {
        guard module.parts.isEmpty else { return module.parts.map { "\(module.name)/\($0)" } }
        let folder = root.appending(path: "Sources/\(module.name)")
        let below = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return below.filter { $0.hasSuffix(".swift") }.sorted().map { "\(module.name)/\($0)" }
    }

    private func removeAllBut(_ kept: Set<String>) throws {
        let sources = folder.appending(path: "Sources")
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path)
        where path.hasSuffix(".swift") && !kept.contains("Sources/\(path)") {
            try FileManager.default.removeItem(at: sources.appending(path: path))
        }
    }

    private var manifest: String {
        let targets = ScratchPackage.modules.map { module in
            "        .target(name: \"\(module.name)\", dependencies: \(module.imports), swiftSettings: settings),"
        }
        return """
            // swift-tools-version: 6.2
            import PackageDescription

            let settings: [SwiftSetting] = [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
            let package = Package(
                name: "mutation",
                targets: [
            \(targets.joined(separator: "\n"))
                    .executableTarget(
                        name: "mutant-judge",
                        dependencies: ["Conformance", "Failure", "Scenario", "Simulation"],
                        swiftSettings: settings
                    ),
                ],
                swiftLanguageModes: [.v6]
            )

            """
    }
}
