import KernelABI

/// What `clone3` asks for before `kernel_clone`, and what stands against the children that it alone can make.
extension Rules {
    /// The order of `clone3`: `copy_clone_args_from_user` and `clone3_args_valid`, `kernel/fork.c`.
    static let clone3: [Rule] = [
        ofUserArgs(.clone3SizeAbovePage, .E2BIG, "the structure is larger than a page", "usize > PAGE_SIZE"),
        ofUserArgs(
            .clone3SizeBelowFirst,
            .EINVAL,
            "the structure is smaller than its first version",
            "usize < CLONE_ARGS_SIZE_VER0"
        ),
        Rule(
            .clone3NonzeroTail,
            "clone3",
            .E2BIG,
            "behind what this kernel knows of the structure, something is not zero",
            SourceCitation(
                function: "copy_struct_from_user",
                file: "include/linux/uaccess.h",
                condition: "return ret ?: -E2BIG;"
            ),
            at: inUserArgs("err = copy_struct_from_user(&args, sizeof(args), uargs, usize);")
        ),
        ofUserArgs(
            .clone3TooManyTIDs,
            .EINVAL,
            "more pids are chosen than PID namespaces can be nested",
            "args.set_tid_size > MAX_PID_NS_LEVEL"
        ),
        ofUserArgs(
            .clone3NullTIDs,
            .EINVAL,
            "pids are chosen, and set_tid is null",
            "!args.set_tid && args.set_tid_size > 0"
        ),
        ofUserArgs(
            .clone3NoTIDs,
            .EINVAL,
            "set_tid is there, and no pid is chosen",
            "args.set_tid && args.set_tid_size == 0"
        ),
        exitSignal(
            "(args.exit_signal & ~((u64)CSIGNAL)) || !valid_signal(args.exit_signal)",
            Rule.Versions(before: KernelVersion(7, 3))
        ),
        exitSignal("args.exit_signal & ~((u64)CSIGNAL)", Rule.Versions(since: KernelVersion(7, 3))),
        ofUserArgs(
            .clone3CgroupDescriptor,
            .EINVAL,
            "the structure holds no descriptor of a cgroup",
            "(args.flags & CLONE_INTO_CGROUP) && (args.cgroup > INT_MAX || usize < CLONE_ARGS_SIZE_VER2)"
        ),
        ofArgs(
            .clone3UnknownFlags,
            "a flag that this kernel does not know",
            "~(CLONE_LEGACY_FLAGS | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP"
        ),
        ofArgs(
            .clone3ReservedFlags,
            "CLONE_DETACHED, and the bits of clone's exit signal, are kept free",
            "kargs->flags & (CLONE_DETACHED | (CSIGNAL & (~CLONE_NEWTIME)))"
        ),
        ofArgs(
            .clone3SharesClearedHandlers,
            "signal handlers cannot be shared and cleared",
            "(CLONE_SIGHAND | CLONE_CLEAR_SIGHAND)) == (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND)"
        ),
        ofArgs(
            .clone3SignalOfSibling,
            "threads and siblings have no exit signal of their own",
            "(kargs->flags & (CLONE_THREAD | CLONE_PARENT)) && kargs->exit_signal"
        ),
        ofArgs(
            .clone3Stack,
            "a stack has an address and a size, and is user memory",
            "!clone3_stack_valid(kargs)"
        ),
    ]

    /// The order of `kernel_clone`, `kernel/fork.c`.
    static let kernelClone: [Rule] = [
        Rule(
            .clonePidfdAtParentTID,
            "clone",
            .EINVAL,
            "the pidfd and the child's pid are to be written to the same place, as clone does it",
            inKernelClone("args->pidfd == args->parent_tid")
        ),
        Rule(
            .cloneExitSignal,
            "clone",
            .EINVAL,
            "the exit signal is none",
            inKernelClone("!valid_signal(args->exit_signal)"),
            versions: Rule.Versions(since: KernelVersion(7, 3))
        ),
    ]

    static let siblingOfFirst = ofCopyProcess(
        .cloneSiblingOfFirst,
        .EINVAL,
        "the first process of a PID namespace has no siblings",
        "(clone_flags & CLONE_PARENT) && current->signal->flags & SIGNAL_UNKILLABLE"
    )

    static func pidfdDetached(_ condition: String, since: KernelVersion? = nil, before: KernelVersion? = nil) -> Rule {
        ofCopyProcess(
            .clonePidfdDetached,
            .EINVAL,
            "CLONE_DETACHED is kept free beside CLONE_PIDFD",
            condition,
            since: since,
            before: before
        )
    }

    static let sysvsemElsewhere = Rule(
        .cloneSysvsemElsewhere,
        "clone",
        .EINVAL,
        "semaphores that are undone together are of one IPC namespace",
        SourceCitation(
            function: "copy_namespaces",
            file: "kernel/nsproxy.c",
            condition: "(flags & (CLONE_NEWIPC | CLONE_SYSVSEM)) == (CLONE_NEWIPC | CLONE_SYSVSEM)"
        ),
        at: inCopyProcess("retval = copy_namespaces(clone_flags, p);")
    )

