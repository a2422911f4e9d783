public import KernelABI

/// One step of a program.
public struct Step: Hashable, Sendable {
    /// What happens, and who does it.
    public var action: Action

    /// Makes a step.
    public init(_ action: Action) { self.action = action }
}

/// What a step does. The first value names the process that acts; cgroup files are written and read by the harness,
/// which is privileged and outside every cgroup of the program.
///
/// A step whose process does not live when its turn comes (its fork was refused, or it has ended) makes no call: its
/// observation has no events. This holds for the process that ``attach(_:to:)`` moves, and for ``kill(_:)``. A name is
/// given once: a program that names two processes alike is bad input.
///
/// A process whose parent ended is adopted by a subreaper among its ancestors, by the first process of its PID namespace, or
/// else by the harness, which does not wait for it: an orphan that ends then stays a zombie, keeps its charge, and is nobody's
/// child within the program.
public enum Action: Hashable, Sendable {
    /// `fork()`; the child is called `child` when it is made.
    case fork(TaskName, child: TaskName)
    /// `clone(flags)`; the child is called `child` when it is made.
    case clone(TaskName, flags: CloneFlags, child: TaskName)
    /// `clone3(args)`; the child is called `child` when it is made. With `into`, the descriptor `cgroup` is that one.
    case clone3(TaskName, CloneArgs, into: CloneDestination?, child: TaskName)
    /// `vfork()`, which shares the caller's memory; the child is called `child` when it is made.
    ///
    /// Who makes a child with `CLONE_VFORK` makes no calls before that child has ended or called execve: a program that has it make
    /// one is bad input. The call's own event tells of the child, and one more, ``vforkReturn``, that it has come back: in the
    /// step with which the child did so, after all others.
    case vfork(TaskName, child: TaskName)
    /// `exit(status)`: the process ends and stays a zombie until it is waited for. The outcome of the event is `ok`.
    ///
    /// A thread ends alone, and is gone at once: nobody waits for it. Who leads threads that live is a zombie that nobody can
    /// wait for before all of them have ended.
    case exit(TaskName, status: UInt8)
    /// `exit_group(status)`: the process ends with all its threads.
    case exitGroup(TaskName, status: UInt8)
    /// `execve` of a program that does what the process did before. The process has one task then, whoever of its tasks called:
    /// it goes on under its own name, and that of a thread is nobody's. What was opened under names is closed.
    ///
    /// A caller of a clone with `CLONE_VFORK` who waits for the process comes back: ``vforkReturn``.
    case execve(TaskName)
    /// `waitpid(child)`: reaps the named child; with nil, any child (`waitpid(-1)`). `ECHILD` where there is none,
    /// also where the name was never given to a process, or the process was reaped before.
    /// Never blocks for long: a program waits only for a child that has ended, else the step is refused as bad input.
    /// Of several ended children, nil reaps the one that was made first.
    case wait(TaskName, child: TaskName?)
    /// `wait4` or `waitid` with their options. Nor does this block: a program that has it wait for what does not come is bad
    /// input, unless an option says that the call is not to wait.
    case waitCall(TaskName, WaitCall)
    /// `unshare(flags)`
    case unshare(TaskName, flags: CloneFlags)
    /// `sethostname(name)`
    case sethostname(TaskName, name: String)
    /// `setdomainname(name)`
    case setdomainname(TaskName, name: String)
    /// `uname()`: the observed text is the member's. See ``World`` for what it is at the start.
    case uname(TaskName, member: UTSMember)
    /// `pidfd_open` of the target, and `setns(pidfd, flags)`: enters the target's namespaces of these kinds. A name that
    /// was never given to a process, or whose process was reaped, has no pid: `ESRCH`.
    case setns(TaskName, of: TaskName, flags: CloneFlags)
    /// Opens a file and keeps it under a name, with a descriptor of its own. A process that was never made or that was reaped
    /// has no files (`ENOENT`) and no pid (`ESRCH`).
    case open(TaskName, OpenedFile, as: FileName)
    /// `close` of what was opened under a name; `EBADF` where the process does not have it.
    case close(TaskName, FileName)
    /// `setns(descriptor, flags)` of what was opened under a name: a namespace's file, or a pidfd.
    case setnsFile(TaskName, FileName, flags: CloneFlags)
    /// Which namespace the process is in, or its children will be in: `readlink("/proc/self/ns/uts")`. The observed identity is
    /// a number that counts the namespaces of this kind from 1 in the order in which the program sees them first.
    case namespace(TaskName, NamespaceFile)
    /// Reads a file of a process, its own or another one's: `/proc/PID/cgroup`. `ENOENT` where no process has the name, or it was
    /// reaped.
    ///
    /// Of ``ProcessFile/cgroup``, the observed text is the path in the line of the hierarchy that carries `pids`. For a process
    /// in the harness's own cgroup namespace, what stands before the program's root there is different from run to run: the
    /// path of the root and all above it is ``World/rootSeenFromOutside``, so that `/box` is `world/box`.
    case readProcess(TaskName, of: TaskName, ProcessFile)
    /// Writes `/proc/PID/timens_offsets` of a process, its own or another one's: lines such as `monotonic 7 0`.
    case writeTimensOffsets(TaskName, of: TaskName, text: String)
    /// `getppid()`: which process is the parent.
    case getppid(TaskName)
    /// `getpid()`, and what `NSpid` in `/proc/self/status` says for the PID namespaces above: the outcome is
    /// ``Outcome/pids(_:)``.
    case getpid(TaskName)
    /// `sigaction(SIGCHLD)`: whether the process cares for the ends of its children.
    case sigchld(TaskName, ChildSignal)
    /// `prctl(PR_SET_CHILD_SUBREAPER)`: whether orphans among the process's descendants become its children.
    case subreaper(TaskName, Bool)
    /// `kill(target, signal)`; signal 0 asks for permission alone. A process that is killed is a zombie afterwards.
    case signal(TaskName, to: TaskName, signal: FatalSignal)
    /// `setresuid` of all three users, and thereby who the process counts with.
    case setuid(TaskName, ScenarioUser)
    /// `setrlimit(RLIMIT_NPROC)`, soft and hard.
    case setrlimitNproc(TaskName, soft: UInt64, hard: UInt64)
    /// Writes a cgroup's file, as the harness: `pids.max`. What is written to a ``CgroupMemberFile`` is no pid that somebody
    /// could have: ``attach(_:to:)`` moves processes.
    case write(CgroupPath, file: String, text: String)
    /// A process writes to a file that lists who is in a cgroup: `0`, which is the writer itself, or what is no pid of anybody.
    case writeMembers(TaskName, CgroupPath, CgroupMemberFile, text: String)
    /// Reads a cgroup's file, as the harness; `ENOENT` where this kernel has no such file.
    case read(CgroupPath, file: String)
    /// Makes a cgroup, as the harness: `mkdir` of its directory, with `max` in its `pids.max`. In the unified hierarchy it is
    /// made as the world's cgroups are, threaded and with `pids`.
    case mkdir(CgroupPath)
    /// Removes a cgroup, as the harness: `rmdir` of its directory. What was charged there stays charged above until the
    /// processes are reaped.
    case rmdir(CgroupPath)
    /// Writes the map of all ids to themselves to the `uid_map` and `gid_map` of a process's user namespace, as the harness,
    /// which is root in the initial one. The outcome is that of the first write that fails.
    case mapIDs(TaskName)
    /// A process maps its own user, and its group of the same number, to themselves in its user namespace: it writes one line
    /// to its `uid_map`, `deny` to `setgroups` and one line to its `gid_map`. The outcome is that of the first write that fails.
    case mapSelf(TaskName)
    /// Writes a setting of the kernel, by a process (in its own user namespace) or, with nil, as the harness, which is root
    /// in the initial one. What the harness sets holds for the whole machine, which a host is not made for: only a guest
    /// runs such a program. A number is at most ``Sysctl/largest``.
    ///
    /// A ``SysctlValue/room(_:)`` is for settings that ``Sysctl/takesRoom``. A run in which threads of the machine beside the
    /// program's came or went after that says nothing, and is not judged.
    case sysctl(TaskName?, Sysctl, SysctlValue)
    /// Several processes fork at once, each again and again until one of its forks is refused. Child number k of P is
    /// called as a bomb's would be. There is one event for each process, in the order of the list; its outcome is
    /// ``Outcome/forks(made:refused:)``. Which of them got how many children is for the kernel's scheduler to decide.
    case race([TaskName])
    /// Moves a process to a cgroup with all its threads, as the harness (writes `cgroup.procs`). Never refused by `pids.max`.
    case attach(TaskName, to: CgroupPath)
    /// Moves one thread to a cgroup, as the harness: writes `cgroup.threads`, or `tasks` in version 1.
    case attachThread(TaskName, to: CgroupPath)
    /// A fork bomb: for `rounds` rounds, every process of the bomb (the named one and all that came of it in this step)
    /// that lives when the round starts, in the order in which they were made, forks once. Child number k (from 1,
    /// counted over P's successes in all bomb steps of the program) of process P is called `P.k`. There is one
    /// observation a round, with one event, called `fork`, for each fork that was tried.
    ///
    /// Another workload than ``BombWorkload/binary`` has fewer of them fork, and has some end: `exit` by the process, and
    /// `wait` by its parent, are events of the round.
    case bomb(TaskName, rounds: Int, workload: BombWorkload = .binary)
    /// Kills (SIGKILL) the named process and all its living descendants, as the harness, and reaps these and the zombies
    /// among their descendants: nothing of that tree is left, and no charge. Descendants are meant as they stand: an
    /// orphan is the harness's child. The one event is called `kill` and its outcome is `ok`.
    case kill(TaskName)

