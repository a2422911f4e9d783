import KernelABI

/// `/proc/PID/timens_offsets`: `fs/proc/base.c`, and `proc_timens_set_offset` of `kernel/time/namespace.c`.
extension Kernel {
    /// What the file says: the offsets that a process's children have. Everybody may read it; a zombie has none.
    ///
    /// - Parameter target: nil where no process has the pid.
    public func readTimensOffsets(_ current: TaskID, of target: TaskID?) -> Transition<String> {
        precondition(isLiving(current), "only a living task makes calls")
        guard let target, tasks[target.index].exitState != .dead else { return .refused(noSuchFile()) }
        guard let namespace = timeNSForChildren(of: target) else { return .success("") }
        let offsets = timeNamespaces[namespace.index].offsets
        return .success(
            TimensOffsetsText.line("monotonic", offsets.monotonic)
                + TimensOffsetsText.line("boottime", offsets.boottime)
        )
    }

    /// `open` and `write`. `text` must be one of which ``timensOffsetsNotModelled(_:)`` tells nothing.
    public mutating func writeTimensOffsets(_ current: TaskID, of target: TaskID?, _ text: [UInt8]) -> Transition<Void>
    {
        precondition(isLiving(current), "only a living task makes calls")
        guard let target, tasks[target.index].exitState != .dead else { return .refused(noSuchFile()) }
        let cred = cred(of: current)
        guard mayWriteAsOwner(cred, ownerOfFiles(of: target)) else {
            return .refused(Refusal(.timensOffsetsPermission, .EACCES))
        }
        let written: [TimensOffsetsText.Line]
        switch TimensOffsetsText.lines(of: text) {
        case .success(let lines): written = lines
        case .refused(let refusal): return .refused(refusal)
        case nil: preconditionFailure("the numbers are not modelled")
        }
        guard let namespace = timeNSForChildren(of: target) else {
            return .refused(Refusal(.timensOffsetsGone, .ESRCH))
        }
        guard nsCapable(cred, .CAP_SYS_TIME, in: timeNamespaces[namespace.index].userNS) else {
            return .refused(Refusal(.timensOffsetsCapable, .EPERM))
        }
        for line in written { if let refusal = refusal(of: line.offset) { return .refused(refusal) } }
        if timeNamespaces[namespace.index].frozenOffsets { return .refused(Refusal(.timensOffsetsFrozen, .EACCES)) }
        for line in written { timeNamespaces[namespace.index].offsets[keyPath: line.clock] = line.offset }
        return .success(())
    }

    /// Why it cannot be told what comes of a text; nil where it can.
    public func timensOffsetsNotModelled(_ text: [UInt8]) -> String? {
        guard text.allSatisfy({ $0 < 0x80 && $0 != 0 }) else { return "a text that is not ASCII" }
        guard let answer = TimensOffsetsText.lines(of: text) else { return "a number as large as this" }
        guard case .success(let lines) = answer else { return nil }
        return lines.contains { TimensOffsetsText.range(of: $0.offset.seconds) == .open }
            ? "an offset that is too large or not as the machine's clock stands" : nil
    }

    /// `proc_timens_set_offset`: what stands against one clock's offset.
    private func refusal(of offset: TimensOffset) -> Refusal? {
        let nanoseconds =
            configuration.asksForNanoseconds && offset.nanoseconds < 0
            ? Refusal(.timensOffsetsNanoseconds, .EINVAL) : nil
        if configuration.asksForNanosecondsFirst, let nanoseconds { return nanoseconds }
        if offset.seconds.magnitude > TimensOffsetsText.ktimeSecMax.magnitude {
            return Refusal(.timensOffsetsSeconds, .ERANGE)
        }
        if let nanoseconds { return nanoseconds }
        return TimensOffsetsText.range(of: offset.seconds) == .beyond ? Refusal(.timensOffsetsRange, .ERANGE) : nil
    }

    private func timeNSForChildren(of task: TaskID) -> TimeNamespaceID? {
        isLiving(task) ? nsproxies[tasks[task.index].nsproxy.index].timeNSForChildren : nil
    }

    /// `task_dump_owner`, `fs/proc/base.c`: who has a process's files in `/proc`. Those of a process that is not dumpable are
    /// root's, and so are those of one that has ended.
    func ownerOfFiles(of task: TaskID) -> UserID {
        isLiving(task) && tasks[task.index].isDumpable ? cred(of: task).user : .initUser
    }
}

extension KernelConfiguration {
    /// Whether nanoseconds below zero are refused: those that were read as 2^63 and more.
    var asksForNanoseconds: Bool { Rules.asksForNanoseconds.contains { $0.contains(version) } }

    /// Whether that comes before the largest number of seconds.
    var asksForNanosecondsFirst: Bool { Rules.asksForNanosecondsFirst.contains(version) }
}
