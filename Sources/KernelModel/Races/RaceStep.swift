/// An atomic step of an operation: what the kernel does in one go as far as other operations that run at the same time can
/// tell. Slots are places in the record that a state is; numbers in there are distances from where they began.
enum RaceStep: Hashable {
    /// 5.10 compares the user's count with the limit before it counts the child: `atomic_read(…) >= task_rlimit(…)`.
    case askUser(user: Int, room: Int)
    /// The child is counted with its user, in `copy_creds`.
    case countUser(user: Int)
    /// Since 5.14 the limit is asked after the child was counted: `is_rlimit_overlimit`.
    case askCountedUser(user: Int, room: Int)
    /// `copy_process` takes the child of a refused fork from its user's count.
    case uncountUser(user: Int)
    /// `release_task` takes a reaped process from its user's count.
    case uncountReaped(user: Int)

    /// `cgroup_css_set_fork` takes `cgroup_threadgroup_rwsem` for reading and a reference to the caller's `css_set`.
    /// The branches are those of the place of a task that is moved meanwhile.
    case holdForFork(place: Int?)
    /// `pids_try_charge` adds to one level's counter, and compares what came of it with a limit that nobody changes meanwhile.
    case charge(level: Int)
    /// `pids_try_charge` compares with a limit that is written meanwhile: it reads that after it added.
    case compare(level: Int)
    /// `pids_update_watermark` reads the watermark and compares.
    case readWatermark(level: Int)
    /// `pids_update_watermark` writes the watermark.
    case writeWatermark(level: Int)
    /// `cgroup_post_fork`: the child is there, and the lock is let go.
    case makeChild(levels: [Int], users: [Int])
    /// `pids_try_charge` takes one level's charge back.
    case revert(level: Int)
    /// The refusal is counted, in the `pids.events` of these levels.
    case countEvent(levels: [Int])
    /// `pids_cancel_fork` gives one level's charge back, since a later controller refused.
    case cancelFork(level: Int)
    /// `cgroup_css_set_put_fork` lets the lock of a refused fork go.
    case letGo

    /// `cgroup_attach_lock` takes `cgroup_threadgroup_rwsem` for writing. A task that has ended is left where it is, as is one
    /// that is in the destination already.
    case lockAttach(place: Int, ended: Int?)
    /// `pids_charge` adds to one level of the destination, whatever its limit.
    case chargeForAttach(level: Int)
    /// `pids_uncharge` gives one level of the old cgroup back.
    case unchargeForAttach(level: Int)
    /// `css_set_move_task`: the task is in its new cgroup.
    case move(place: Int, to: Int16, enters: [Int], leaves: [Int])
    /// `cgroup_attach_unlock`
    case unlockAttach

    /// `pids_max_write` stores the limit that is number `limit` of the level's.
    case writeLimit(level: Int, limit: Int16)
    /// `exit_signals` sets `PF_EXITING`, not while a move holds the lock; the task becomes a zombie.
    case exit(ended: Int)
    /// `wait_task_zombie` takes a zombie that nobody else reaps. For each place of the task, the levels that it leaves.
    case takeZombie(place: Int?, ended: Int?, leaves: [[Int]], users: [Int])
    /// `pids_release` gives one level's charge back.
    case release(level: Int)

    /// Whether the step goes by what the addition before it came to.
    var readsAdded: Bool {
        switch self {
        case .compare, .readWatermark, .writeWatermark: true
        default: false
        }
    }
}

/// Where a thread goes on, and what that makes of the operation.
struct RaceEdge: Hashable {
    /// What an edge makes of an operation that is neither refused nor done by it.
    static let undecided: Int16 = 0
    /// A child is made, or the operation is done.
    static let granted: Int16 = 1
    /// The first refusal; the others follow in the order of ``RaceMachine/refusals``.
    static let firstRefusal: Int16 = 2

    /// The next node of the thread.
    var node: Int
    /// ``undecided``, ``granted`` or a refusal.
    var result = RaceEdge.undecided
}

/// A step of a thread and where it leads.
struct RaceNode: Hashable {
    /// The operation, by its number among all.
    let operation: Int
    let step: RaceStep
    /// Where the step leads.
    var next: RaceEdge
    /// Where it leads instead: when the step refuses, when a watermark is high enough, when there is nothing to move.
    var otherwise: RaceEdge?
    /// Where it leads by the place of the task that it reads; the first alone for a task that nobody moves, and none for a
    /// step that reads no place.
    var branches: [RaceEdge] = []
}

/// Operations that one process takes one after the other.
struct RaceThread {
    /// The nodes; the one after the last is the end.
    var nodes: [RaceNode] = []
    /// Where its operations begin.
    var starts: [Int] = []
    /// Where the thread is: a slot.
    var position = 0
    /// What the last addition came to: a slot; nil where no later step reads it.
    var added: Int?

    /// Whether no operation is under way at a node.
    func isAtRest(_ node: Int16) -> Bool { Int(node) == nodes.count || starts.contains(Int(node)) }
}
