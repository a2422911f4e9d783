extension OriginReasons {
    static let cgroupDirectories: [OriginReason] =
        OriginReason.list(
            .notYet,
            "cgroup.max.depth and cgroup.max.descendants",
            [("cgroup_mkdir", "EAGAIN", ["!cgroup_check_hierarchy_limits(parent)"])]
        )
        + OriginReason.list(
            .out,
            "a path of a program has no newline",
            [("cgroup_mkdir", "EINVAL", ["strchr(name, '\\n')"])]
        )
        + OriginReason.list(
            .out,
            "a cgroup that is removed between the finding of its directory and the call",
            [("cgroup_mkdir", "ENODEV", ["!parent"])]
        )
        + OriginReason.list(.out, noMemory, [("cgroup_create", "ENOMEM", ["!cgrp"])])
}
