import KernelABI

/// What stands against making and removing cgroups, and against finding their files.
extension Rules {
    /// Every path is walked first: `fs/namei.c`.
    static let path: [Rule] = [
        Rule(
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
        hierarchyLimit(
            .mkdirMaxDescendants,
            "cgroup.max.descendants",
            "as many cgroups are below the parent, or below one above it, as its cgroup.max.descendants allows",
            "cgroup->nr_descendants >= cgroup->max_descendants"
        ),
        hierarchyLimit(
            .mkdirMaxDepth,
            "cgroup.max.depth",
            "the parent, or one above it, has as many levels below it as its cgroup.max.depth allows",
            "cgroup->max_depth)"
        ),
    ]

    /// The order in which the files of a cgroup itself read what is written: `lib/kstrtox.c`, then `kernel/cgroup/cgroup.c`.
    static let writeCgroupFiles: [Rule] = [
        ofNumber(.intOverflow, .ERANGE, "the number does not fit 64 bits", "_kstrtoull", "rv & KSTRTOX_OVERFLOW"),
        ofNumber(.intNoNumber, .EINVAL, "no number (decimal, 0x… or 0…)", "_kstrtoull", "rv == 0"),
        ofNumber(
            .intRest,
            .EINVAL,
            "something other than one newline follows the number",
            "_kstrtoull",
            "if (*s) return -EINVAL;"
        ),
        ofNumber(.intTooLow, .ERANGE, "the number is below -2^63", "kstrtoll", "(long long)-tmp > 0"),
        ofNumber(.intTooHigh, .ERANGE, "the number is 2^63 or more", "kstrtoll", "(long long)tmp < 0"),
        ofNumber(.intRange, .ERANGE, "the number does not fit 32 bits", "kstrtoint", "tmp != (int)tmp"),
        ofFile(
            .cgroupMaxDescendantsRange,
            "write cgroup.max.descendants",
            .ERANGE,
            "the number is negative",
            "cgroup_max_descendants_write",
            "descendants < 0"
        ),
        ofFile(
            .cgroupMaxDepthRange,
            "write cgroup.max.depth",
            .ERANGE,
            "the number is negative",
            "cgroup_max_depth_write",
            "depth < 0"
        ),
        ofFile(
            .cgroupFreezeRange,
            "write cgroup.freeze",
            .ERANGE,
            "only 0 and 1 can be written",
            "cgroup_freeze_write",
            "freeze < 0 || freeze > 1"
        ),
        ofFile(
            .cgroupKillRange,
            "write cgroup.kill",
            .ERANGE,
            "only 1 can be written",
            "cgroup_kill_write",
            "kill != 1",
            Rule.Versions(since: KernelVersion(5, 14))
        ),
        ofFile(
            .cgroupKillThreaded,
            "write cgroup.kill",
            .EOPNOTSUPP,
            "a threaded cgroup has threads and no processes that could be killed",
            "cgroup_kill_write",
            "cgroup_is_threaded(cgrp)",
            Rule.Versions(since: KernelVersion(5, 14))
        ),
    ]

    private static func hierarchyLimit(
        _ name: Rule.Name,
        _ knob: String,
        _ summary: String,
        _ condition: String
    ) -> Rule {
        let citation = SourceCitation(
            function: "cgroup_check_hierarchy_limits",
            file: "kernel/cgroup/cgroup.c",
            condition: condition
        )
        return Rule(
            name,
            "mkdir",
            .EAGAIN,
            summary,
            citation,
            knob: knob
        )
    }

    private static func ofNumber(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ condition: String
    ) -> Rule {
        let citation = SourceCitation(function: function, file: "lib/kstrtox.c", condition: condition)
        return Rule(name, "write cgroup.*", errno, summary, citation)
    }

    static func ofFile(
        _ name: Rule.Name,
        _ call: String,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ condition: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        let citation = SourceCitation(function: function, file: "kernel/cgroup/cgroup.c", condition: condition)
        return Rule(name, call, errno, summary, citation, versions: versions)
    }

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
        Rule(
            .rmdirChildren,
            "rmdir",
            .EBUSY,
            "there are cgroups below it",
            inDestroy("css_has_online_children(&cgrp->self)")
        ),
    ]

    private static func mkdirExists(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .mkdirExists,
            "mkdir",
            .EEXIST,
            "there is a cgroup of this name",
            SourceCitation(function: function, file: "fs/namei.c", condition: condition),
            versions: versions
        )
    }

    private static func rmdirNoEntry(_ function: String, _ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .rmdirNoEntry,
            "rmdir",
            .ENOENT,
            "there is no cgroup of this name",
            SourceCitation(function: function, file: "fs/namei.c", condition: condition),
            versions: versions
        )
    }

    private static func rmdirPopulated(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
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
