import KernelABI

extension Rules {
    /// `setresuid`, `kernel/sys.c`.
    static let setresuid: [Rule] = [
        Rule(
            .setresuidUnmapped,
            "setresuid",
            .EINVAL,
            "the user has no mapping in the caller's user namespace",
            SourceCitation(
                function: "__sys_setresuid",
                file: "kernel/sys.c",
                condition: "(ruid != (uid_t) -1) && !uid_valid(kruid)"
            )
        ),
        Rule(
            .setresuidCapable,
            "setresuid",
            .EPERM,
            "becoming another user needs CAP_SETUID",
            SourceCitation(
                function: "__sys_setresuid",
                file: "kernel/sys.c",
                condition: "!ns_capable_setid(old->user_ns, CAP_SETUID)"
            )
        ),
    ]

    /// The order of a write to `uid_map`, `kernel/user_namespace.c`.
    static let writeMap: [Rule] = [
        Rule(
            .mapPermission,
            "write uid_map",
            .EACCES,
            "the caller's files in /proc are root's since it became somebody else or gained rights, and it is not root",
            notToBeWritten
        ),
        ofMap(
            .mapInitialNamespace,
            "the initial user namespace has its map, and no parent",
            "proc_uid_map_write",
            "if (!ns->parent)"
        ),
        ofMap(
            .mapFromElsewhere,
            "who writes is neither in the user namespace nor in its parent",
            "proc_uid_map_write",
            "(seq_ns != ns) && (seq_ns != ns->parent)"
        ),
        ofMap(.mapWrittenBefore, "a map is written once", "map_write", "if (map->nr_extents != 0)"),
        ofMap(
            .mapOfOthers,
            "who maps its own id from within made the user namespace itself, root with CAP_SETFCAP",
            "map_write",
            "!new_idmap_permitted(file, map_ns, cap_setid, &new_map)"
        ),
    ]

    private static func ofMap(
        _ name: Rule.Name,
        _ summary: String,
        _ function: String,
        _ condition: String
    ) -> Rule {
        Rule(
            name,
            "write uid_map",
            .EPERM,
            summary,
            SourceCitation(function: function, file: "kernel/user_namespace.c", condition: condition)
        )
    }

    /// The order of `kill`, `kernel/signal.c`: the process is looked for, then the permission is asked.
    static let kill: [Rule] = [
        killNoProcess(in: "kill_pid_info", Rule.Versions(before: KernelVersion(6, 10))),
        killNoProcess(in: "kill_pid_info_type", Rule.Versions(since: KernelVersion(6, 10))),
        Rule(
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
        Rule(
            .killNoProcess,
            "kill",
            .ESRCH,
            "no process has this pid",
            SourceCitation(function: function, file: "kernel/signal.c", condition: "int error = -ESRCH;"),
            versions: versions
        )
    }
}
