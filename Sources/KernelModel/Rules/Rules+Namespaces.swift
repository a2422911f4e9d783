import KernelABI

extension Rules {
    /// The order of `setns`, `kernel/nsproxy.c`.
    static let setns: [Rule] =
        setnsFiles + [
            setnsOtherFile("!IS_ERR(pidfd_pid(file))", Rule.Versions(before: takesClassFd)),
            setnsOtherFile("!IS_ERR(pidfd_pid(fd_file(f)))", Rule.Versions(since: takesClassFd)),
            Rule(
                .setnsFlags,
                "setns",
                .EINVAL,
                "no flag, or one that is no namespace's",
                SourceCitation(
                    function: "check_setns_flags",
                    file: "kernel/nsproxy.c",
                    condition: "!flags || (flags & ~"
                ),
                at: inSetns("err = check_setns_flags(flags);")
            ),
            ofValidateNsset(.setnsGone, .ESRCH, "the process was reaped", "if (!tsk)"),
            ofValidateNsset(
                .setnsPtrace,
                .EPERM,
                "the caller may not look at the process (PTRACE_MODE_READ_REALCREDS)",
                "!ptrace_may_access(tsk, PTRACE_MODE_READ_REALCREDS)"
            ),
            ofValidateNsset(.setnsEnded, .ESRCH, "the process has ended, and its namespaces are gone", "if (!nsp)"),
            ofInstall(
                .setnsSameUserNS,
                .EINVAL,
                "the caller is in this user namespace already",
                "userns_install",
                "kernel/user_namespace.c",
                "user_ns == current_user_ns()",
                "ret = validate_ns(nsset, &user_ns->ns);"
            ),
            ofInstall(
                .setnsUserThreads,
                .EINVAL,
                "the caller's process has threads, and they are in one user namespace",
                "userns_install",
                "kernel/user_namespace.c",
                "!thread_group_empty(current)",
                "ret = validate_ns(nsset, &user_ns->ns);"
            ),
            ofInstall(
                .setnsUserSharedFs,
                .EINVAL,
                "somebody else has the same root and working directory (CLONE_FS)",
                "userns_install",
                "kernel/user_namespace.c",
                "current->fs->users != 1",
                "ret = validate_ns(nsset, &user_ns->ns);"
            ),
            ofInstall(
                .setnsUserCapable,
                .EPERM,
                "entering a user namespace needs CAP_SYS_ADMIN in it",
                "userns_install",
                "kernel/user_namespace.c",
                "!ns_capable(user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &user_ns->ns);"
            ),
            ofInstall(
                .setnsMntCapable,
                .EPERM,
                "entering a mount namespace needs CAP_SYS_ADMIN in its owner, and CAP_SYS_CHROOT and CAP_SYS_ADMIN in one's own",
                "mntns_install",
                "fs/namespace.c",
                "!ns_capable(mnt_ns->user_ns, CAP_SYS_ADMIN)",
                "if (flags & CLONE_NEWNS)"
            ),
            setnsMntSharedFs("if (fs->users != 1)", Rule.Versions(before: KernelVersion(6, 12))),
            setnsMntSharedFs(
                "if (fs->users != 1)",
                Rule.Versions(since: KernelVersion(6, 13), before: KernelVersion(7, 3))
            ),
            setnsMntSharedFs("current->fs->users != 1", looksAtOwnFs[0]),
            setnsMntSharedFs("current->fs->users != 1", looksAtOwnFs[1]),
            ofInstall(
                .setnsCapable,
                .EPERM,
                "entering a UTS namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
                "utsns_install",
                "kernel/utsname.c",
                "!ns_capable(ns->user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &nsp->uts_ns->ns);"
            ),
            ofInstall(
                .setnsIpcCapable,
                .EPERM,
                "entering an IPC namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
                "ipcns_install",
                "ipc/namespace.c",
                "!ns_capable(ns->user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &nsp->ipc_ns->ns);"
            ),
            ofInstall(
                .setnsPidCapable,
                .EPERM,
                "entering a PID namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
                "pidns_install",
                "kernel/pid_namespace.c",
                "!ns_capable(new->user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &pid_ns->ns);"
            ),
            setnsPidOutside("ancestor != active", Rule.Versions(before: callsIsAncestor)),
            setnsPidOutside("!pidns_is_ancestor(new, active)", Rule.Versions(since: callsIsAncestor)),
            ofInstall(
                .setnsCgroupCapable,
                .EPERM,
                "entering a cgroup namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
                "cgroupns_install",
                "kernel/cgroup/namespace.c",
                "!ns_capable(cgroup_ns->user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &nsp->cgroup_ns->ns);"
            ),
            ofInstall(
                .setnsNetCapable,
                .EPERM,
                "entering a network namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
                "netns_install",
                "net/core/net_namespace.c",
                "!ns_capable(net->user_ns, CAP_SYS_ADMIN)",
                "ret = validate_ns(nsset, &nsp->net_ns->ns);"
            ),
            setnsTimeThreads, setnsTimeCapable,
        ]

