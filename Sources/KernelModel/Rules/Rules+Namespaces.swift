import KernelABI

extension Rules {
    /// The order of `pidfd_open` and `setns`, `kernel/pid.c` and `kernel/nsproxy.c`.
    static let setns: [Rule] = [
        inOrder(
            .pidfdNoProcess,
            "pidfd_open",
            .ESRCH,
            "no process has this pid",
            SourceCitation(function: "__do_sys_pidfd_open", file: "kernel/pid.c", condition: "if (!p)")
        ),
        Rule(
            name: .setnsFlags,
            call: "setns",
            errno: .EINVAL,
            summary: "no flag, or one that is no namespace's",
            knob: nil,
            citation: SourceCitation(
                function: "check_setns_flags",
                file: "kernel/nsproxy.c",
                condition: "!flags || (flags & ~"
            ),
            place: inSetns("err = check_setns_flags(flags);"),
            versions: .all
        ),
        ofValidateNsset(
            .setnsPtrace,
            .EPERM,
            "the caller may not look at the process (PTRACE_MODE_READ_REALCREDS)",
            "!ptrace_may_access(tsk, PTRACE_MODE_READ_REALCREDS)"
        ),
        ofValidateNsset(.setnsEnded, .ESRCH, "the process has ended, and its namespaces are gone", "if (!nsp)"),
        Rule(
            name: .setnsCapable,
            call: "setns",
            errno: .EPERM,
            summary: "entering a UTS namespace needs CAP_SYS_ADMIN",
            knob: nil,
            citation: SourceCitation(
                function: "utsns_install",
                file: "kernel/utsname.c",
                condition: "!ns_capable(ns->user_ns, CAP_SYS_ADMIN)"
            ),
            place: SourceCitation(
                function: "validate_nsset",
                file: "kernel/nsproxy.c",
                condition: "ret = validate_ns(nsset, &nsp->uts_ns->ns);"
            ),
            versions: .all
        ),
    ]

    private static func inSetns(_ text: String) -> SourceCitation {
        SourceCitation(function: "__do_sys_setns", file: "kernel/nsproxy.c", condition: text)
    }

    private static func ofValidateNsset(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String
    ) -> Rule {
        inOrder(
            name,
            "setns",
            errno,
            summary,
            SourceCitation(function: "validate_nsset", file: "kernel/nsproxy.c", condition: condition)
        )
    }

    /// The order of `setdomainname`, `kernel/sys.c`.
    static let setdomainname: [Rule] = [
        inOrder(
            .setdomainnameCapable,
            "setdomainname",
            .EPERM,
            "the domain name of a UTS namespace needs CAP_SYS_ADMIN in the namespace's user namespace",
            inSetdomainname("!ns_capable(current->nsproxy->uts_ns->user_ns, CAP_SYS_ADMIN)")
        ),
        inOrder(
            .setdomainnameLength,
            "setdomainname",
            .EINVAL,
            "a domain name has at most 64 bytes",
            inSetdomainname("len < 0 || len > __NEW_UTS_LEN")
        ),
    ]

    private static func inSetdomainname(_ text: String) -> SourceCitation {
        SourceCitation(function: "__do_sys_setdomainname", file: "kernel/sys.c", condition: text)
    }
}
