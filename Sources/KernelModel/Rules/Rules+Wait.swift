import KernelABI

extension Rules {
    /// `wait4` and `waitid`, `kernel/exit.c`, in their order. What `waitid` asks of its arguments is in a function of its own
    /// since 6.7; 5.10 has in `do_wait` what later releases have split.
    static let wait: [Rule] =
        [
            ofWait(
                .wait4Options,
                "wait4",
                .EINVAL,
                "an option that wait4 does not know",
                "kernel_wait4",
                "options & ~(WNOHANG|WUNTRACED|WCONTINUED|"
            ),
            ofWait(
                .wait4NoGroup,
                "wait4",
                .ESRCH,
                "the lowest number of all is no process group's, since it has no positive counterpart",
                "kernel_wait4",
                "upid == INT_MIN"
            ),
        ] + waitidArguments("kernel_waitid", Rule.Versions(before: KernelVersion(6, 7)))
        + waitidArguments("kernel_waitid_prepare", Rule.Versions(since: KernelVersion(6, 7))) + [
            waitidDescriptor("if (!f.file)", Rule.Versions(before: KernelVersion(6, 12))),
            waitidDescriptor("fd_empty(f)", Rule.Versions(since: KernelVersion(6, 12))),
            waitNoChild(in: "do_wait", Rule.Versions(before: KernelVersion(6, 1))),
            waitNoChild(in: "__do_wait", Rule.Versions(since: KernelVersion(6, 1))),
            waitidNonblocking(
                "!ret && !(options & WNOHANG) && (f_flags & O_NONBLOCK)",
                Rule.Versions(before: KernelVersion(6, 7))
            ),
            waitidNonblocking(
                "!ret && !(options & WNOHANG) && (wo.wo_flags & WNOHANG)",
                Rule.Versions(since: KernelVersion(6, 7))
            ),
        ]

    private static func waitidArguments(_ function: String, _ versions: Rule.Versions) -> [Rule] {
        [
            ofWait(
                .waitidOptions,
                "waitid",
                .EINVAL,
                "an option that waitid does not know",
                function,
                "options & ~(WNOHANG|WNOWAIT|WEXITED|WSTOPPED|WCONTINUED|",
                versions
            ),
            ofWait(
                .waitidForNothing,
                "waitid",
                .EINVAL,
                "neither those that have ended nor those that have stopped or gone on are waited for",
                function,
                "!(options & (WEXITED|WSTOPPED|WCONTINUED))",
                versions
            ),
            ofWait(.waitidPid, "waitid", .EINVAL, "a pid is positive", function, "upid <= 0", versions),
            ofWait(
                .waitidNegative,
                "waitid",
                .EINVAL,
                "a process group or a descriptor is not negative",
                function,
                "upid < 0",
                versions
            ),
        ]
    }

    private static func waitidDescriptor(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .waitidDescriptor,
            "waitid",
            .EBADF,
            "the descriptor is not open",
            SourceCitation(function: "pidfd_get_pid", file: "kernel/pid.c", condition: condition),
            versions: versions
        )
    }

    private static func waitNoChild(in function: String, _ versions: Rule.Versions) -> Rule {
        ofWait(
            .waitNoChild,
            "wait",
            .ECHILD,
            "the caller has no such child",
            function,
            "wo->notask_error = -ECHILD;",
            versions
        )
    }

    private static func waitidNonblocking(_ condition: String, _ versions: Rule.Versions) -> Rule {
        ofWait(
            .waitidNonblocking,
            "waitid",
            .EAGAIN,
            "the child of a pidfd that asks not to wait has not ended",
            "kernel_waitid",
            condition,
            versions
        )
    }

    private static func ofWait(
        _ name: Rule.Name,
        _ call: String,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ condition: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        let citation = SourceCitation(function: function, file: "kernel/exit.c", condition: condition)
        return Rule(name, call, errno, summary, citation, versions: versions)
    }
}
