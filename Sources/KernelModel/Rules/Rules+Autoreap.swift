import KernelABI

/// The flags of `clone3` that 7.3 has beside those of others.
extension Rules {
    static let hasAutoreap = Rule.Versions(since: KernelVersion(7, 3))

    /// The order of `copy_process`, `kernel/fork.c`. That a child of `CLONE_PIDFD_AUTOKILL` is no thread is asked as well, when it
    /// has been refused as one of `CLONE_AUTOREAP`.
    static let autoreap: [Rule] = [
        ofAutoreap(
            .cloneAutoreapThread,
            "a child that nobody reaps (CLONE_AUTOREAP) is no thread",
            "(clone_flags & CLONE_THREAD) return ERR_PTR(-EINVAL); if (clone_flags & CLONE_PARENT)"
        ),
        ofAutoreap(
            .cloneAutoreapSibling,
            "a child that nobody reaps (CLONE_AUTOREAP) is a child of the caller",
            "(clone_flags & CLONE_PARENT) return ERR_PTR(-EINVAL); if (args->exit_signal)"
        ),
        ofAutoreap(
            .cloneAutoreapSignal,
            "a child that nobody reaps (CLONE_AUTOREAP) tells nobody of its end",
            "args->exit_signal"
        ),
        ofAutoreap(
            .cloneSiblingOfAutoreaped,
            "who is reaped by nobody makes no siblings",
            "(clone_flags & CLONE_PARENT) && current->signal->autoreap"
        ),
        ofAutoreap(
            .cloneNNPThread,
            "a thread gets what programs may give its process (CLONE_NNP)",
            "clone_flags & CLONE_NNP"
        ),
        ofAutoreap(
            .cloneAutokillWithoutPidfd,
            "a child that dies with its pidfd (CLONE_PIDFD_AUTOKILL) has one",
            "!(clone_flags & CLONE_PIDFD)"
        ),
        ofAutoreap(
            .cloneAutokillWithoutAutoreap,
            "a child that dies with its pidfd (CLONE_PIDFD_AUTOKILL) is reaped by nobody",
            "!(clone_flags & CLONE_AUTOREAP)"
        ),
        ofAutoreap(
            .cloneAutokillCapable,
            "a child that dies with its pidfd, and may get rights of programs, is for who has CAP_SYS_ADMIN in its user "
                + "namespace",
            "!(clone_flags & CLONE_NNP) && !ns_capable(current_user_ns(), CAP_SYS_ADMIN)",
            .EPERM
        ),
    ]

    private static func ofAutoreap(
        _ name: Rule.Name,
        _ summary: String,
        _ condition: String,
        _ errno: Errno = .EINVAL
    ) -> Rule {
        Rule(name, "clone3", errno, summary, inCopyProcess(condition), versions: hasAutoreap)
    }
}
