public import KernelABI

/// Every rule that the model has, in the order in which the kernel asks: those of `copy_process` first, then those of
/// the other calls, each call's in its own order.
public enum Rules {
    /// All rules.
    public static let all: [Rule] =
        clone3 + kernelClone + copyProcess + unshare + openFiles + setns + sethostname + setdomainname + setrlimit
        + setresuid + execve + writeSysctl + writeTimensOffsets + writeMap + kill + wait + path + rmdir + mkdir + attach
        + writePidsMax
        + writeCgroupFiles + writeSubtreeControl + writeCgroupType

    /// The rules of a release.
    public static func of(_ version: KernelVersion) -> [Rule] { all.filter { $0.versions.contains(version) } }

    /// The names of the rules that some of these releases have.
    public static func names(in versions: [KernelVersion]) -> [Rule.Name] {
        let known = Set(versions.flatMap(of).map(\.name))
        return Rule.Name.allCases.filter(known.contains)
    }

    /// The rule of a name, as a release has it.
    public static func named(_ name: Rule.Name, in version: KernelVersion) -> Rule {
        guard let rule = byName[name]?.first(where: { $0.versions.contains(version) }) else {
            preconditionFailure("Linux \(version) has no rule \(name)")
        }
        return rule
    }

    private static let byName = Dictionary(grouping: all, by: \.name)

    /// The order of `copy_process`, `kernel/fork.c`.
    public static let copyProcess: [Rule] =
        beforePids + setTID + clonePidMax + pidNSEnded + intoCgroup + [intoOtherDomain, pidsMax]

    private static let beforePids: [Rule] =
        [
            ofCopyProcess(
                .cloneNewnsWithFs,
                .EINVAL,
                "a new mount namespace cannot share root and working directory",
                "(clone_flags & (CLONE_NEWNS|CLONE_FS)) == (CLONE_NEWNS|CLONE_FS)"
            ),
            ofCopyProcess(
                .cloneNewuserWithFs,
                .EINVAL,
                "a new user namespace cannot share root and working directory",
                "(clone_flags & (CLONE_NEWUSER|CLONE_FS)) == (CLONE_NEWUSER|CLONE_FS)"
            ),
            cloneUnprivilegedUserNS,
            ofCopyProcess(
                .cloneThreadWithoutSighand,
                .EINVAL,
                "a thread shares its group's signal handlers",
                "(clone_flags & CLONE_THREAD) && !(clone_flags & CLONE_SIGHAND)"
            ),
            ofCopyProcess(
                .cloneSighandWithoutVm,
                .EINVAL,
                "who shares signal handlers shares memory",
                "(clone_flags & CLONE_SIGHAND) && !(clone_flags & CLONE_VM)"
            ),
            siblingOfFirst,
            ofCopyProcess(
                .cloneThreadElsewhere,
                .EINVAL,
                "a thread cannot start in another user or PID namespace than its group",
                "clone_flags & (CLONE_NEWUSER | CLONE_NEWPID)"
            ),
            threadLeavesPIDNS, cloneSharedClocks, pidfdOfThread,
            pidfdDetached("clone_flags & (CLONE_DETACHED | CLONE_THREAD)", before: KernelVersion(6, 9)),
            pidfdDetached("clone_flags & CLONE_DETACHED", since: KernelVersion(6, 9)),
        ] + autoreap + [
            cloneUserNSDepth(Rule.Versions(since: KernelVersion(5, 14))),
            cloneMaxUserNS(Rule.Versions(since: KernelVersion(5, 14))),
            cloneUserNSUnmapped(Rule.Versions(since: KernelVersion(5, 14))),
            // It asks before the child is counted, the later form after; both refuse at the same count.
            ofCopyProcess(
                .rlimitNproc,
                .EAGAIN,
                rlimitNproc,
                "atomic_read(&p->real_cred->user->processes) >= task_rlimit(p, RLIMIT_NPROC)",
                knob: "RLIMIT_NPROC",
                before: KernelVersion(5, 14)
            ),
            ofCopyProcess(
                .rlimitNproc,
                .EAGAIN,
                rlimitNproc,
                "is_rlimit_overlimit(task_ucounts(p), UCOUNT_RLIMIT_NPROC, rlimit(RLIMIT_NPROC))",
                knob: "RLIMIT_NPROC",
                since: KernelVersion(5, 14)
            ),
            cloneUserNSDepth(Rule.Versions(before: KernelVersion(5, 14))),
            cloneMaxUserNS(Rule.Versions(before: KernelVersion(5, 14))),
            cloneUserNSUnmapped(Rule.Versions(before: KernelVersion(5, 14))),
            ofCopyProcess(
                .cloneThreadsMax,
                .EAGAIN,
                "the machine has as many threads as kernel.threads-max allows; nobody is exempt",
                "data_race(nr_threads >= max_threads)",
                knob: "kernel.threads-max"
            ),
            Rule(
                .cloneNamespaceCapable,
                "clone",
                .EPERM,
                "a new namespace needs CAP_SYS_ADMIN",
                SourceCitation(
                    function: "copy_namespaces",
                    file: "kernel/nsproxy.c",
                    condition: "!ns_capable(user_ns, CAP_SYS_ADMIN)"
                ),
                at: inCopyProcess("retval = copy_namespaces(clone_flags, p);")
            ),
            sysvsemElsewhere,
        ] + cloneNamespaceCounts

    private static let pidsMax = Rule(
        .pidsMax,
        "clone",
        .EAGAIN,
        "the cgroup, or one above it, has as many processes as its pids.max allows",
        SourceCitation(
            function: "pids_try_charge",
            file: "kernel/cgroup/pids.c",
            condition: "new > limit"
        ),
        at: inCopyProcess("retval = cgroup_can_fork(p, args);"),
        knob: "pids.max"
    )

    /// It is asked where the child's credentials are copied, since 5.14 before the count is held against the limit.
    private static func cloneUserNSUnmapped(_ versions: Rule.Versions) -> Rule {
        Rule(
            .cloneUserNSUnmapped,
            "clone",
            .EPERM,
            "the caller's ids have no mapping in its user namespace",
            createUserNSUnmapped,
            at: inCopyProcess("retval = copy_creds(p, clone_flags);"),
            versions: versions
        )
    }

    private static let rlimitNproc =
        "the user has as many processes as the caller's RLIMIT_NPROC allows; uid 0 and holders of CAP_SYS_RESOURCE or "
        + "CAP_SYS_ADMIN are exempt"

    static func inCopyProcess(_ text: String) -> SourceCitation {
        SourceCitation(function: "copy_process", file: "kernel/fork.c", condition: text)
    }

    static func ofCopyProcess(
        _ name: Rule.Name,
        _ errno: Errno,
        _ summary: String,
        _ condition: String,
        knob: String? = nil,
        since: KernelVersion? = nil,
        before: KernelVersion? = nil
    ) -> Rule {
        let citation = inCopyProcess(condition)
        return Rule(
            name,
            "clone",
            errno,
            summary,
            citation,
            knob: knob,
            versions: Rule.Versions(since: since, before: before)
        )
    }
}
