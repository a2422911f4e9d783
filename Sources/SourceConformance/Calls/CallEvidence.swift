import KernelIndex

/// What connects two functions in the source.
public enum CallEvidence: String, CaseIterable, Comparable, Sendable {
    /// The caller's text names the callee.
    case direct
    /// The caller calls through a member, and the callee is stored in that member somewhere.
    case ops
    /// The caller's static call is set to the callee: `DEFINE_STATIC_CALL`, `static_call_update`.
    case staticCall = "static call"
    /// The callee ends the scope of one of the caller's variables: `guard`, `CLASS`, `__free`.
    case cleanup
    /// The callee is handed to a function as an argument, and gets from there to where the caller calls it.
    case argument
    /// The callee is put into a variable or returned, and gets from there to where the caller calls it.
    case variable
    /// The callee stands in an array of functions.
    case table
    /// The compiler moved a part of the caller away, and that is the callee: `put_pid.part.0`.
    case part
    /// The caller calls it in assembly.
    case assembly

    /// What an edge of the index rests on.
    init(_ evidence: Evidence) {
        self =
            switch evidence {
            case .direct: .direct
            case .ops: .ops
            case .argument: .argument
            case .variable: .variable
            case .table: .table
            case .staticCall: .staticCall
            // No call, and none of the steps that are looked at here.
            case .async, .type: .argument
            }
    }

    /// The most certain first, in the order of the cases.
    public static func < (left: CallEvidence, right: CallEvidence) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// Why a call that was seen has no path in the index.
public enum MissedReason: String, CaseIterable, Sendable {
    /// A function that is not seen ends with a jump to the callee.
    case tailCall = "tail call"
    /// The way leads through assembly.
    case assembly
    /// The call is written by the running kernel: a tracepoint calls the probes that were registered.
    case generatedAtRunTime = "generated at run time"
    /// The caller, the callee, or a function on the way, is in a file that is not indexed.
    case outsideIndexedScope = "outside the indexed scope"
    /// None of these is shown by a fact. The index, the trace or this judge is wrong.
    case unknown
}
