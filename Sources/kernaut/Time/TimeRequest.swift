import ArgumentParser

/// The value of `verify`'s `--time`. As a flag it asks for a bomb's time; with a number of seconds it ends a run of generated
/// programs. A scenario may follow the flag: the command line then has it for its value.
enum TimeRequest: ExpressibleByArgument, CustomStringConvertible {
    case ofBomb(model: String?)
    case seconds(Double)

    init?(argument: String) {
        self = Double(argument).map { .seconds($0) } ?? .ofBomb(model: argument)
    }

    /// Where the flag has no value.
    static let flag = TimeRequest.ofBomb(model: nil)

    var description: String {
        switch self {
        case .ofBomb: "a bomb's time"
        case .seconds(let seconds): "\(seconds) seconds"
        }
    }
}
