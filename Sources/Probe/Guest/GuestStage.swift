import CLinux
import Glibc
import KernelABI
import Scenario

/// What the first process of a guest has for all of its programs: a table of puppets, and the namespace that they begin in.
struct GuestStage {
    private let table: OpaquePointer
    private var programs = 0
    /// Nothing can have renamed this process's UTS namespace.
    private var areNamesFresh = false

    /// Makes a table with room for all that a program may have, and lifts the limit that puppets inherit.
    init() throws(SystemError) {
        let slots = ProcessBound.ceiling + Supervisor.margin
        guard let table = kernaut_table_make(UInt32(slots)) else {
            throw SystemFile.lastError("map a table of \(slots) puppets")
        }
        self.table = table
        var none = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
        guard setrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &none) == 0 else {
            throw SystemFile.lastError("setrlimit(RLIMIT_NPROC)")
        }
    }

    /// An empty stage for a program, in a UTS namespace with the names that a program begins with. The last program's
    /// namespace will do where nothing in it can have been renamed.
    ///
    /// The first puppets share the memory of this process, so that none is changed between it and them; they are processes
    /// all the same. Of the calls that a program makes, `unshare` looks at whether memory is shared. `setns` looks at whether
    /// it is dumpable, which it ceases to be for all when one changes its user: but only for callers who are not root, and
    /// these have changed theirs.
    mutating func stage(for program: Program) throws(SystemError) -> PuppetStage {
        if !areNamesFresh {
            let unshared = kernaut_unshare_uts()
            guard unshared == 0 else {
                throw SystemError(what: "unshare(CLONE_NEWUTS)", errno: Errno(rawValue: -unshared))
            }
            try UTSNames.setInitial()
        }
        areNamesFresh = !program.mayRename
        // The memory grows in the beginning: what came since is kept from puppets as well.
        if programs.nonzeroBitCount <= 1 { kernaut_keep_memory_from_children(table) }
        programs += 1
        let slots = ProcessBound.of(program) + Supervisor.margin
        let stage = PuppetStage(table: table, slots: slots, sharesMemory: !program.asksForSharedMemory)
        stage.keepTableForExec(program.callsExecve)
        return stage
    }

    /// Lets the next child run Swift.
    func shareMemoryWithChild() { kernaut_share_memory_with_children(table) }

    /// Has the next programs' puppets do without this process's memory again.
    mutating func takeMemoryBack() { programs = 0 }

    /// Kills everything in the guest but its first process, and reaps it.
    mutating func killAll() {
        kill(-1, SIGKILL)
        while waitpid(-1, nil, 0) > 0 || errno == EINTR {}
        areNamesFresh = false
    }
}

extension Program {
    /// Some step may change a name of a UTS namespace.
    fileprivate var mayRename: Bool {
        steps.contains { step in
            switch step.action {
            case .sethostname, .setdomainname: true
            default: false
            }
        }
    }

    /// Some step has the kernel look at whether a process shares its memory: `check_unshare_flags` does for what a thread
    /// cannot leave alone (`current_is_single_threaded`). `setns` to a time namespace does, too.
    /// Or at what the memory is: where there are user namespaces, root may come to be held to whether that is dumpable, and so may
    /// anybody be who writes a file of a process. Who calls execve is to be the only one with other memory.
    fileprivate var asksForSharedMemory: Bool {
        steps.contains { step in
            switch step.action {
            case .unshare(_, let flags):
                !flags.isDisjoint(with: [.CLONE_VM, .CLONE_SIGHAND, .CLONE_THREAD, .CLONE_NEWUSER])
            case .setns(_, _, let flags), .setnsFile(_, _, let flags): flags.contains(.CLONE_NEWTIME)
            // It is entered without flags, too.
            case .open(_, .namespace(_, let file), _): file.kind == .time
            case .writeTimensOffsets, .execve, .mapSelf: true
            case .clone(_, let flags, _): flags.contains(.CLONE_NEWUSER)
            case .clone3(_, let args, _, _): args.flags.contains(.CLONE_NEWUSER)
            default: false
            }
        }
    }
}