    /// Member of what `uname` fills in.
    public enum UTSMember: String, CaseIterable, Hashable, Sendable {
        /// `nodename`
        case nodename
        /// `domainname`
        case domainname
    }

    /// What a process has for `SIGCHLD`.
    public enum ChildSignal: String, CaseIterable, Hashable, Sendable {
        /// The default: children that have ended are zombies until they are waited for.
        case SIG_DFL
        /// To be ignored: they are gone at once.
        case SIG_IGN
        /// The default with the flag that no zombies are wanted.
        case SA_NOCLDWAIT
    }

    /// The call of the event that tells that a clone with `CLONE_VFORK` has come back: its outcome is `ok`.
    public static let vforkReturn = "vfork returns"

    /// A signal that a process cannot survive or notice.
    public enum FatalSignal: UInt8, CaseIterable, Hashable, Sendable {
        /// No signal: only the permission is asked.
        case none = 0
        /// `SIGKILL`
        case kill = 9
    }

    /// The call of the step's events, as ``Event/call`` spells it.
    public var call: String {
        switch self {
        case .fork, .bomb: "fork"
        case .clone: "clone"
        case .vfork: "vfork"
        case .clone3: "clone3"
        case .exit: "exit"
        case .exitGroup: "exit_group"
        case .execve: "execve"
        case .wait: "wait"
        case .waitCall(_, let call): call.name
        case .unshare: "unshare"
        case .sethostname: "sethostname"
        case .setdomainname: "setdomainname"
        case .uname: "uname"
        case .setns, .setnsFile: "setns"
        case .open(_, .pidfd, _): "pidfd_open"
        case .open: "open"
        case .close: "close"
        case .namespace(_, let file): "readlink ns/\(file.rawValue)"
        case .readProcess(_, _, let file): "read \(file.rawValue)"
        case .writeTimensOffsets: "write \(ProcessFile.timensOffsets.rawValue)"
        case .getppid: "getppid"
        case .getpid: "getpid"
        case .sigchld: "sigaction"
        case .subreaper: "prctl"
        case .signal: "kill"
        case .setuid: "setresuid"
        case .read(_, let file): "read \(file)"
        case .race: "fork until refused"
        case .setrlimitNproc: "setrlimit"
        case .write(_, let file, _): "write \(file)"
        case .writeMembers(_, _, let file, _): "write \(file.rawValue)"
        case .attach: "attach"
        case .attachThread: "attach thread"
        case .mkdir: "mkdir"
        case .rmdir: "rmdir"
        case .mapIDs, .mapSelf: "write uid_map"
        case .sysctl(_, let setting, _): "sysctl \(setting)"
        case .kill: "kill"
        }
    }

