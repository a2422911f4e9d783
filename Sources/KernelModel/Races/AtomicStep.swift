public import KernelABI

/// An atomic step that was taken, with the values that it read or wrote.
public struct AtomicStep: Hashable, Sendable {
    /// What steps there are.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case askUser, countUser, askCountedUser
        case holdForFork
        case charge, compare, readWatermark, writeWatermark
        case revert, countEvent, cancelFork, letGo
        case makeChild
        case lockAttach, chargeForAttach, unchargeForAttach, move, unlockAttach
        case writeLimit
        case uncountUser
        case exit, takeZombie, uncountReaped, release
    }

    /// Which one.
    public let kind: Kind
    /// The cgroup whose number it was.
    public let cgroup: CgroupID?
    /// The user's processes that it counted or asked.
    public let ucounts: UcountsID?
    /// What the number came to, or what was read.
    public let value: Int64?
    /// What the value was compared with: a limit, or the watermark.
    public let bound: Int64?
    /// Whether the step refused a fork, or found a watermark that is high enough.
    public let isOtherwise: Bool
}

extension AtomicStep.Kind {
    init(_ step: RaceStep) {
        self =
            switch step {
            case .askUser: .askUser
            case .countUser: .countUser
            case .askCountedUser: .askCountedUser
            case .uncountUser: .uncountUser
            case .uncountReaped: .uncountReaped
            case .holdForFork: .holdForFork
            case .charge: .charge
            case .compare: .compare
            case .readWatermark: .readWatermark
            case .writeWatermark: .writeWatermark
            case .makeChild: .makeChild
            case .revert: .revert
            case .countEvent: .countEvent
            case .cancelFork: .cancelFork
            case .letGo: .letGo
            case .lockAttach: .lockAttach
            case .chargeForAttach: .chargeForAttach
            case .unchargeForAttach: .unchargeForAttach
            case .move: .move
            case .unlockAttach: .unlockAttach
            case .writeLimit: .writeLimit
            case .exit: .exit
            case .takeZombie: .takeZombie
            case .release: .release
            }
    }

    /// The kinds that a kernel of this version has.
    public static func of(_ version: KernelVersion) -> [AtomicStep.Kind] {
        let configuration = KernelConfiguration(version: version, unified: true)
        return allCases.filter { kind in
            switch kind {
            case .askUser: configuration.countsProcessAfterLimit
            case .askCountedUser: !configuration.countsProcessAfterLimit
            case .readWatermark, .writeWatermark: configuration.hasPidsPeak
            default: true
            }
        }
    }

    /// Where a kernel of this version does it.
    public func citation(in version: KernelVersion) -> SourceCitation {
        let configuration = KernelConfiguration(version: version, unified: true)
        let countsUser = configuration.countsProcessAfterLimit
        let pids = "kernel/cgroup/pids.c"
        let cgroup = "kernel/cgroup/cgroup.c"
        let (function, file, condition): (String, String, String) =
            switch self {
            case .askUser: ("copy_process", "kernel/fork.c", "atomic_read(&p->real_cred->user->processes) >=")
            case .countUser:
                (
                    "copy_creds", "kernel/cred.c",
                    countsUser ? "atomic_inc(&new->user->processes)" : "inc_rlimit_ucounts("
                )
            case .askCountedUser: ("is_rlimit_overlimit", "kernel/ucount.c", "val > max")
            case .uncountUser:
                countsUser
                    ? ("copy_process", "kernel/fork.c", "atomic_dec(&p->cred->user->processes)")
                    : ("dec_rlimit_ucounts", "kernel/ucount.c", "atomic_long_sub_return(v, &iter->rlimit[type])")
            case .uncountReaped:
                countsUser
                    ? ("release_task", "kernel/exit.c", "atomic_dec(&__task_cred(p)->user->processes)")
                    : ("dec_rlimit_ucounts", "kernel/ucount.c", "atomic_long_sub_return(v, &iter->rlimit[type])")
            case .holdForFork: ("cgroup_css_set_fork", cgroup, "cgroup_threadgroup_change_begin(current)")
            case .charge: ("pids_try_charge", pids, "atomic64_add_return(num, &p->counter)")
            case .compare: ("pids_try_charge", pids, "atomic64_read(&p->limit)")
            case .readWatermark: ("pids_update_watermark", pids, "nr_pids > READ_ONCE(p->watermark)")
            case .writeWatermark: ("pids_update_watermark", pids, "WRITE_ONCE(p->watermark, nr_pids)")
            case .revert: ("pids_try_charge", pids, "pids_cancel(")
            case .countEvent:
                configuration.countsEventsAtTheLimit
                    ? ("pids_event", pids, "atomic64_inc")
                    : ("pids_can_fork", pids, "atomic64_inc_return(&pids->events_limit)")
            case .cancelFork: ("pids_cancel_fork", pids, "pids_uncharge(pids, 1)")
            case .letGo: ("cgroup_css_set_put_fork", cgroup, "cgroup_threadgroup_change_end(current)")
            case .makeChild: ("cgroup_post_fork", cgroup, "css_set_move_task(child, NULL, cset, false)")
            case .lockAttach: ("cgroup_attach_lock", cgroup, "percpu_down_write(&cgroup_threadgroup_rwsem)")
            case .chargeForAttach: ("pids_can_attach", pids, "pids_charge(pids, 1)")
            case .unchargeForAttach: ("pids_can_attach", pids, "pids_uncharge(old_pids, 1)")
            case .move: ("cgroup_migrate_execute", cgroup, "css_set_move_task(task, from_cset, to_cset, true)")
            case .unlockAttach: ("cgroup_attach_unlock", cgroup, "percpu_up_write(&cgroup_threadgroup_rwsem)")
            case .writeLimit: ("pids_max_write", pids, "atomic64_set(&pids->limit, limit)")
            case .exit: ("exit_signals", "kernel/signal.c", "tsk->flags |= PF_EXITING")
            case .takeZombie: ("wait_task_zombie", "kernel/exit.c", "cmpxchg(&p->exit_state, EXIT_ZOMBIE, state)")
            case .release: ("pids_release", pids, "pids_uncharge(pids, 1)")
            }
        return SourceCitation(function: function, file: file, condition: condition)
    }
}