    /// The order of `alloc_pid`, `kernel/pid.c`. 7.3 goes through all levels for what does not depend on other processes, and
    /// takes pids then.
    static let setTID: [Rule] = [
        ofAllocPid(
            .setTIDTooDeep,
            .EINVAL,
            "more pids are chosen than the child has PID namespaces",
            "set_tid_size > ns->level + 1"
        ),
        ofAllocPid(.setTIDRange, .EINVAL, "a chosen pid is none below pid_max", "tid < 1 || tid >= pid_max"),
        ofAllocPid(
            .setTIDBeforeFirst,
            .EINVAL,
            setTIDBeforeFirst,
            "tid != 1 && !tmp->child_reaper",
            Rule.Versions(before: KernelVersion(7, 3))
        ),
        ofAllocPid(
            .setTIDCapable,
            .EPERM,
            "choosing a pid needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN in the owner of its PID namespace",
            "!checkpoint_restore_ns_capable(tmp->user_ns)"
        ),
        ofAllocPid(.setTIDTaken, .EEXIST, "somebody has the chosen pid", "nr = -EEXIST;"),
        ofAllocPid(
            .setTIDBeforeFirst,
            .EINVAL,
            setTIDBeforeFirst,
            "!READ_ONCE(tmp->child_reaper) && nr != 1",
            Rule.Versions(since: KernelVersion(7, 3))
        ),
    ]

    private static let setTIDBeforeFirst = "a PID namespace's first process has pid 1"

    /// What follows in `copy_process` before the controllers are asked.
    static let intoCgroup: [Rule] = [
        ofCopyProcess(
            .clonePidfdAddress,
            .EFAULT,
            "the pidfd cannot be written where the caller wants it",
            "retval = put_user(pidfd, args->pidfd);"
        ),
        ofCssSetFork(.cloneIntoNothing, .EBADF, "nothing is open as the cgroup's descriptor", "if (!f)", before73),
        ofCssSetFork(.cloneIntoNothing, .EBADF, "nothing is open as the cgroup's descriptor", "fd_empty(f)", since73),
        ofCssSetFork(
            .cloneIntoOtherFile,
            .EBADF,
            "what is open as the cgroup's descriptor is no cgroup's directory",
            "kernfs_type(kn) != KERNFS_DIR",
            in: "css_tryget_online_from_dir"
        ),
        ofCssSetFork(
            .cloneIntoRemoved,
            .ENOENT,
            "the cgroup was removed since its directory was opened",
            "!css || !css_tryget_online(css)",
            in: "css_tryget_online_from_dir"
        ),
        ofCssSetFork(
            .cloneIntoVersion1,
            .EBADF,
            "only cgroups of the unified hierarchy take newborn processes",
            "!cgroup_on_dfl(cgrp)",
            in: "cgroup_get_from_file"
        ),
        ofCssSetFork(
            .cloneIntoPermission,
            .EACCES,
            "the caller may not write the cgroup's cgroup.procs",
            "ret = inode_permission(",
            in: "cgroup_may_write"
        ),
        ofCssSetFork(
            .cloneIntoInvalidDomain,
            .EOPNOTSUPP,
            "the cgroup is below the root of a threaded subtree and not threaded itself",
            "!cgroup_is_valid_domain(dst_cgrp->dom_cgrp)",
            in: "cgroup_migrate_vet_dst"
        ),
        ofCssSetFork(
            .cloneIntoInnerProcesses,
            .EBUSY,
            "the cgroup has controllers in its cgroup.subtree_control, for those below it that have processes",
            "if (dst_cgrp->subtree_control)",
            in: "cgroup_migrate_vet_dst"
        ),
    ]

    static let before73 = Rule.Versions(before: KernelVersion(7, 3))
    static let since73 = Rule.Versions(since: KernelVersion(7, 3))

    private static func inUserArgs(_ condition: String) -> SourceCitation {
        SourceCitation(function: "copy_clone_args_from_user", file: "kernel/fork.c", condition: condition)
    }

    private static func inKernelClone(_ condition: String) -> SourceCitation {
        SourceCitation(function: "kernel_clone", file: "kernel/fork.c", condition: condition)
    }

    private static func ofUserArgs(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        Rule(name, "clone3", errno, summary, inUserArgs(condition), versions: versions)
    }

    private static func exitSignal(_ condition: String, _ versions: Rule.Versions) -> Rule {
        ofUserArgs(.clone3ExitSignal, .EINVAL, "the exit signal is none", condition, versions)
    }

    private static func ofArgs(_ name: Rule.Name, _ summary: String, _ condition: String) -> Rule {
        Rule(
            name,
            "clone3",
            .EINVAL,
            summary,
            SourceCitation(function: "clone3_args_valid", file: "kernel/fork.c", condition: condition),
            at: SourceCitation(
                function: "__do_sys_clone3",
                file: "kernel/fork.c",
                condition: "!clone3_args_valid(&kargs)"
            )
        )
    }

    private static func ofAllocPid(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String,
        _ versions: Rule.Versions = .all
    ) -> Rule {
        Rule(
            name,
            "clone3",
            errno,
            summary,
            SourceCitation(function: "alloc_pid", file: "kernel/pid.c", condition: condition),
            at: inCopyProcess("pid = alloc_pid(p->nsproxy->pid_ns_for_children, args->set_tid,"),
            versions: versions
        )
    }

    private static func ofCssSetFork(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String,
        _ versions: Rule.Versions = .all,
        in function: String = "cgroup_css_set_fork"
    ) -> Rule {
        Rule(
            name,
            "clone3",
            errno,
            summary,
            SourceCitation(function: function, file: "kernel/cgroup/cgroup.c", condition: condition),
            at: inCopyProcess("retval = cgroup_can_fork(p, args);"),
            versions: versions
        )
    }
}
