import KernelABI

/// The threads of a process that has, or had, more than one: what its tasks share as `struct signal_struct` of
/// `include/linux/sched/signal.h`.
///
/// A task that shares nothing is in none of the tables here, so that forks of such tasks look up nothing.
struct ThreadGroup: Sendable {
    /// `thread_head` without the leader: who is not released, in the order in which they were made.
    var members: [TaskID] = []
    /// `group_exit_code`, where `SIGNAL_GROUP_EXIT` is set.
    var exitCode: Int32?
}

/// Who shares what with whom by `CLONE_THREAD`, `CLONE_SIGHAND` and `CLONE_VM`.
struct TaskSharing: Sendable {
    /// By their leader.
    var groups: [TaskID: ThreadGroup] = [:]
    /// `group_leader` of those who lead none.
    var leaders: [TaskID: TaskID] = [:]
    /// Which `struct mm_struct`, of those who may share it, up to their release.
    var mms: [TaskID: Int] = [:]
    /// Which `struct sighand_struct`, of those who may share it. Who is a zombie still has it.
    var sighands: [TaskID: Int] = [:]
    /// How many of both there have been.
    var made = 0

    /// Nobody shares anything.
    var isEmpty: Bool { groups.isEmpty && mms.isEmpty && sighands.isEmpty }

    /// The number of what a task is about to share.
    fileprivate mutating func number(of task: TaskID, in table: WritableKeyPath<TaskSharing, [TaskID: Int]>) -> Int {
        if let known = self[keyPath: table][task] { return known }
        made += 1
        self[keyPath: table][task] = made
        return made
    }
}

extension Kernel {
    /// `group_leader`: whose pid the process is known by.
    public func groupLeader(of task: TaskID) -> TaskID { sharing.leaders[task] ?? task }

    /// Whether a task is a thread that leads no group.
    public func isThread(_ task: TaskID) -> Bool { sharing.leaders[task] != nil }

    /// `same_thread_group`
    func sameThreadGroup(_ one: TaskID, _ other: TaskID) -> Bool {
        one == other || (!sharing.isEmpty && groupLeader(of: one) == groupLeader(of: other))
    }

    /// All tasks of a process that are not released, the leader first: `for_each_thread`.
    public func threads(of task: TaskID) -> [TaskID] {
        if sharing.groups.isEmpty { return [task] }
        let leader = groupLeader(of: task)
        return [leader] + (sharing.groups[leader]?.members ?? [])
    }

    /// `thread_group_empty`: the process has no other task, be it a zombie.
    public func isThreadGroupEmpty(_ task: TaskID) -> Bool {
        sharing.groups.isEmpty || threads(of: task).count == 1
    }

    /// Whether some task of a process lives.
    public func isProcessLiving(_ task: TaskID) -> Bool {
        sharing.groups.isEmpty ? isLiving(task) : threads(of: task).contains(where: isLiving)
    }

    /// `find_alive_thread`, `kernel/exit.c`
    func aliveThread(of task: TaskID) -> TaskID? { threads(of: task).first(where: isLiving) }

    /// The same without a task that is about to end.
    func aliveThread(beside task: TaskID) -> TaskID? {
        sharing.groups.isEmpty ? nil : threads(of: task).first { $0 != task && isLiving($0) }
    }

    /// Whether another task of the same process lives.
    public func hasLivingThreads(beside task: TaskID) -> Bool { aliveThread(beside: task) != nil }

    /// `delay_group_leader`: a zombie that nobody is told of as long as its process has threads.
    func isDelayedLeader(_ task: TaskID) -> Bool { !isThread(task) && !isThreadGroupEmpty(task) }

    /// `signal_struct` is one for all tasks of a process.
    mutating func setForProcess<Value>(_ task: TaskID, _ member: WritableKeyPath<Task, Value>, _ value: Value) {
        if sharing.groups.isEmpty { return tasks[task.index][keyPath: member] = value }
        for thread in threads(of: task) { tasks[thread.index][keyPath: member] = value }
    }

    /// All that have the same `sighand_struct`.
    func sharingSighand(with task: TaskID) -> [TaskID] {
        guard let sighand = sharing.sighands[task] else { return [task] }
        return sharing.sighands.filter { $0.value == sighand }.map(\.key)
    }

    /// All that have the same memory, or had it when they ended: 7.3 keeps `exec_state`, which tells whether that is dumpable.
    func sharingMm(with task: TaskID) -> [TaskID] {
        guard let mm = sharing.mms[task] else { return [task] }
        return sharing.mms.filter { $0.value == mm }.map(\.key)
    }

    /// `current_is_single_threaded`, `lib/is_single_threaded.c`: nobody of another process has the same memory, and no other
    /// task of this one lives.
    func isSingleThreaded(_ current: TaskID) -> Bool {
        threads(of: current).count(where: isLiving) == 1 && sharingMm(with: current).count(where: isLiving) == 1
    }

    /// `copy_mm`, `copy_sighand` and `copy_signal`, `kernel/fork.c`, of a child that is there.
    mutating func share(_ parent: TaskID, with child: TaskID, _ flags: CloneFlags) {
        if flags.contains(.CLONE_VM) { sharing.mms[child] = sharing.number(of: parent, in: \.mms) }
        if flags.contains(.CLONE_SIGHAND) { sharing.sighands[child] = sharing.number(of: parent, in: \.sighands) }
        if flags.contains(.CLONE_THREAD) {
            let leader = groupLeader(of: parent)
            sharing.groups[leader, default: ThreadGroup()].members.append(child)
            sharing.leaders[child] = leader
        }
    }

    /// `__exit_signal`, of a task that is released.
    mutating func exitSignal(_ task: TaskID) {
        guard !sharing.isEmpty else { return }
        sharing.sighands[task] = nil
        sharing.mms[task] = nil
        if let leader = sharing.leaders.removeValue(forKey: task) {
            sharing.groups[leader]?.members.removeAll { $0 == task }
        } else {
            sharing.groups[task] = nil
        }
    }
}
