import Conformance
import Failure

extension [Verdict] {
    /// The exit code of all verdicts together: a failing harness comes before a divergence, and that before what was not
    /// verified. A skip is never a pass.
    var exitCode: Int32 {
        func has(_ matches: (Verdict) -> Bool) -> Bool { contains(where: matches) }
        if isEmpty || has({ if case .harnessError = $0 { true } else { false } }) {
            return ExitStatus.internalFault.rawValue
        }
        if contains(.diverges) { return ExitStatus.negative.rawValue }
        // EX_TEMPFAIL of sysexits.h.
        if has({ if case .timedOut = $0 { true } else { false } }) { return 75 }
        return allSatisfy { $0 == .conforms } ? ExitStatus.success.rawValue : ExitStatus.unavailable.rawValue
    }
}
