import KernelABI

/// `user.max_*_namespaces`: what holds a user to a number of namespaces, and who may write it.
extension Rules {
    /// The order of `create_new_namespaces`, `kernel/nsproxy.c`, as `clone` comes by it.
    static let cloneNamespaceCounts: [Rule] =
        [maxMntNS(.cloneMaxMntNS, "clone"), maxUtsNS(.cloneMaxUtsNS, "clone")] + maxIpcNS(.cloneMaxIpcNS, "clone")
        + [
            clonePIDNSElsewhere, clonePIDNSForeign, pidNSDepth(.clonePIDNSDepth, "clone"),
            maxPidNS(.cloneMaxPidNS, "clone"), maxCgroupNS(.cloneMaxCgroupNS, "clone"),
            maxNetNS(.cloneMaxNetNS, "clone"), maxTimeNS(.cloneMaxTimeNS, "clone"),
        ]

    /// The same as `unshare` comes by it.
    static let unshareNamespaceCounts: [Rule] =
        [maxMntNS(.unshareMaxMntNS, "unshare"), maxUtsNS(.unshareMaxUtsNS, "unshare")]
        + maxIpcNS(.unshareMaxIpcNS, "unshare")
        + [
            unsharePIDNSElsewhere, unsharePIDNSForeign, pidNSDepth(.unsharePIDNSDepth, "unshare"),
            maxPidNS(.unshareMaxPidNS, "unshare"), maxCgroupNS(.unshareMaxCgroupNS, "unshare"),
            maxNetNS(.unshareMaxNetNS, "unshare"), maxTimeNS(.unshareMaxTimeNS, "unshare"),
        ]

    /// It is asked after the depth in `create_user_ns`.
    static func cloneMaxUserNS(_ versions: Rule.Versions) -> Rule {
        maxUserNS(.cloneMaxUserNS, "clone", inCopyProcess("retval = copy_creds(p, clone_flags);"), versions)
    }

    static let unshareMaxUserNS = maxUserNS(
        .unshareMaxUserNS,
        "unshare",
        inUnshare("err = unshare_userns(unshare_flags, &new_cred);"),
        .all
    )

    /// A write to a file below `/proc/sys`.
    static let writeSysctl: [Rule] = [
        Rule(
            .sysctlUserPermission,
            "sysctl",
            .EACCES,
            "the settings of a user namespace need CAP_SYS_RESOURCE in it",
            SourceCitation(
                function: "set_permissions",
                file: "kernel/ucount.c",
                condition: "(user_ns, CAP_SYS_RESOURCE)"
            )
        ),
        Rule(
            .sysctlPermission,
            "sysctl",
            .EACCES,
            "the settings of the machine are root's to write",
            SourceCitation(function: "test_perm", file: "fs/proc/proc_sysctl.c", condition: "(op & ~mode &")
        ),
        Rule(
            .sysctlPidPermission,
            "sysctl",
            .EACCES,
            "the pid_max of a PID namespace is written by who is root where the namespace's owner has uid 0, or by CAP_SYS_ADMIN "
                + "there",
            SourceCitation(
                function: "pid_table_root_permissions",
                file: "kernel/pid.c",
                condition: "(pidns->user_ns, CAP_SYS_ADMIN)"
            ),
            versions: Rule.Versions(since: KernelVersion(6, 14))
        ),
        sysctlRange("do_proc_dointvec_minmax_conv", "(param->min && *param->min > tmp) ||", before73),
        sysctlRange("proc_int_conv", "(tbl->extra1 && *(int *)tbl->extra1 > tmp_k) ||", since73),
    ]

    private static func sysctlRange(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .sysctlRange,
            "sysctl",
            .EINVAL,
            "the number is below the setting's least one, or above its largest",
            SourceCitation(function: function, file: "kernel/sysctl.c", condition: condition),
            versions: versions
        )
    }

    private static func maxUserNS(
        _ name: Rule.Name,
        _ call: String,
        _ place: SourceCitation,
        _ versions: Rule.Versions
    ) -> Rule {
        ofCount(
            name,
            call,
            "user",
            SourceCitation(function: "create_user_ns", file: "kernel/user_namespace.c", condition: "!ucounts"),
            at: place,
            versions
        )
    }

    private static func maxMntNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "mnt", "alloc_mnt_ns", "fs/namespace.c")
    }

    private static func maxUtsNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "uts", "clone_uts_ns", "kernel/utsname.c")
    }

    private static func maxPidNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "pid", "create_pid_namespace", "kernel/pid_namespace.c")
    }

    private static func maxCgroupNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "cgroup", "copy_cgroup_ns", "kernel/cgroup/namespace.c")
    }

    private static func maxNetNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "net", "copy_net_ns", "net/core/net_namespace.c")
    }

    private static func maxTimeNS(_ name: Rule.Name, _ call: String) -> Rule {
        ofCreation(name, call, "time", "clone_time_ns", "kernel/time/namespace.c")
    }

    /// Later releases wait for those that are to be freed before they refuse.
    private static func maxIpcNS(_ name: Rule.Name, _ call: String) -> [Rule] {
        let flushes = KernelVersion(6, 3)
        return [
            ofCreation(
                name,
                call,
                "ipc",
                "create_ipc_ns",
                "ipc/namespace.c",
                "!ucounts",
                Rule.Versions(before: flushes)
            ),
            ofCreation(
                name,
                call,
                "ipc",
                "create_ipc_ns",
                "ipc/namespace.c",
                "flush_work(&free_ipc_work)",
                Rule.Versions(since: flushes)
            ),
        ]
    }

    /// A rule of the creation of a kind, which `create_new_namespaces` calls.
    private static func ofCreation(
        _ name: Rule.Name,
        _ call: String,
        _ kind: String,
        _ function: String,
        _ file: String,
        _ condition: String = "!ucounts",
        _ versions: Rule.Versions = .all
    ) -> Rule {
        ofCount(
            name,
            call,
            kind,
            SourceCitation(function: function, file: file, condition: condition),
            at: call == "clone" ? inCopyProcess(copyNamespaces) : inUnshare(unshareNamespaces),
            versions
        )
    }

    private static func ofCount(
        _ name: Rule.Name,
        _ call: String,
        _ kind: String,
        _ citation: SourceCitation,
        at place: SourceCitation,
        _ versions: Rule.Versions
    ) -> Rule {
        let knob = "user.max_\(kind)_namespaces"
        return Rule(name, call, .ENOSPC, summary, citation, at: place, knob: knob, versions: versions)
    }

    private static let summary =
        "the user has as many namespaces of this kind as a user namespace, the owner's or one above it, allows"
}
