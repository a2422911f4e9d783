import KernelABI

/// What is opened for `setns`, and what `setns` says to descriptors.
extension Rules {
    /// `open` and `readlink` of a file in `/proc/PID/ns`, `pidfd_open`, `close`.
    static let openFiles: [Rule] =
        [
            Rule(
                .pidfdNoProcess,
                "pidfd_open",
                .ESRCH,
                "no process has this pid",
                SourceCitation(function: "__do_sys_pidfd_open", file: "kernel/pid.c", condition: "if (!p)")
            )
        ] + pidfdOpenThread + [
            Rule(
                .openNamespacePtrace,
                "open",
                .EACCES,
                "the caller may not look at the process (PTRACE_MODE_READ_FSCREDS)",
                SourceCitation(
                    function: "proc_ns_get_link",
                    file: "fs/proc/namespaces.c",
                    condition: "!ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS)"
                )
            ),
            Rule(
                .openNamespaceGone,
                "open",
                .ENOENT,
                noNamespace,
                SourceCitation(function: "ns_get_path_cb", file: "fs/nsfs.c", condition: "if (!ns)")
            ),
            Rule(
                .readlinkNamespaceGone,
                "readlink",
                .ENOENT,
                noNamespace,
                SourceCitation(function: "ns_get_name", file: "fs/nsfs.c", condition: "if (ns)"),
                // Since then a PID namespace that has no first process is shown.
                versions: Rule.Versions(before: KernelVersion(7, 3))
            ),
            closeDescriptor("close_fd", "if (!file)", Rule.Versions(before: takesClassFd)),
            closeDescriptor("file_close_fd_locked", "fd >= fdt->max_fds", Rule.Versions(since: takesClassFd)),
        ]

    private static func closeDescriptor(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .closeDescriptor,
            "close",
            .EBADF,
            "nothing is open there",
            SourceCitation(function: function, file: "fs/file.c", condition: condition),
            versions: versions
        )
    }

    private static let noNamespace =
        "the process has ended and left the namespace, or (before 7.3) its children's PID namespace has no first process"

    /// The beginning of `setns`.
    static let setnsFiles: [Rule] = [
        setnsDescriptor("if (!file)", Rule.Versions(before: takesClassFd)),
        setnsDescriptor("fd_empty(f)", Rule.Versions(since: takesClassFd)),
        setnsFileKind("flags && (ns->ops->type != flags)", Rule.Versions(before: hasTypeInNsCommon)),
        setnsFileKind("flags && (ns->ns_type != flags)", Rule.Versions(since: hasTypeInNsCommon)),
    ]

    static func setnsOtherFile(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .setnsOtherFile,
            "setns",
            .EINVAL,
            "the file is no namespace's, and no pidfd",
            inSetns(condition),
            versions: versions
        )
    }

    /// 6.12 does; what is between it and 6.1 was not looked at.
    static let takesClassFd = KernelVersion(6, 12)
    /// 7.3 has; what is between it and 6.12 was not looked at.
    private static let hasTypeInNsCommon = KernelVersion(7, 3)

    private static func setnsDescriptor(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(.setnsDescriptor, "setns", .EBADF, "nothing is open there", inSetns(condition), versions: versions)
    }

    private static func setnsFileKind(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .setnsFileKind,
            "setns",
            .EINVAL,
            "the flags are not those of the file's kind of namespace",
            inSetns(condition),
            versions: versions
        )
    }
}
