extension OriginReasons {
    static let namespaces: [OriginReason] =
        OriginReason.list(
            .out,
            "copy_namespaces and unshare_nsproxy_namespaces have asked the same of the same user namespace",
            [("copy_cgroup_ns", "EPERM", ["!ns_capable(user_ns, CAP_SYS_ADMIN)"])]
        )
        + OriginReason.list(
            .out,
            "root directories are not modelled",
            [("create_user_ns", "EPERM", ["current_chrooted()"])]
        )
        + OriginReason.list(
            .out,
            noMemory,
            [
                ("create_ipc_ns", "ENOMEM", ["ns == NULL", "!setup_ipc_sysctls(ns)", "!setup_mq_sysctls(ns)"]),
                ("create_new_namespaces", "ENOMEM", ["!new_nsp"]),
                ("create_pid_namespace", "ENOMEM", ["ns == NULL", "ns->pid_cachep == NULL"]),
                ("clone_time_ns", "ENOMEM", ["!ns", "!ns->vvar_page"]),
                ("create_user_ns", "ENOMEM", ["!ns", "!setup_userns_sysctls(ns)"]),
                ("unshare_userns", "ENOMEM", ["!(cred)"]), ("clone_uts_ns", "ENOMEM", ["!ns"]),
            ]
        )

    static let setns: [OriginReason] =
        OriginReason.list(
            .out,
            "the same rule says it of namespaces on a level that is not below the caller's",
            [("pidns_install", "EINVAL", ["new->level < active->level"])]
        )
        + OriginReason.list(
            .out,
            "no process is in an anonymous mount namespace",
            [("mntns_install", "EINVAL", ["is_anon_ns(mnt_ns)"])]
        )
        + OriginReason.list(
            .out,
            "a process that is reaped during the call: it loses its pid after its nsproxy, which was there a moment before",
            [("validate_nsset", "ESRCH", ["unlikely(!pid_ns)"])]
        )
        + OriginReason.list(
            .out,
            noMemory,
            [
                ("prepare_nsset", "ENOMEM", ["!nsset->fs", "!nsset->cred"]),
                ("userns_install", "EINVAL", ["!cred", "set_cred_ucounts(cred) < 0"]),
            ]
        )
}
