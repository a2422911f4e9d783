public import Conformance
public import Failure
import Guest
import KernelABI
public import Scenario

/// The kernel of an image, asked in a QEMU guest: the very kernel that is indexed.
///
/// A guest that fails to answer one question is a reason there; a guest that does not come up at all is a failure.
public struct GuestClaimObserver: ClaimObserver {
    private let observer: GuestObserver

    /// An observer that asks the first guest of another.
    public init(_ observer: GuestObserver) { self.observer = observer }

    /// `a guest of Linux 6.1`
    public var place: String { observer.place }

    /// Runs programs in the guest.
    public func verify(_ cases: [VerificationCase]) async throws(Failure) -> [Verification] {
        try await Verifier(observer).verify(cases)
    }

    /// Looks at paths of the guest.
    public func look(at paths: [String]) async throws(Failure) -> Sighting<FileSightings> {
        // What uname says of a Debian kernel is the release without its patch level; the image's version is the whole.
        let release = try await kernel()
        return try await answer(["look"] + paths) { text throws(TextError) in
            FileSightings(release: release, files: try FileSightings(text: text).files)
        }
    }

    /// Times the start of processes in the guest, or measures the guest itself.
    public func measure(_ quantity: ClaimQuantity) async throws(Failure) -> Sighting<Measurement> {
        switch quantity {
        case .containerStart:
            let release = try await kernel()
            return try await answer(["starts"]) { text throws(TextError) in
                let times = try StartTimes(text: text)
                return Measurement(containerStart: StartTimes(release: release, nanoseconds: times.nanoseconds))
            }
        case .guestStart:
            try await observer.guests[0].boot()
            guard let seconds = observer.guests[0].lastBootSeconds else { return .skipped(reason: "it was not timed") }
            return .seen(
                Measurement(value: seconds, kernel: try await kernel(), method: "until the first process answers")
            )
        case .guestMemory:
            return try await memory()
        }
    }

    private func memory() async throws(Failure) -> Sighting<Measurement> {
        let path = "/proc/meminfo"
        guard case .seen(let sightings) = try await look(at: [path]) else { return .skipped(reason: "no \(path)") }
        guard case .file(let lines) = sightings.files.first?.content,
            let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return .skipped(reason: "\(path) does not tell what is available") }
        return .seen(
            Measurement(
                value: Double(Qemu.memoryBytes - kilobytes * 1024),
                kernel: sightings.release,
                method: "what is not available to programs of \(Qemu.memoryBytes >> 20) MiB"
            )
        )
    }

    private func kernel() async throws(Failure) -> String {
        try await observer.platform(for: nil).platform?.version.description ?? observer.place
    }

    /// The answer of a subcommand of the probe; what goes wrong with it is a reason.
    private func answer<Value: Sendable>(
        _ words: [String],
        _ read: (String) throws(TextError) -> Value
    ) async throws(Failure) -> Sighting<Value> {
        try await observer.guests[0].boot()
        do {
            return .seen(try read(try await observer.guests[0].command(words).joined(separator: "\n")))
        } catch let failure as Failure {
            return .skipped(reason: failure.what)
        } catch {
            return .skipped(reason: "the probe's answer: \(error)")
        }
    }
}