    /// The name that the step gives to a process; nil for a step that names its children itself, or makes none.
    public var namedChild: TaskName? {
        switch self {
        case .fork(_, let child), .vfork(_, let child), .clone(_, _, let child), .clone3(_, _, _, let child): child
        default: nil
        }
    }

    /// The open file that the step names; nil for none.
    public var file: FileName? {
        switch self {
        case .open(_, _, let file), .close(_, let file), .setnsFile(_, let file, _): file
        case .clone3(_, _, let destination, _): destination?.file
        default: nil
        }
    }

    /// The process that the step's events name as their caller; nil where the harness calls.
    public var actor: TaskName? {
        switch self {
        case .fork(let task, _), .vfork(let task, _), .clone(let task, _, _), .clone3(let task, _, _, _),
            .exit(let task, _), .exitGroup(let task, _), .execve(let task), .wait(let task, _), .waitCall(let task, _),
            .unshare(let task, _), .sethostname(let task, _), .setdomainname(let task, _), .uname(let task, _),
            .setns(let task, _, _), .open(let task, _, _), .close(let task, _), .setnsFile(let task, _, _),
            .namespace(let task, _), .readProcess(let task, _, _), .writeTimensOffsets(let task, _, _),
            .getppid(let task), .getpid(let task),
            .signal(let task, _, _), .setuid(let task, _), .sigchld(let task, _), .subreaper(let task, _),
            .setrlimitNproc(let task, _, _), .bomb(let task, _, _), .writeMembers(let task, _, _, _),
            .mapSelf(let task):
            task
        case .sysctl(let task, _, _): task
        case .write, .read, .attach, .attachThread, .mkdir, .rmdir, .mapIDs, .kill, .race: nil
        }
    }
}
