extension OriginReasons {
    static let cgroupDirectories: [OriginReason] =
        OriginReason.list(
            .out,
            "the limits have rules where they are compared: cgroup_check_hierarchy_limits",
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
        + OriginReason.list(
            .out,
            "a cgroup that is removed between the finding of its file and the write",
            [
                ("cgroup_kill_write", "ENOENT", ["!cgrp"]), ("cgroup_max_depth_write", "ENOENT", ["!cgrp"]),
                ("cgroup_max_descendants_write", "ENOENT", ["!cgrp"]),
            ]
        )
        + OriginReason.list(.out, noMemory, [("cgroup_create", "ENOMEM", ["!cgrp"])])
}
