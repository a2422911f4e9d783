import KernelABI

/// What threads, and processes that share memory, cannot do.
extension Rules {
    static let threadLeavesPIDNS = ofCopyProcess(
        .cloneThreadLeavesPIDNS,
        .EINVAL,
        "the caller's children are numbered in another PID namespace, and its threads cannot be",
        "(task_active_pid_ns(current) != nsp->pid_ns_for_children)"
    )

    static let pidfdOfThread = ofCopyProcess(
        .clonePidfdOfThread,
        .EINVAL,
        "threads have no pidfds before 6.9",
        "clone_flags & (CLONE_DETACHED | CLONE_THREAD)",
        before: KernelVersion(6, 9)
    )

    /// The order of `check_unshare_flags`, `kernel/fork.c`, after the flags that it does not know.
    static let unshareShared: [Rule] = [
        ofUnshareFlags(
            .unshareThreads,
            "the process has threads, which what is asked for would be for as well (CLONE_NEWUSER, CLONE_VM, CLONE_SIGHAND, "
                + "CLONE_THREAD)",
            "!thread_group_empty(current)"
        ),
        ofUnshareFlags(
            .unshareSharedSighand,
            "another process has the same signal handlers",
            "refcount_read(&current->sighand->count) > 1"
        ),
        ofUnshareFlags(
            .unshareSharedMemory,
            "another process has the same memory",
            "!current_is_single_threaded()"
        ),
    ]

    static let attachThreadElsewhere = ofFile(
        .attachThreadElsewhere,
        "attach thread",
        .EOPNOTSUPP,
        leavesDomain,
        "cgroup_attach_permissions",
        elsewhere
    )

    static let intoOtherDomain = Rule(
        .cloneIntoOtherDomain,
        "clone3",
        .EOPNOTSUPP,
        leavesDomain,
        SourceCitation(function: "cgroup_attach_permissions", file: "kernel/cgroup/cgroup.c", condition: elsewhere),
        at: inCopyProcess("retval = cgroup_can_fork(p, args);")
    )

    private static let leavesDomain =
        "a thread stays in the domain that its process is in, or in a threaded cgroup below it"
    private static let elsewhere = "!threadgroup && (src_cgrp->dom_cgrp != dst_cgrp->dom_cgrp)"

    private static func ofUnshareFlags(_ name: Rule.Name, _ summary: String, _ condition: String) -> Rule {
        Rule(
            name,
            "unshare",
            .EINVAL,
            summary,
            SourceCitation(function: "check_unshare_flags", file: "kernel/fork.c", condition: condition),
            at: inUnshare("err = check_unshare_flags(unshare_flags);")
        )
    }

    /// `pidfd_open`: the releases with another errno. 6.18.44 and 7.3 have it; what is between them and 6.12 was not looked at.
    static let namesThreads = KernelVersion(6, 18)

    static let pidfdOpenThread: [Rule] = [
        ofPidfdOpen(
            .EINVAL,
            "pidfd_create",
            "kernel/pid.c",
            "!pid_has_task(pid, PIDTYPE_TGID)",
            Rule.Versions(before: KernelVersion(6, 1))
        ),
        ofPidfdOpen(
            .EINVAL,
            "pidfd_prepare",
            "kernel/fork.c",
            "!pid || !pid_has_task(pid,",
            Rule.Versions(since: KernelVersion(6, 1), before: namesThreads)
        ),
        ofPidfdOpen(
            .ENOENT,
            "pidfd_prepare",
            "kernel/fork.c",
            "!(flags & PIDFD_THREAD) && !pid_has_task(pid, PIDTYPE_TGID)",
            Rule.Versions(since: namesThreads)
        ),
    ]

    private static func ofPidfdOpen(
        _ errno: Errno,
        _ function: String,
        _ file: String,
        _ condition: String,
        _ versions: Rule.Versions
    ) -> Rule {
        Rule(
            .pidfdOfThread,
            "pidfd_open",
            errno,
            "the pid is that of a thread, and not of its process",
            SourceCitation(function: function, file: file, condition: condition),
            versions: versions
        )
    }
}
