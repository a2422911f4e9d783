import KernelABI

/// What stands against a user namespace as such: how deep it is, and who makes it.
extension Rules {
    /// `create_user_ns` asks for the depth before all else.
    static func cloneUserNSDepth(_ versions: Rule.Versions) -> Rule {
        userNSDepth(.cloneUserNSDepth, "clone", inCopyProcess("retval = copy_creds(p, clone_flags);"), versions)
    }

    static let unshareUserNSDepth = userNSDepth(
        .unshareUserNSDepth,
        "unshare",
        inUnshare("err = unshare_userns(unshare_flags, &new_cred);"),
        .all
    )

    /// Debian's kernels have it, and no others.
    static let cloneUnprivilegedUserNS = unprivilegedUserNS(
        .cloneUnprivilegedUserNS,
        "clone",
        inCopyProcess("(clone_flags & CLONE_NEWUSER) && !unprivileged_userns_clone")
    )

    static let unshareUnprivilegedUserNS = unprivilegedUserNS(
        .unshareUnprivilegedUserNS,
        "unshare",
        inUnshare("(unshare_flags & CLONE_NEWUSER) && !unprivileged_userns_clone")
    )

    private static func userNSDepth(
        _ name: Rule.Name,
        _ call: String,
        _ place: SourceCitation,
        _ versions: Rule.Versions
    ) -> Rule {
        Rule(
            name,
            call,
            .ENOSPC,
            "33 user namespaces are above the new one already, the initial one not counted",
            SourceCitation(
                function: "create_user_ns",
                file: "kernel/user_namespace.c",
                condition: "parent_ns->level > 32"
            ),
            at: place,
            versions: versions
        )
    }

    private static func unprivilegedUserNS(_ name: Rule.Name, _ call: String, _ citation: SourceCitation) -> Rule {
        Rule(
            name,
            call,
            .EPERM,
            "kernel.unprivileged_userns_clone is 0, and the caller has no CAP_SYS_ADMIN in the initial user namespace",
            citation,
            knob: "kernel.unprivileged_userns_clone"
        )
    }
}
