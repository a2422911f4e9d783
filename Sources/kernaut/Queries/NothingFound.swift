import Failure
import KernelIndex

extension IndexStore {
    /// The failure of a query without an answer: one line, status 1.
    func nothingFound(_ what: String) -> Failure {
        Failure(.negative, "\(what) is not in \(about.inWords)")
    }
}
