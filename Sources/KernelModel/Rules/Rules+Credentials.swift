import KernelABI

extension Rules {
    /// `setresuid`, `kernel/sys.c`.
    static let setresuid: [Rule] = [
        inOrder(
            .setresuidCapable,
            "setresuid",
            .EPERM,
            "becoming another user needs CAP_SETUID",
            SourceCitation(
                function: "__sys_setresuid",
                file: "kernel/sys.c",
                condition: "!ns_capable_setid(old->user_ns, CAP_SETUID)"
            )
        )
    ]

    /// The order of `kill`, `kernel/signal.c`: the process is looked for, then the permission is asked.
    static let kill: [Rule] = [
        killNoProcess(in: "kill_pid_info", Rule.Versions(before: KernelVersion(6, 10))),
        killNoProcess(in: "kill_pid_info_type", Rule.Versions(since: KernelVersion(6, 10))),
        inOrder(
            .killNotPermitted,
            "kill",
            .EPERM,
            "a signal to a process of another user needs CAP_KILL",
            SourceCitation(
                function: "check_kill_permission",
                file: "kernel/signal.c",
                condition: "!kill_ok_by_cred(t)"
            )
        ),
    ]

    private static func killNoProcess(in function: String, _ versions: Rule.Versions) -> Rule {
        inOrder(
            .killNoProcess,
            "kill",
            .ESRCH,
            "no process has this pid",
            SourceCitation(function: function, file: "kernel/signal.c", condition: "int error = -ESRCH;"),
            versions: versions
        )
    }
}
