import KernelABI

/// What stands against making and removing cgroups, and against finding their files.
extension Rules {
    /// Every path is walked first: `fs/namei.c`.
    static let path: [Rule] = [
        inOrder(
            .pathNoEntry,
            "path",
            .ENOENT,
            "there is no such cgroup, or this kernel has no such file in it",
            SourceCitation(function: "traverse_mounts", file: "fs/namei.c", condition: "d_flags_negative(flags)")
        )
    ]

    /// `mkdir`, `fs/namei.c`. 7.3 has in the lookup what earlier releases ask after it.
    static let mkdir: [Rule] = [
        mkdirExists(
            "filename_create",
            "if (d_is_positive(dentry))",
            Rule.Versions(before: KernelVersion(7, 3))
        ),
        mkdirExists(
            "lookup_one_qstr_excl",
            "d_is_positive(dentry) && (flags & LOOKUP_EXCL)",
            Rule.Versions(since: KernelVersion(7, 3))
        ),
    ]

    /// The order of `rmdir`: `fs/namei.c`, then `cgroup_destroy_locked`.
    static let rmdir: [Rule] = [
        rmdirNoEntry("do_rmdir", "if (!dentry->d_inode)", Rule.Versions(before: KernelVersion(7, 3))),
        rmdirNoEntry(
            "lookup_one_qstr_excl",
            "d_is_negative(dentry) && !(flags & LOOKUP_CREATE)",
            Rule.Versions(since: KernelVersion(7, 3))
        ),
        rmdirPopulated("cgroup_is_populated(cgrp)", Rule.Versions(before: KernelVersion(7, 3))),
        rmdirPopulated("if (task)", Rule.Versions(since: KernelVersion(7, 3))),
        inOrder(
            .rmdirChildren,
            "rmdir",
            .EBUSY,
            "there are cgroups below it",
            inDestroy("css_has_online_children(&cgrp->self)")
        ),
    ]

    private static func mkdirExists(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        inOrder(
            .mkdirExists,
            "mkdir",
            .EEXIST,
            "there is a cgroup of this name",
            SourceCitation(function: function, file: "fs/namei.c", condition: condition),
            versions: versions
        )
    }

    private static func rmdirNoEntry(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        inOrder(
            .rmdirNoEntry,
            "rmdir",
            .ENOENT,
            "there is no cgroup of this name",
            SourceCitation(function: function, file: "fs/namei.c", condition: condition),
            versions: versions
        )
    }

    private static func rmdirPopulated(_ condition: String, _ versions: Rule.Versions) -> Rule {
        inOrder(
            .rmdirPopulated,
            "rmdir",
            .EBUSY,
            "processes live in it; zombies do not count",
            inDestroy(condition),
            versions: versions
        )
    }

    private static func inDestroy(_ text: String) -> SourceCitation {
        SourceCitation(function: "cgroup_destroy_locked", file: "kernel/cgroup/cgroup.c", condition: text)
    }
}
