public import Failure

/// A controller of a running kernel: a line of `/proc/cgroups`.
public struct LiveController: Hashable, Sendable {
    /// Where they are listed.
    public static let file = "/proc/cgroups"

    /// As version 1 has it: `blkio`.
    public let name: String
    /// The number of the version 1 hierarchy that it is in; 0 for the one of version 2, or for none.
    public let hierarchy: Int
    /// How many cgroups there are in that.
    public let cgroups: Int
    /// It was not turned off at boot.
    public let isEnabled: Bool

    /// Reads what `/proc/cgroups` says.
    ///
    /// - Throws: `Failure` (65) for what is no such text.
    public static func all(in text: String) throws(Failure) -> [LiveController] {
        var controllers: [LiveController] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t")
            guard fields.count == 4, let hierarchy = Int(fields[1]), let cgroups = Int(fields[2]),
                let enabled = Int(fields[3])
            else { throw Failure(.badInput, "is no list of controllers: \(line)", at: file) }
            controllers.append(
                LiveController(
                    name: String(fields[0]),
                    hierarchy: hierarchy,
                    cgroups: cgroups,
                    isEnabled: enabled != 0
                )
            )
        }
        return controllers
    }
}
