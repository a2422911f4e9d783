import ArgumentParser
import Conformance
import Failure
import Guest
import KernelABI
import KernelTree

/// Which kernel a guest boots, and how.
struct GuestOptions: ParsableArguments {
    @Option(help: "The kernel: one that 'kernaut kernel list' names.")
    var kernel = "6.1"

    @Option(help: "How many guests run at a time.")
    var guests = 2

    @Option(help: "How many processors a guest has.")
    var cpus = 1

    func validate() throws {
        try require("--guests", guests, in: 1...64)
        try require("--cpus", cpus, in: 1...64)
    }

    /// Prepares the guests of the kernel.
    ///
    /// - Throws: `Failure` (69) where the kernel is not in the cache, or QEMU is missing.
    func observer(
        home: KernautHome,
        timeoutSeconds: Int,
        lanes: Int,
        kernelArguments: [String] = []
    ) throws -> GuestObserver {
        try GuestOptions.observer(
            of: kernel,
            home: home,
            timeoutSeconds: timeoutSeconds,
            lanes: lanes,
            cpus: cpus,
            kernelArguments: kernelArguments
        )
    }

    /// The same for a kernel that other options name.
    static func observer(
        of kernel: String,
        home: KernautHome,
        timeoutSeconds: Int,
        lanes: Int = 1,
        cpus: Int = 1,
        kernelArguments: [String] = []
    ) throws -> GuestObserver {
        guard let record = KernelRecord.find(try KernelRef.named(kernel, home: home).name, home: home) else {
            throw Failure(
                .unavailable,
                "Linux \(kernel) is not in the cache",
                at: home.kernel(kernel),
                remedy: "get it with 'kernaut kernel fetch \(kernel)'"
            )
        }
        let image = GuestImage(name: record.name, version: record.version, path: record.imagePath(home: home))
        let setup = try GuestLane.Setup(
            image,
            probe: try HostProbe.besideThisExecutable(),
            folder: "\(home.cache)/guest",
            timeoutSeconds: timeoutSeconds,
            cpus: cpus,
            kernelArguments: kernelArguments
        )
        return GuestObserver(setup, lanes: lanes)
    }
}
