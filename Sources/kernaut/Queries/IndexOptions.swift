import ArgumentParser
import KernelIndex

/// Which index a query asks.
struct IndexOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The kernel to ask about (default: the one indexed last).", valueName: "version"),
        completion: .kernelName
    )
    var kernel: String?

    @Option(help: ArgumentHelp("The file of the index, instead of one in the cache.", valueName: "file"))
    var index: String?

    func validate() throws {
        if kernel != nil, index != nil { throw ValidationError("--kernel and --index exclude each other") }
    }

    /// Opens the index that the options name.
    func open() throws -> IndexStore { try IndexOptions.open(kernel: kernel, file: index) }

    /// Opens the index in a file, else the one of a kernel, else the one that was written last.
    static func open(kernel: String?, file: String?) throws -> IndexStore {
        try IndexStore.open(try file ?? IndexLocation.path(ofKernel: kernel))
    }
}
