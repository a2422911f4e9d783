import KernelABI

/// Time namespaces: how many there may be and who may enter one, and what is written to `timens_offsets`.
extension Rules {
    /// The releases in which who has another time namespace for its children than for itself makes none that share memory.
    static let refusesSharedClocks = Rule.Versions(before: KernelVersion(6, 2))

    static let cloneSharedClocks = ofCopyProcess(
        .cloneSharedClocks,
        .EINVAL,
        "a child in another time namespace cannot share memory",
        "nsp->time_ns != nsp->time_ns_for_children",
        before: KernelVersion(6, 2)
    )

    static let setnsTimeThreads = ofInstall(
        .setnsTimeThreads,
        .EUSERS,
        "who has other threads, or memory that another process has as well, enters no time namespace",
        "timens_install",
        timeNamespaces,
        "!current_is_single_threaded()",
        "ret = validate_ns(nsset, &nsp->time_ns->ns);"
    )

    static let setnsTimeCapable = ofInstall(
        .setnsTimeCapable,
        .EPERM,
        "entering a time namespace needs CAP_SYS_ADMIN in its owner, and in one's own user namespace",
        "timens_install",
        timeNamespaces,
        "!ns_capable(ns->user_ns, CAP_SYS_ADMIN)",
        "ret = validate_ns(nsset, &nsp->time_ns->ns);"
    )

    /// The order of `timens_offsets_write`, `fs/proc/base.c`, and of `proc_timens_set_offset`, `kernel/time/namespace.c`.
    static let writeTimensOffsets: [Rule] = [
        ofTimensOffsets(
            .timensOffsetsPermission,
            .EACCES,
            "the file belongs to the process's user, and to root where that has changed or the process has ended",
            "task_dump_owner",
            "fs/proc/base.c",
            "uid = GLOBAL_ROOT_UID;"
        ),
        ofTimensOffsets(
            .timensOffsetsLine,
            .EINVAL,
            "a line is a clock, seconds, and nanoseconds below a second",
            "timens_offsets_write",
            "fs/proc/base.c",
            "err != 3 || off->val.tv_nsec >= NSEC_PER_SEC"
        ),
        ofTimensOffsets(
            .timensOffsetsClock,
            .EINVAL,
            "the clocks with offsets are monotonic and boottime",
            "timens_offsets_write",
            "fs/proc/base.c",
            "strcmp(clock, \"boottime\") == 0"
        ),
        ofTimensOffsets(
            .timensOffsetsGone,
            .ESRCH,
            "the process has ended, and its namespaces are gone",
            "proc_timens_set_offset",
            timeNamespaces,
            "if (!ns)"
        ),
        ofTimensOffsets(
            .timensOffsetsCapable,
            .EPERM,
            "offsets need CAP_SYS_TIME in the owner of the time namespace",
            "proc_timens_set_offset",
            timeNamespaces,
            "!file_ns_capable(file, time_ns->user_ns, CAP_SYS_TIME)"
        ),
        timensOffsetsSeconds(Rule.Versions(before: KernelVersion(6, 12))),
        timensOffsetsNanoseconds(asksForNanoseconds[0]),
        timensOffsetsNanoseconds(asksForNanosecondsFirst),
        timensOffsetsSeconds(asksForNanosecondsFirst),
        timensOffsetsSeconds(Rule.Versions(since: KernelVersion(6, 13))),
        timensOffsetsNanoseconds(asksForNanoseconds[2]),
        ofTimensOffsets(
            .timensOffsetsRange,
            .ERANGE,
            "a clock would be below zero, or above half of what the kernel's clocks can say",
            "proc_timens_set_offset",
            timeNamespaces,
            "tp.tv_sec < 0 || tp.tv_sec > KTIME_SEC_MAX / 2"
        ),
        ofTimensOffsets(
            .timensOffsetsFrozen,
            .EACCES,
            "somebody is in the time namespace, or has been: its offsets stay as they are",
            "proc_timens_set_offset",
            timeNamespaces,
            "time_ns->frozen_offsets"
        ),
    ]

    /// The releases that refuse nanoseconds below zero. It is a fix that stable releases have got: 6.1.192, 6.12.118 and 7.3 have
    /// it, 5.10.223 and 6.18.44 have not.
    static let asksForNanoseconds = [
        Rule.Versions(since: KernelVersion(6, 1), before: KernelVersion(6, 2)),
        asksForNanosecondsFirst,
        Rule.Versions(since: KernelVersion(7, 3)),
    ]

    /// Where the fix came to stand before the question for the largest number of seconds.
    static let asksForNanosecondsFirst = Rule.Versions(since: KernelVersion(6, 12), before: KernelVersion(6, 13))

    private static func timensOffsetsSeconds(_ versions: Rule.Versions) -> Rule {
        ofTimensOffsets(
            .timensOffsetsSeconds,
            .ERANGE,
            "more seconds than the kernel's clocks can say, forwards or back",
            "proc_timens_set_offset",
            timeNamespaces,
            "off->val.tv_sec > KTIME_SEC_MAX ||",
            versions
        )
    }

    private static func timensOffsetsNanoseconds(_ versions: Rule.Versions) -> Rule {
        ofTimensOffsets(
            .timensOffsetsNanoseconds,
            .EINVAL,
            "nanoseconds are kept with a sign, and are below zero from 2^63 on",
            "proc_timens_set_offset",
            timeNamespaces,
            "off->val.tv_nsec < 0 || off->val.tv_nsec >= NSEC_PER_SEC",
            versions
        )
    }

    private static let timeNamespaces = "kernel/time/namespace.c"

    private static func ofTimensOffsets(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ function: String,
        _ file: String,
        _ condition: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        Rule(
            name,
            "write timens_offsets",
            errno,
            summary,
            SourceCitation(function: function, file: file, condition: condition),
            versions: versions
        )
    }
}
