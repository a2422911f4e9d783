import KernelABI

/// What stands against a new PID namespace, and against a process in one.
extension Rules {
    static let clonePIDNSElsewhere = elsewhere(.clonePIDNSElsewhere, "clone", inCopyProcess(copyNamespaces))
    static let clonePIDNSForeign = foreign(.clonePIDNSForeign, "clone", inCopyProcess(copyNamespaces))
    static let unsharePIDNSElsewhere = elsewhere(.unsharePIDNSElsewhere, "unshare", inUnshare(unshareNamespaces))
    static let unsharePIDNSForeign = foreign(.unsharePIDNSForeign, "unshare", inUnshare(unshareNamespaces))

    static let copyNamespaces = "retval = copy_namespaces(clone_flags, p);"
    static let unshareNamespaces = "err = unshare_nsproxy_namespaces(unshare_flags, &new_nsproxy,"

    static func pidNSDepth(_ name: Rule.Name, _ call: String) -> Rule {
        Rule(
            name,
            call,
            .ENOSPC,
            "PID namespaces are nested 32 levels below the first at the most",
            SourceCitation(
                function: "create_pid_namespace",
                file: "kernel/pid_namespace.c",
                condition: "level > MAX_PID_NS_LEVEL"
            ),
            at: call == "clone" ? inCopyProcess(copyNamespaces) : inUnshare(unshareNamespaces)
        )
    }

    private static func elsewhere(_ name: Rule.Name, _ call: String, _ place: SourceCitation) -> Rule {
        Rule(
            name,
            call,
            .EINVAL,
            "the caller's children are to be in another PID namespace than itself already",
            SourceCitation(
                function: "copy_pid_ns",
                file: "kernel/pid_namespace.c",
                condition: "task_active_pid_ns(current) != old_ns"
            ),
            at: place
        )
    }

    private static func foreign(_ name: Rule.Name, _ call: String, _ place: SourceCitation) -> Rule {
        Rule(
            name,
            call,
            .EINVAL,
            "the caller's user namespace is not below the one that owns its PID namespace",
            SourceCitation(
                function: "create_pid_namespace",
                file: "kernel/pid_namespace.c",
                condition: "!in_userns(parent_pid_ns->user_ns, user_ns)"
            ),
            at: place
        )
    }

    /// `idr_alloc_cyclic` finds no number, in the child's PID namespace or in one above it.
    static let clonePidMax = [
        clonePidMax("(nr == -ENOSPC)", Rule.Versions(before: KernelVersion(7, 3))),
        clonePidMax("nr = -EAGAIN;", Rule.Versions(since: KernelVersion(7, 3))),
    ]

    private static func clonePidMax(_ condition: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .clonePidMax,
            "clone",
            .EAGAIN,
            "a PID namespace, the child's or one above it, has no pid left below kernel.pid_max; nobody is exempt",
            SourceCitation(function: "alloc_pid", file: "kernel/pid.c", condition: condition),
            at: inCopyProcess("pid = alloc_pid(p->nsproxy->pid_ns_for_children, args->set_tid,"),
            knob: "kernel.pid_max",
            versions: versions
        )
    }

    /// 7.3 asks it of all levels in one condition.
    static let pidNSEnded = [
        pidNSEnded(
            "!(ns->pid_allocated & PIDNS_ADDING)",
            "pid = alloc_pid(p->nsproxy->pid_ns_for_children, args->set_tid,",
            Rule.Versions(before: KernelVersion(7, 3))
        ),
        pidNSEnded(
            "!(upid->ns->pid_allocated & PIDNS_ADDING)",
            "pid = alloc_pid(p->nsproxy->pid_ns_for_children, args->set_tid,",
            Rule.Versions(since: KernelVersion(7, 3))
        ),
    ]

    private static func pidNSEnded(_ condition: String, _ place: String, _ versions: Rule.Versions) -> Rule {
        Rule(
            .pidNSEnded,
            "clone",
            .ENOMEM,
            "the PID namespace takes no further processes: its first one has ended, or could not be made",
            SourceCitation(function: "alloc_pid", file: "kernel/pid.c", condition: condition),
            at: inCopyProcess(place),
            versions: versions
        )
    }
}
