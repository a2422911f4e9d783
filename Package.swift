// swift-tools-version: 6.2
import Foundation
import PackageDescription

// libclang has no pkg-config file, and Debian installs each release below a folder of its own.
// The newest one that carries headers is taken: kernels from 6.12 on need more than clang 14.
let llvmRoot: String = {
    let base = "/usr/lib"
    let releases = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [])
        .compactMap { name in name.hasPrefix("llvm-") ? Int(name.dropFirst(5)) : nil }
        .filter { FileManager.default.fileExists(atPath: "\(base)/llvm-\($0)/include/clang-c/Index.h") }
    return "\(base)/llvm-\(releases.max() ?? 19)"
}()

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Reading a kernel's headers takes minutes in code that is not optimised, and tests read several kernels' worth.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let libclangSwift: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-I\(llvmRoot)/include"])]
let libclangLink: [LinkerSetting] = [
    .unsafeFlags(["-L\(llvmRoot)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(llvmRoot)/lib"]),
    .linkedLibrary("clang"),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// ARCHITECTURE.md has the same table; a test holds the two together.
let package = Package(
    name: "kernaut",
    products: [
        .executable(name: "kernaut", targets: ["kernaut"]),
        .executable(name: "kernaut-probe", targets: ["kernaut-probe"]),
        .executable(name: "kernaut-index-worker", targets: ["kernaut-index-worker"]),
        .executable(name: "kernaut-cc", targets: ["kernaut-cc"]),
        .executable(name: "kernaut-bench", targets: ["kernaut-bench"]),
        .executable(name: "kernaut-mutation", targets: ["kernaut-mutation"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(
            name: "CLibclang",
            cSettings: [.unsafeFlags(["-I\(llvmRoot)/include"])],
            linkerSettings: libclangLink
        ),
        .target(name: "CLinux"),
        .target(name: "CWorkload"),
        .target(name: "CFirstProcess", dependencies: ["CLinux"]),
        .target(name: "CXXHash"),
        .target(name: "ContentDigest", dependencies: ["CXXHash"], swiftSettings: settings),
        .target(name: "Failure", swiftSettings: settings),
        .target(name: "KernelABI", swiftSettings: settings),
        .target(name: "StrictYAML", dependencies: ["Failure", yams], swiftSettings: settings),
        .target(name: "KernelBTF", swiftSettings: settings),
        .target(
            name: "KernelTree",
            dependencies: ["Failure", "KernelABI", "ContentDigest", "StrictYAML", subprocess, system],
            swiftSettings: settings
        ),
        .executableTarget(name: "kernaut-cc"),
        .target(name: "IndexFacts", dependencies: ["KernelABI"], swiftSettings: settings + optimised),
        .target(
            name: "ClangFacts",
            dependencies: ["CLibclang", "ContentDigest", "IndexFacts", "KernelABI"],
            swiftSettings: settings + libclangSwift + optimised
        ),
        .executableTarget(
            name: "kernaut-index-worker",
            dependencies: ["CLinux", "ClangFacts", "IndexFacts"],
            swiftSettings: settings + libclangSwift
        ),
        .target(
            name: "KernelIndex",
            dependencies: ["ContentDigest", "Failure", "IndexFacts", "KernelABI", grdb, sqlite],
            swiftSettings: settings
        ),
        .target(
            name: "KernelIndexer",
            dependencies: [
                "ContentDigest", "Failure", "IndexFacts", "KernelABI", "KernelIndex", "KernelTree", grdb, subprocess,
                system,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SourceConformance",
            dependencies: ["Failure", "KernelABI", "KernelBTF", "KernelIndex", "KernelTrace"],
            swiftSettings: settings
        ),
        .target(name: "KernelModel", dependencies: ["KernelABI"], swiftSettings: settings),
        .target(
            name: "RuleCoverage",
            dependencies: ["Failure", "KernelABI", "KernelIndex", "KernelModel"],
            swiftSettings: settings
        ),
        .target(name: "Scenario", dependencies: ["KernelABI"], swiftSettings: settings),
        .target(
            name: "ScenarioYAML",
            dependencies: ["Failure", "KernelABI", "Scenario", yams],
            swiftSettings: settings
        ),
        .target(
            name: "Simulation",
            dependencies: ["Failure", "KernelABI", "KernelModel", "Scenario"],
            swiftSettings: settings
        ),
        .target(name: "KernelTrace", dependencies: ["KernelABI"], swiftSettings: settings),
        .target(
            name: "Probe",
            dependencies: ["CLinux", "CWorkload", "KernelABI", "KernelBTF", "KernelTrace", "Scenario"],
            swiftSettings: settings
        ),
        // Fully static: in a guest it is the only file there is. No test target may depend on it, since the setting would
        // reach the test bundle; all executables are built with the tests anyway.
        .executableTarget(
            name: "kernaut-probe",
            dependencies: ["CFirstProcess", "Probe"],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-static-executable"])]
        ),
        .target(name: "Guest", dependencies: ["CLinux", "Failure", "KernelABI", "Scenario"], swiftSettings: settings),
        .target(
            name: "Conformance",
            dependencies: [
                "ContentDigest", "Failure", "Guest", "KernelABI", "Scenario", "Simulation", subprocess, system,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Claims",
            dependencies: ["Conformance", "Failure", "Guest", "KernelABI", "KernelIndex", "Scenario", "StrictYAML"],
            swiftSettings: settings
        ),
        .target(
            name: "Report",
            dependencies: [
                "Claims", "Conformance", "Failure", "KernelABI", "KernelBTF", "KernelIndex", "KernelModel",
                "KernelTrace", "SCIPExport", "Scenario", "Simulation", "SourceConformance", mustache,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SCIPExport",
            dependencies: ["IndexFacts", "KernelABI", "KernelIndex"],
            swiftSettings: settings
        ),
        .target(
            name: "LanguageServer",
            dependencies: ["Failure", "KernelABI", "KernelIndex", "Report"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "kernaut",
            dependencies: [
                "Claims", "Conformance", "Failure", "Guest", "KernelABI", "KernelBTF", "KernelIndex", "KernelIndexer",
                "KernelModel", "KernelTrace", "KernelTree", "LanguageServer", "Report", "RuleCoverage",
                "SCIPExport", "Scenario", "ScenarioYAML", "Simulation", "SourceConformance",
                argumentParser,
            ],
            swiftSettings: settings,
            // At a fixed address and without libraries nothing has to be found, mapped and relocated: a third of what a
            // question takes. lld, since the other linker warns of each function of glibc's that would load something.
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"], .when(configuration: .release))]
        ),
        .systemLibrary(name: "CZlib", path: "Benchmarks/CZlib"),
        .executableTarget(
            name: "kernaut-bench",
            dependencies: [
                "CZlib", "ContentDigest", "Failure", "KernelABI", "KernelIndex", "Scenario", "ScenarioYAML",
                "Simulation",
            ],
            path: "Benchmarks/kernaut-bench",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "kernaut-mutation",
            dependencies: [
                "Conformance", "ContentDigest", "Failure", "KernelModel", "KernelTree", "Scenario", "StrictYAML",
                argumentParser,
            ],
            path: "Tests/Mutation",
            // The judge is built in a package of its own, with the model that has the mutants in it.
            exclude: ["Judge", "mutants.yaml"],
            swiftSettings: settings
        ),
        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
        .testTarget(
            name: "ClaimsTests",
            dependencies: ["Claims", "Failure", "KernelABI", "Scenario"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["kernaut", "kernaut-index-worker"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Conformance", "Failure", "KernelABI", "KernelModel", "Scenario", "Simulation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KernelIndexTests",
            dependencies: [
                "Claims", "ContentDigest", "Failure", "KernelABI", "KernelIndex", "KernelIndexer", "KernelTree",
                "LanguageServer", "Report", "SCIPExport", "SourceConformance",
                "kernaut", "kernaut-index-worker", grdb,
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "KernelBTFTests", dependencies: ["KernelBTF"], swiftSettings: settings),
        .testTarget(
            name: "SourceConformanceTests",
            dependencies: [
                "KernelABI", "KernelBTF", "KernelIndex", "KernelIndexer", "KernelTrace", "KernelTree", "Report",
                "Scenario",
                "SourceConformance", "kernaut-index-worker",
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "KernelModelTests", dependencies: ["KernelABI", "KernelModel"], swiftSettings: settings),
        .testTarget(
            name: "ProbeTests",
            dependencies: ["KernelABI", "KernelTrace", "Probe", "Scenario"],
            swiftSettings: settings
        ),
        .testTarget(name: "KernelTraceTests", dependencies: ["KernelABI", "KernelTrace"], swiftSettings: settings),
        .testTarget(
            name: "KernelTreeTests",
            dependencies: ["Failure", "KernelABI", "KernelTree", "kernaut-cc", subprocess],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ClangFactsTests",
            dependencies: ["ClangFacts", "IndexFacts", "KernelABI"],
            swiftSettings: settings + libclangSwift
        ),
        .testTarget(
            name: "KernelIndexerTests",
            dependencies: [
                "Failure", "IndexFacts", "KernelABI", "KernelIndex", "KernelIndexer", "KernelTree",
                "kernaut-index-worker", grdb,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MutationTests",
            dependencies: ["Failure", "kernaut-mutation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RuleCoverageTests",
            dependencies: [
                "KernelABI", "KernelIndex", "KernelIndexer", "KernelTree", "RuleCoverage", "kernaut-index-worker",
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "ReportTests", dependencies: ["Report"], swiftSettings: settings),
        .testTarget(name: "ScenarioTests", dependencies: ["KernelABI", "Scenario"], swiftSettings: settings),
        .testTarget(
            name: "ScenarioYAMLTests",
            dependencies: ["Failure", "KernelABI", "Scenario", "ScenarioYAML", "Simulation"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Failure", "KernelABI", "KernelModel", "Report", "Scenario", "Simulation"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
