import CLinux
import Glibc
import KernelABI
import Scenario

/// The process that forks the first puppets of each program in a guest, as its siblings.
///
/// Under emulation a fork costs what its memory costs. The nursery's is a few pages, and so is that of all puppets; the
/// first process of the guest, with everything that Swift needs, does not fork at all.
struct Nursery {
    /// The table of all puppets of the guest; the nursery has slot 0.
    let table: OpaquePointer
    /// How many slots it has.
    let slots: Int
    /// The process.
    let pid: pid_t
    /// Nothing can have renamed the UTS namespace that the next puppets get.
    private(set) var areNamesFresh = false

    /// Starts the nursery, with room for so many puppets at a time.
    init(puppets: Int) throws(SystemError) {
        slots = puppets + 1
        var pid: pid_t = 0
        guard let table = kernaut_nursery_start(UInt32(slots), &pid) else {
            throw SystemFile.lastError("start the process that forks puppets")
        }
        self.table = table
        self.pid = pid
        try order(KERNAUT_BECOME, "setrlimit(RLIMIT_NPROC)", 0, UInt64.max)
    }

    /// Sees to it that the puppets which are forked from now on have a UTS namespace with the names of a new world. The
    /// last program's will do where nothing in it was renamed.
    mutating func prepareNames() throws(SystemError) {
        guard !areNamesFresh else { return }
        areNamesFresh = true
        try order(KERNAUT_UNSHARE, "unshare(CLONE_NEWUTS)", CloneFlags.CLONE_NEWUTS.rawValue)
        try order(KERNAUT_SETHOSTNAME, "sethostname", text: World.initialNodename)
        try order(KERNAUT_SETDOMAINNAME, "setdomainname", text: World.initialDomainname)
    }

    /// Notes that a program is played that may rename what it finds.
    mutating func expectRenaming() { areNamesFresh = false }

    /// Kills everything in the guest but its first process, the nursery as well: to begin again after something failed.
    func killAll() {
        kill(-1, SIGKILL)
        while waitpid(-1, nil, 0) > 0 || errno == EINTR {}
        kernaut_nursery_end(table)
    }

    private func order(_ order: kernaut_order, _ what: String, text: String) throws(SystemError) {
        text.withCString { _ = strcpy(kernaut_puppet_text(table, 0), $0) }
        try self.order(order, what, UInt64(text.utf8.count))
    }

    private func order(
        _ order: kernaut_order,
        _ what: String,
        _ argument: UInt64,
        _ second: UInt64 = 0
    ) throws(SystemError) {
        let result = kernaut_puppet_call(table, 0, pid, order, argument, second)
        guard result == 0 else {
            throw SystemError(what: "\(what) of the process that forks puppets", errno: Errno(rawValue: Int32(-result)))
        }
    }
}
