import KernelABI

/// `cgroup.kill` and `cgroup.freeze`: what happens to all in a cgroup and below it.
extension Kernel {
    /// `cgroup_kill_write`, `kernel/cgroup/cgroup.c`. Killing takes whole processes down, which threaded cgroups do not have.
    ///
    /// All die at once, the first process of a PID namespace and who stands still among them; none may be there whose end
    /// would not come (``endThatWouldNotCome(in:_:)``).
    mutating func writeKill(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        switch kills(cgroup, text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(false): return .success(())
        case .success(true):
            let killed = livingTasks(in: cgroup)
            noteOrphans(of: killed)
            // Who dies with the first process of its PID namespace is gone when its turn comes.
            for task in killed where isLiving(task) { exitGroup(task, code: 9) }
            return .success(())
        }
    }

    /// Whether a write of a text to a cgroup's `cgroup.kill` kills; an empty one is no write.
    private func kills(_ cgroup: CgroupID, _ text: [UInt8]) -> Answer<Bool> {
        switch IntegerText.number(of: text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(false)
        case .success(let number?):
            if number != 1 { return .refused(Refusal(.cgroupKillRange, .ERANGE)) }
            if cgroups[cgroup.index].isThreaded { return .refused(Refusal(.cgroupKillThreaded, .EOPNOTSUPP)) }
            return .success(true)
        }
    }

    /// In which order those who die at once leave their children behind is the scheduler's: who adopts children of two of
    /// them has them in an order that cannot be told.
    private mutating func noteOrphans(of killed: [TaskID]) {
        let dying = Set(killed)
        var adopters: Set<TaskID> = []
        for task in killed where tasks.hasChildren(task) {
            let reaper = adopter(of: task)
            if dying.contains(reaper) { continue }
            if !adopters.insert(reaper).inserted { unorderedParents.insert(reaper) }
        }
    }

    /// Which of its ended children a task's wait for any takes cannot be told.
    public func takesUnknownChild(_ task: TaskID) -> Bool {
        threads(of: task).contains { thread in
            unorderedParents.contains(thread)
                && children(of: thread).count { tasks[$0.index].exitState == .zombie } > 1
        }
    }

    /// A task in a cgroup or below it that would not come to its end by a write to `cgroup.kill`; nil where there is none.
    public func endThatWouldNotCome(in cgroup: CgroupID, _ text: [UInt8]) -> TaskID? {
        guard case .success(true) = kills(cgroup, text) else { return nil }
        var trial = self
        for task in livingTasks(in: cgroup) where trial.isLiving(task) {
            if trial.exitWouldBlock(task) { return task }
            trial.exitGroup(task, code: 9)
        }
        return nil
    }

    /// Whether the scheduler decides what is left by a write to `cgroup.kill`: of several who die at once, a child may come to
    /// its end before a parent that does not care for it, or after, and an orphan before its subreaper does, or after.
    public func killIsUndecided(in cgroup: CgroupID, _ text: [UInt8]) -> Bool {
        guard case .success(true) = kills(cgroup, text), livingTasks(in: cgroup).count > 1 else { return false }
        return tasks.contains { task in
            task.exitState == .running && (task.childSignal != .default || task.isChildSubreaper)
        }
    }

    /// Who lives in a cgroup or below it, in the order in which they were made.
    func livingTasks(in cgroup: CgroupID) -> [TaskID] {
        tasks.indices.lazy.map { TaskID($0) }.filter { isLiving($0) && isWithin(self.cgroup(of: $0), cgroup) }
    }

    /// `cgroup_freeze_write`, `kernel/cgroup/cgroup.c`.
    mutating func writeFreeze(_ cgroup: CgroupID, _ text: [UInt8]) -> Transition<Void> {
        switch IntegerText.number(of: text) {
        case .refused(let refusal): return .refused(refusal)
        case .success(nil): return .success(())
        case .success(let number?):
            if !(0...1).contains(number) { return .refused(Refusal(.cgroupFreezeRange, .ERANGE)) }
            cgroups[cgroup.index].isToFreeze = number == 1
            return .success(())
        }
    }

    /// `freezer.e_freeze`, `kernel/cgroup/freezer.c`: the cgroup, or one above it, is to stand still. All in it do, as soon as
    /// each has come by the place where it takes signals.
    func isFrozen(_ cgroup: CgroupID) -> Bool {
        sequence(first: cgroup) { cgroups[$0.index].parent }.contains { cgroups[$0.index].isToFreeze }
    }

    /// A task stands still and makes no calls. It can be killed, moved and waited for.
    public func isFrozen(_ task: TaskID) -> Bool { isFrozen(cgroup(of: task)) }
}
