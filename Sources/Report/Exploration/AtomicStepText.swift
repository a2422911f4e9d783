import KernelABI
import KernelModel
import Scenario
import Simulation

/// Atomic steps in words.
struct AtomicStepText {
    let group: ExploredGroup
    let version: KernelVersion

    /// `a charges /box/app: 3 of 4`
    func text(_ scheduled: Interleavings.ScheduledStep) -> String {
        let actor = actor(scheduled.operation)
        return "\(actor) \(words(scheduled.step, group.operations[scheduled.operation].action))"
    }

    /// `kernel/cgroup/pids.c pids_try_charge`
    func place(_ kind: AtomicStep.Kind) -> String {
        let citation = kind.citation(in: version)
        return "\(citation.file) \(citation.function)"
    }

    /// Who acts: a process, or the harness's step by its number.
    func actor(_ operation: Int) -> String {
        let operation = group.operations[operation]
        return operation.actor?.description ?? "step \(operation.step + 1)"
    }

    private func words(_ step: AtomicStep, _ action: Action) -> String {
        let where_ = step.cgroup.flatMap { group.paths[$0] }?.description ?? "/"
        let user = step.ucounts.flatMap { group.users[$0] }?.description ?? "root"
        let value = step.value.map(String.init) ?? ""
        let bound = step.bound.map { $0 >= PidsLimit.largest + 1 ? "max" : "\($0)" } ?? ""
        switch step.kind {
        case .askUser:
            return "asks RLIMIT_NPROC of \(user): \(value) of \(bound)" + (step.isOtherwise ? ", refused" : "")
        case .countUser: return "counts its child with \(user): \(value)"
        case .askCountedUser:
            return "asks RLIMIT_NPROC of \(user): \(value) of \(bound)" + (step.isOtherwise ? ", refused" : "")
        case .uncountUser, .uncountReaped: return "leaves the count of \(user): \(value)"
        case .holdForFork: return "begins to fork in its cgroup; moves wait"
        case .charge:
            return "charges \(where_): \(value)" + (bound.isEmpty ? "" : " of \(bound)")
                + (step.isOtherwise ? ", refused" : "")
        case .compare:
            return "compares its \(value) with pids.max of \(where_), \(bound)" + (step.isOtherwise ? ", refused" : "")
        case .readWatermark:
            return "reads the watermark of \(where_), \(bound): "
                + (step.isOtherwise ? "no less than its \(value)" : "less than its \(value)")
        case .writeWatermark: return "writes the watermark of \(where_): \(value)"
        case .revert: return "takes its charge of \(where_) back: \(value)"
        case .countEvent: return "counts the refusal in pids.events of \(where_)"
        case .cancelFork: return "gives its charge of \(where_) back: \(value)"
        case .letGo: return "is done with its cgroup; moves may go on"
        case .makeChild: return "has a child"
        case .lockAttach: return "begins to move \(subject(action)); forks wait"
        case .chargeForAttach: return "charges \(where_), whatever its limit: \(value)"
        case .unchargeForAttach: return "gives the charge of \(where_) back: \(value)"
        case .move: return "has moved \(subject(action))"
        case .unlockAttach: return "is done; forks may go on"
        case .writeLimit:
            return "sets pids.max of \(where_) to " + ((step.value ?? 0) > PidsLimit.largest ? "max" : value)
        case .exit: return "ends"
        case .takeZombie: return "reaps \(subject(action))"
        case .release: return "gives the charge of \(where_) back: \(value)"
        }
    }

    private func subject(_ action: Action) -> String {
        switch action {
        case .attach(let task, _): task.description
        case .wait(_, let child): child?.description ?? "a child"
        default: "a process"
        }
    }

    /// What a kind of step is, for the list of what a bound covers.
    static func meaning(_ kind: AtomicStep.Kind) -> String {
        switch kind {
        case .askUser: "compare the user's count with RLIMIT_NPROC"
        case .countUser: "count the child with its user"
        case .askCountedUser: "compare the user's count, the child in it, with RLIMIT_NPROC"
        case .holdForFork: "take the lock that keeps moves out, and the caller's css_set"
        case .charge: "add to one level's counter, and compare with a pids.max that nobody writes meanwhile"
        case .compare: "read a pids.max that is written meanwhile, and compare"
        case .readWatermark: "read one level's watermark and compare"
        case .writeWatermark: "write one level's watermark"
        case .revert: "take one level's charge of a refused fork back"
        case .countEvent: "count the refusal"
        case .cancelFork: "give one level's charge back that a later controller refused"
        case .letGo: "let the lock of a refused fork go"
        case .makeChild: "the child is there"
        case .lockAttach: "take the lock that keeps forks out"
        case .chargeForAttach: "add to one level of the new cgroup, whatever its limit"
        case .unchargeForAttach: "give one level of the old cgroup back"
        case .move: "the process is in its new cgroup"
        case .unlockAttach: "let the lock of a move go"
        case .writeLimit: "store pids.max"
        case .exit: "a process ends"
        case .takeZombie: "a zombie is taken by its parent"
        case .release: "give one level's charge of a reaped process back"
        case .uncountUser: "take the child of a refused fork from its user's count"
        case .uncountReaped: "take a reaped process from its user's count"
        }
    }
}
