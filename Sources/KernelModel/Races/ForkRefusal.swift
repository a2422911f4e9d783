/// What refused a fork.
public enum ForkRefusal: Hashable, Sendable {
    /// The caller's RLIMIT_NPROC, or one that holds a user namespace above it, at whoever is counted there.
    case rlimitNproc(UcountsID, limit: Int64)
    /// The `pids.max` of this state.
    case pidsMax(CSSID)
    /// A controller that `cgroup_can_fork` asks after pids.
    case laterController(Refusal)
}
