import ArgumentParser
import Failure
import Foundation
import KernelTree
import Report

/// The kernels that kernaut knows, and how to get them.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract: "Lists the kernels that kernaut knows, and fetches their source, configuration and image.",
        subcommands: [KernelListCommand.self, KernelFetchCommand.self, KernelCommandsCommand.self]
    )
}

/// `kernaut kernel list`
struct KernelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the kernels of kernel-refs, and what of them is in the cache."
    )

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() throws {
        let home = try KernautHome.current()
        let kernels = try KernelRef.all(home: home).map { KernelEntry($0, home: home) }
        if json {
            print(jsonText(of: KernelListDocument(cache: home.cache, kernels: kernels)))
            return
        }
        if kernels.isEmpty { throw Failure(.unavailable, "kernel-refs names no kernel", at: try home.kernelRefs()) }
        let width = kernels.map(\.name.count).max() ?? 0
        for kernel in kernels {
            let name = kernel.name.padding(toLength: width, withPad: " ", startingAt: 0)
            if let version = kernel.packageVersion, let source = kernel.source {
                print("\(name)  in the cache: \(version), \(source)")
            } else {
                print("\(name)  not fetched; 'kernaut kernel fetch \(kernel.name)' gets \(kernel.sourcePackage)")
            }
        }
    }
}

/// `kernaut kernel fetch`
struct KernelFetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Gets a kernel's source, configuration and image from Debian's archive into the cache.",
        discussion: """
            Needs no root and installs nothing. The archive's signatures are verified with Debian's keyring. A fetch that \
            was interrupted goes on where it stopped.
            """
    )

    @Argument(help: "The kernel, as 'kernaut kernel list' names it.")
    var version: String

    @Flag(help: "Ask the archive for a newer version even when one is in the cache.")
    var update = false

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() async throws {
        let home = try KernautHome.current()
        let reference = try KernelRef.named(version, home: home)
        let progress = ProgressLines()
        let record = try await KernelFetch(reference, home: home) { progress.stage($0) }.run(update: update)
        let entry = KernelEntry(reference, home: home)
        if json {
            print(jsonText(of: entry))
            return
        }
        print("Linux \(record.name): \(record.packageVersion), image \(record.imageRelease)")
        if let source = entry.source { print("source        \(source)") }
        if let configuration = entry.configuration { print("configuration \(configuration)") }
        if let image = entry.image { print("image         \(image)") }
    }
}

/// The document of `kernaut kernel list --json`.
private struct KernelListDocument: Encodable {
    let cache: String
    let kernels: [KernelEntry]
}

/// One kernel as the documents show it. What has not been fetched has no version and no paths.
private struct KernelEntry: Encodable {
    let name: String
    let sourcePackage: String
    let suites: [String]
    let isFetched: Bool
    let release: String?
    let packageVersion: String?
    let imageRelease: String?
    let source: String?
    let configuration: String?
    let image: String?
    let packages: [PackageFile]

    init(_ reference: KernelRef, home: KernautHome) {
        let record = KernelRecord.find(reference.name, home: home)
        name = reference.name
        sourcePackage = reference.sourcePackage
        suites = reference.suites
        isFetched = record != nil
        release = record?.release
        packageVersion = record?.packageVersion
        imageRelease = record?.imageRelease
        source = record?.sourcePath(home: home)
        configuration = record?.configurationPath(home: home)
        image = record?.imagePath(home: home)
        packages = record?.packages ?? []
    }
}
