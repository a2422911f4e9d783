import KernelABI

extension Rules {
    /// `execve`, `fs/exec.c`. The first form is of the user's processes wherever they are, the later one of each level of user
    /// namespaces.
    static let execve: [Rule] = [
        ofExecve(
            "(current->flags & PF_NPROC_EXCEEDED) && atomic_read(&current_user()->processes) > rlimit(RLIMIT_NPROC)",
            Rule.Versions(before: KernelVersion(5, 14))
        ),
        ofExecve(
            "(current->flags & PF_NPROC_EXCEEDED) && "
                + "is_rlimit_overlimit(current_ucounts(), UCOUNT_RLIMIT_NPROC, rlimit(RLIMIT_NPROC))",
            Rule.Versions(since: KernelVersion(5, 14))
        ),
    ]

    private static func ofExecve(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .execveNproc,
            "execve",
            .EAGAIN,
            "the caller became a user with more processes than RLIMIT_NPROC allows, has not forked since, and there still are "
                + "too many",
            SourceCitation(function: "do_execveat_common", file: "fs/exec.c", condition: condition),
            knob: "RLIMIT_NPROC",
            versions: versions
        )
    }
}
