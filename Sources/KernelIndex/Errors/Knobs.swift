/// The limits that kernaut knows.
public enum Knobs {
    /// The limit behind an origin; the first in the list where several fit.
    static func knob(behind origin: NumberedOrigin) -> Knob? {
        // Bytes, since thousands of origins are looked at: whether a character is a letter is a long story.
        let words = origin.conditions.utf8.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                false
            default: true
            }
        }
        let texts = words.map(Substring.init)
        return all.first { $0.isBehind(origin, texts) }
    }

    /// All of them; where several fit, the closer one stands first.
    public static let all: [Knob] = processes + namespaces + files + memory

    private static let processes = [
        Knob(
            "RLIMIT_NPROC",
            setBy: "ulimit -u, /etc/security/limits.conf, systemd LimitNPROC=, docker --ulimit nproc=",
            evidence: [
                "/proc/self/limits, line 'Max processes'", "the threads of the user: ps -L -u USER | wc -l",
                "nothing is logged; uid 0, CAP_SYS_RESOURCE and CAP_SYS_ADMIN are exempt",
            ],
            identifiers: ["RLIMIT_NPROC", "UCOUNT_RLIMIT_NPROC"]
        ),
        Knob(
            "kernel.threads-max",
            setBy: "sysctl kernel.threads-max",
            evidence: ["/proc/sys/kernel/threads-max", "the threads of the machine: /proc/loadavg, behind the slash"],
            identifiers: ["max_threads"]
        ),
        Knob(
            "kernel.pid_max",
            setBy: "sysctl kernel.pid_max",
            evidence: [
                "/proc/sys/kernel/pid_max", "the threads of the PID namespace: ls -d /proc/[0-9]*/task/* | wc -l",
            ],
            functions: ["alloc_pid"],
            errors: ["EAGAIN"]
        ),
        Knob(
            "kernel.pid_max",
            setBy: "sysctl kernel.pid_max",
            evidence: ["/proc/sys/kernel/pid_max"],
            identifiers: ["pid_max"]
        ),
        Knob(
            "pids.max",
            setBy: "pids.max of the cgroup or of one above it; systemd TasksMax=, docker --pids-limit",
            evidence: [
                "pids.current and pids.events ('max' counts refusals) of the cgroup and of those above it",
                "dmesg: 'cgroup: fork rejected by pids controller in /PATH', once for each cgroup",
            ],
            functions: ["pids_try_charge", "pids_can_fork"],
            errors: ["EAGAIN"]
        ),
        Knob(
            "cgroup.max.descendants, cgroup.max.depth",
            setBy: "the files of these names in the cgroup above",
            evidence: ["cgroup.stat: nr_descendants, nr_dying_descendants"],
            functions: ["cgroup_mkdir"],
            identifiers: ["cgroup_check_hierarchy_limits"]
        ),
        Knob(
            "RLIMIT_RTPRIO, RLIMIT_NICE",
            setBy: "ulimit -r, ulimit -e, /etc/security/limits.conf",
            evidence: ["/proc/self/limits, lines 'Max realtime priority' and 'Max nice priority'"],
            identifiers: ["RLIMIT_RTPRIO", "RLIMIT_NICE"]
        ),
        Knob(
            "RLIMIT_SIGPENDING",
            setBy: "ulimit -i, /etc/security/limits.conf",
            evidence: ["/proc/self/status, line 'SigQ'"],
            identifiers: ["RLIMIT_SIGPENDING", "UCOUNT_RLIMIT_SIGPENDING"]
        ),
    ]

    private static let namespaces =
        [
            Knob(
                "kernel.unprivileged_userns_clone",
                setBy: "sysctl kernel.unprivileged_userns_clone (a patch of Debian's)",
                evidence: ["/proc/sys/kernel/unprivileged_userns_clone"],
                identifiers: ["unprivileged_userns_clone"]
            )
        ]
        + [
            ("user", ["create_user_ns"]), ("uts", ["clone_uts_ns"]), ("ipc", ["create_ipc_ns"]),
            ("pid", ["create_pid_namespace"]), ("net", ["copy_net_ns"]), ("mnt", ["alloc_mnt_ns"]),
            ("cgroup", ["copy_cgroup_ns"]), ("time", ["clone_time_ns"]),
        ].map { kind, functions in
            Knob(
                "user.max_\(kind)_namespaces",
                setBy: "sysctl user.max_\(kind)_namespaces, in the user namespace or in one above it",
                evidence: ["/proc/sys/user/max_\(kind)_namespaces", "lsns -t \(kind)"],
                functions: functions,
                identifiers: ["ucounts"],
                errors: ["ENOSPC"]
            )
        }

    private static let files = [
        Knob(
            "RLIMIT_NOFILE",
            setBy: "ulimit -n, /etc/security/limits.conf, systemd LimitNOFILE=",
            evidence: ["/proc/self/limits, line 'Max open files'", "ls /proc/PID/fd | wc -l"],
            identifiers: ["RLIMIT_NOFILE"]
        ),
        Knob(
            "RLIMIT_NOFILE",
            setBy: "ulimit -n, /etc/security/limits.conf, systemd LimitNOFILE=",
            evidence: ["/proc/self/limits, line 'Max open files'", "ls /proc/PID/fd | wc -l"],
            functions: ["alloc_fd", "__alloc_fd"],
            errors: ["EMFILE"]
        ),
        Knob(
            "fs.nr_open",
            setBy: "sysctl fs.nr_open",
            evidence: ["/proc/sys/fs/nr_open"],
            identifiers: ["sysctl_nr_open"]
        ),
        Knob(
            "fs.file-max",
            setBy: "sysctl fs.file-max",
            evidence: ["/proc/sys/fs/file-nr", "dmesg: 'VFS: file-max limit N reached'"],
            functions: ["alloc_empty_file"],
            errors: ["ENFILE"]
        ),
        Knob(
            "fs.mount-max",
            setBy: "sysctl fs.mount-max",
            evidence: ["/proc/sys/fs/mount-max", "wc -l /proc/self/mountinfo"],
            identifiers: ["sysctl_mount_max"]
        ),
    ]

    private static let memory = [
        Knob(
            "vm.overcommit_memory",
            setBy: "sysctl vm.overcommit_memory, vm.overcommit_ratio, vm.overcommit_kbytes",
            evidence: ["/proc/meminfo: CommitLimit, Committed_AS"],
            functions: ["__vm_enough_memory"],
            errors: ["ENOMEM"]
        ),
        Knob(
            "vm.overcommit_memory",
            setBy: "sysctl vm.overcommit_memory, vm.overcommit_ratio, vm.overcommit_kbytes",
            evidence: ["/proc/meminfo: CommitLimit, Committed_AS"],
            identifiers: ["security_vm_enough_memory_mm"]
        ),
        Knob(
            "vm.max_map_count",
            setBy: "sysctl vm.max_map_count",
            evidence: ["/proc/sys/vm/max_map_count", "wc -l /proc/PID/maps"],
            identifiers: ["sysctl_max_map_count"]
        ),
        Knob(
            "RLIMIT_MEMLOCK",
            setBy: "ulimit -l, /etc/security/limits.conf",
            evidence: ["/proc/self/limits, line 'Max locked memory'"],
            identifiers: ["RLIMIT_MEMLOCK", "UCOUNT_RLIMIT_MEMLOCK"]
        ),
        Knob(
            "RLIMIT_AS, RLIMIT_DATA",
            setBy: "ulimit -v, ulimit -d, /etc/security/limits.conf",
            evidence: ["/proc/self/limits, lines 'Max address space' and 'Max data size'"],
            identifiers: ["may_expand_vm", "RLIMIT_AS", "RLIMIT_DATA"]
        ),
    ]
}
