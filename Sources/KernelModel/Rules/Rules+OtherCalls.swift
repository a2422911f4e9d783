import KernelABI

extension Rules {
    /// The order of `ksys_unshare`, `kernel/fork.c`.
    static let unshare: [Rule] =
        [
            unshareUnprivilegedUserNS,
            Rule(
                .unshareFlags,
                "unshare",
                .EINVAL,
                "a flag that unshare does not know",
                SourceCitation(
                    function: "check_unshare_flags",
                    file: "kernel/fork.c",
                    condition: "unshare_flags & ~(CLONE_THREAD|CLONE_FS"
                ),
                at: inUnshare("err = check_unshare_flags(unshare_flags);")
            ),
        ] + unshareShared + [
            unshareUserNSDepth, unshareMaxUserNS,
            Rule(
                .unshareUserNSUnmapped,
                "unshare",
                .EPERM,
                "the caller's ids have no mapping in its user namespace",
                createUserNSUnmapped,
                at: inUnshare("err = unshare_userns(unshare_flags, &new_cred);")
            ),
            Rule(
                .unshareNamespaceCapable,
                "unshare",
                .EPERM,
                "a new namespace needs CAP_SYS_ADMIN",
                SourceCitation(
                    function: "unshare_nsproxy_namespaces",
                    file: "kernel/nsproxy.c",
                    condition: "!ns_capable(user_ns, CAP_SYS_ADMIN)"
                ),
                at: inUnshare("err = unshare_nsproxy_namespaces(unshare_flags, &new_nsproxy,")
            ),
        ] + unshareNamespaceCounts

    /// Where both ways to a new user namespace come by.
    static let createUserNSUnmapped = SourceCitation(
        function: "create_user_ns",
        file: "kernel/user_namespace.c",
        condition: "!kuid_has_mapping(parent_ns, owner)"
    )

    static func inUnshare(_ text: String) -> SourceCitation {
        SourceCitation(function: "ksys_unshare", file: "kernel/fork.c", condition: text)
    }

    /// The order of `sethostname`, `kernel/sys.c`.
    static let sethostname: [Rule] = [
        Rule(
            .sethostnameCapable,
            "sethostname",
            .EPERM,
            "the host name of a UTS namespace needs CAP_SYS_ADMIN in the namespace's user namespace",
            inSethostname("!ns_capable(current->nsproxy->uts_ns->user_ns, CAP_SYS_ADMIN)")
        ),
        Rule(
            .sethostnameLength,
            "sethostname",
            .EINVAL,
            "a host name has at most 64 bytes",
            inSethostname("len < 0 || len > __NEW_UTS_LEN")
        ),
    ]

    private static func inSethostname(_ text: String) -> SourceCitation {
        SourceCitation(function: "__do_sys_sethostname", file: "kernel/sys.c", condition: text)
    }

    /// The order of `do_prlimit`, `kernel/sys.c`.
    static let setrlimit: [Rule] = [
        Rule(
            .rlimitSoftAboveHard,
            "setrlimit",
            .EINVAL,
            "the soft limit is above the hard one",
            inPrlimit("new_rlim->rlim_cur > new_rlim->rlim_max")
        ),
        Rule(
            .rlimitHardRaised,
            "setrlimit",
            .EPERM,
            "raising a hard limit needs CAP_SYS_RESOURCE",
            inPrlimit("new_rlim->rlim_max > rlim->rlim_max && !capable(CAP_SYS_RESOURCE)")
        ),
    ]

    private static func inPrlimit(_ text: String) -> SourceCitation {
        SourceCitation(function: "do_prlimit", file: "kernel/sys.c", condition: text)
    }

    /// The order in which a write to `pids.max` is read: kernfs, `kstrtoll`, `pids_max_write`.
    static let writePidsMax: [Rule] = [
        Rule(
            .writeTooLong,
            "write pids.max",
            Errno(rawValue: 7),
            "a cgroup file takes at most a page",
            SourceCitation(
                function: "kernfs_fop_write_iter",
                file: "fs/kernfs/file.c",
                condition: "len > of->atomic_write_len"
            )
        ),
        ofPidsMaxNumber(
            .pidsMaxOverflow,
            .ERANGE,
            "the number does not fit 64 bits",
            "_kstrtoull",
            "rv & KSTRTOX_OVERFLOW"
        ),
        ofPidsMaxNumber(
            .pidsMaxNoNumber,
            .EINVAL,
            "neither \"max\" nor a number (decimal, 0x… or 0…)",
            "_kstrtoull",
            "rv == 0"
        ),
        ofPidsMaxNumber(
            .pidsMaxRest,
            .EINVAL,
            "something other than one newline follows the number",
            "_kstrtoull",
            "if (*s) return -EINVAL;"
        ),
        ofPidsMaxNumber(
            .pidsMaxTooLow,
            .ERANGE,
            "the number is below -2^63",
            "kstrtoll",
            "(long long)-tmp > 0"
        ),
        ofPidsMaxNumber(
            .pidsMaxTooHigh,
            .ERANGE,
            "the number is 2^63 or more",
            "kstrtoll",
            "(long long)tmp < 0"
        ),
        Rule(
            .pidsMaxRange,
            "write pids.max",
            .EINVAL,
            "the number is negative or above PID_MAX_LIMIT",
            inPidsMaxWrite("limit < 0 || limit >= PIDS_MAX")
        ),
    ]

    private static func ofPidsMaxNumber(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ condition: String
    ) -> Rule {
        let citation = SourceCitation(function: function, file: "lib/kstrtox.c", condition: condition)
        return Rule(
            name,
            "write pids.max",
            errno,
            summary,
            citation,
            at: inPidsMaxWrite("err = kstrtoll(buf, 0, &limit);")
        )
    }

    private static func inPidsMaxWrite(_ text: String) -> SourceCitation {
        SourceCitation(function: "pids_max_write", file: "kernel/cgroup/pids.c", condition: text)
    }
}