    /// A rule of a kind's `install`, which `validate_nsset` calls.
    static func ofInstall(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ file: String,
        _ condition: String,
        _ place: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        Rule(
            name,
            "setns",
            errno,
            summary,
            SourceCitation(function: function, file: file, condition: condition),
            at: SourceCitation(function: "validate_nsset", file: "kernel/nsproxy.c", condition: place),
            versions: versions
        )
    }

    /// The releases whose `mntns_install` looks at the caller's own `fs_struct`; in others `prepare_nsset` has made it a copy,
    /// shared with nobody, where several kinds are entered at once. It is a fix that stable releases have got: 6.12.118 and 7.3
    /// have it, 5.10.223, 6.1.192 and 6.18.44 have not.
    static let looksAtOwnFs = [
        Rule.Versions(since: KernelVersion(6, 12), before: KernelVersion(6, 13)),
        Rule.Versions(since: KernelVersion(7, 3)),
    ]

    private static func setnsMntSharedFs(_ condition: String, _ versions: Rule.Versions) -> Rule {
        ofInstall(
            .setnsMntSharedFs,
            .EINVAL,
            "somebody else has the same root and working directory (CLONE_FS)",
            "mntns_install",
            "fs/namespace.c",
            condition,
            "if (flags & CLONE_NEWNS)",
            versions
        )
    }

    private static func setnsPidOutside(_ condition: String, _ versions: Rule.Versions) -> Rule {
        ofInstall(
            .setnsPidOutside,
            .EINVAL,
            "a PID namespace is entered from the same one or from above",
            "pidns_install",
            "kernel/pid_namespace.c",
            condition,
            "ret = validate_ns(nsset, &pid_ns->ns);",
            versions
        )
    }

    /// 7.3 does; what is between it and 6.12 was not looked at.
    private static let callsIsAncestor = KernelVersion(7, 3)

    static func inSetns(_ text: String) -> SourceCitation {
        SourceCitation(function: "__do_sys_setns", file: "kernel/nsproxy.c", condition: text)
    }

    private static func ofValidateNsset(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String
    ) -> Rule {
        Rule(
            name,
            "setns",
            errno,
            summary,
            SourceCitation(function: "validate_nsset", file: "kernel/nsproxy.c", condition: condition)
        )
    }

    /// The order of `setdomainname`, `kernel/sys.c`.
    static let setdomainname: [Rule] = [
        Rule(
            .setdomainnameCapable,
            "setdomainname",
            .EPERM,
            "the domain name of a UTS namespace needs CAP_SYS_ADMIN in the namespace's user namespace",
            inSetdomainname("!ns_capable(current->nsproxy->uts_ns->user_ns, CAP_SYS_ADMIN)")
        ),
        Rule(
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
