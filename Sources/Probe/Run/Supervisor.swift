import CLinux
import Glibc
import KernelABI
import Scenario

/// Runs one program below a guard, and leaves nothing behind.
///
/// Three kinds of process, each of which dies with the one before it:
///
///     supervisor    watches the time, its signals and whether somebody still reads its output; outside of the guard
///     conductor     the first process of a new PID namespace, in the guard; PR_SET_PDEATHSIG ties it to the supervisor
///     puppets       in the program's cgroups; when the conductor dies the kernel kills all in its PID namespace
///
/// PR_SET_PDEATHSIG alone could not do this for the puppets: fork does not hand it on, a change of user clears it, and it
/// would kill an orphan that the program wants to live on.
struct Supervisor {
    /// Processes in the guard that are not the program's: the conductor; and room below the limit, so that the guard's own
    /// limit refuses nothing.
    static let margin = 8

    /// Where the trace goes.
    let output: ProbeOutput
    /// How long a run may take.
    let timeoutSeconds: Int
    /// Readable when SIGINT, SIGTERM or SIGHUP came.
    let signals: Int32
    /// What the first process of a guest, which is the conductor itself, has for all programs.
    var guest: GuestStage?
    /// What traces each run, where something does.
    var tracing: (any RunTracing)?
    /// What is timed in the place of the program's bomb, where something is. On a host only.
    var timing: BombTiming?

    /// Runs a program on a hierarchy; the trace is written as it happens.
    mutating func run(
        _ program: Program,
        on hierarchy: PidsHierarchy,
        canRaiseLimits: Bool,
        canSetClocks: Bool = true
    ) -> RunEnding {
        if let refusal = Admission.refusal(
            program,
            canRaiseLimits: canRaiseLimits,
            canSetClocks: canSetClocks,
            isGuest: guest != nil
        ) {
            return refusal
        }
        if program.callsExecve, let reason = PuppetStage.lackForExec() { return .unsupported(reason: reason) }
        if let guest { return runInGuest(program, on: hierarchy, guest) }
        if hierarchy.kind == .v2, program.world.cgroupType == .domain {
            return .unsupported(
                reason: "cgroups that are domains are for guests: on a host the conductor is above them"
            )
        }
        guard SystemFile.names(in: "/proc/self/task").count == 1 else {
            // A forked child of a process with threads cannot run Swift.
            return .fault(reason: "the probe has more than one thread")
        }
        let bound = ProcessBound.of(program)
        if let reason = Headroom.lack(of: bound + Supervisor.margin, on: hierarchy) { return .skipped(reason: reason) }
        let cgroup: GuardCgroup
        do {
            cgroup = try GuardCgroup(in: hierarchy, pidsMax: bound + Supervisor.margin)
        } catch {
            return .skipped(reason: "the limiting cgroup cannot be made: \(error)")
        }
        let ending: RunEnding
        do {
            try cgroup.makeWorld(program.world)
            let users = try UserPool(for: program.userNames)
            defer { users.release() }
            ending = try conduct(program, in: cgroup, users: users, slots: bound + Supervisor.margin)
        } catch {
            ending = .skipped(reason: error.description)
        }
        do {
            try cgroup.remove()
        } catch {
            return .fault(reason: "a cgroup is left behind: \(error)")
        }
        return ending
    }

    /// As the first process of a guest, the supervisor is the conductor itself: it adopts orphans as one would, and nothing
    /// has to be kept from the rest of the machine. A process less for each program is a third of the time there. Whoever
    /// watches the guest from outside ends it when a run takes too long.
    private mutating func runInGuest(
        _ program: Program,
        on hierarchy: PidsHierarchy,
        _ guest: GuestStage
    ) -> RunEnding {
        var guest = guest
        defer { self.guest = guest }
        var ending: RunEnding
        do {
            let cgroup = try GuardCgroup(ofGuestIn: hierarchy, pidsMax: ProcessBound.ceiling + Supervisor.margin)
            do {
                try cgroup.makeWorld(program.world)
                let stage = try guest.stage(for: program)
                let users = UserPool(ofOwnMachine: program.userNames).users
                let settings = try MachineSettings(before: program)
                ending = Supervisor.play(program, in: cgroup, users: users, on: stage, output: output, isLast: false)
                try settings.putBack()
            } catch {
                ending = .fault(reason: error.description)
            }
            // Where it failed it is not known what is left: everything goes, so that the next program finds a machine like a
            // new one.
            if ending != .completed { guest.killAll() }
            try cgroup.removeWorld(program.cgroupPaths)
        } catch {
            return .fault(reason: error.description)
        }
        return ending
    }

    private func conduct(
        _ program: Program,
        in cgroup: GuardCgroup,
        users: UserPool,
        slots: Int
    ) throws(SystemError) -> RunEnding {
        let start = try Pipe()
        let result: Pipe
        do { result = try Pipe() } catch {
            start.close()
            throw error
        }
        var pidfd: Int32 = -1
        let pid = kernaut_clone_conductor(&pidfd)
        if pid == 0 {
            start.closeWriter()
            result.closeReader()
            close(signals)
            kernaut_unblock_signals()
            // A terminal's signals are the supervisor's to handle.
            setsid()
            // Where the supervisor died before this line, nobody writes to the pipe, and the read ends with nothing.
            guard kernaut_die_with_parent() == 0, start.readByte() else { _exit(1) }
            let ending = Supervisor.conduct(
                program,
                in: cgroup,
                users: users.users,
                slots: slots,
                output: output,
                timing: timing
            )
            _ = SystemFile.send(ending.text, to: result.writer)
            _exit(0)
        }
        defer {
            start.close()
            result.close()
        }
        guard pid > 0 else {
            return .skipped(reason: "clone(CLONE_NEWPID|CLONE_NEWUTS): \(Errno(rawValue: Int32(-pid)))")
        }
        defer { close(pidfd) }
        start.closeReader()
        result.closeWriter()
        var interruption: RunEnding?
        do {
            try SystemFile.put("\(pid)", into: "\(cgroup.path)/cgroup.procs")
            try tracing?.begin(pid_t(pid))
            _ = SystemFile.send("g", to: start.writer)
            interruption = watch(pidfd)
        } catch {
            interruption = .skipped(reason: error.description)
        }
        if interruption != nil { _ = kernaut_pidfd_send_signal(pidfd, SIGKILL) }
        var status: Int32 = 0
        // The kernel lets the first process of a namespace end only after all others in it are gone.
        while waitpid(pid_t(pid), &status, 0) < 0 && errno == EINTR {}
        tracing?.end()
        if let interruption { return interruption }
        return result.readEnding() ?? .fault(reason: "the conductor ended with wait status \(status) and said nothing")
    }

    /// What a conductor of its own does with its life.
    private static func conduct(
        _ program: Program,
        in cgroup: GuardCgroup,
        users: [String: UInt32],
        slots: Int,
        output: ProbeOutput,
        timing: BombTiming?
    ) -> RunEnding {
        guard let stage = PuppetStage(slots: slots) else {
            return .fault(reason: "no memory for a table of \(slots) puppets")
        }
        stage.keepMemoryFromPuppets()
        stage.keepTableForExec(program.callsExecve)
        do {
            try UTSNames.setInitial()
        } catch {
            return .fault(reason: error.description)
        }
        return play(program, in: cgroup, users: users, on: stage, output: output, timing: timing, isLast: true)
    }

    /// Plays a program on a stage.
    ///
    /// - Parameter isLast: This process ends with it, and takes all others with it.
    private static func play(
        _ program: Program,
        in cgroup: GuardCgroup,
        users: [String: UInt32],
        on stage: PuppetStage,
        output: ProbeOutput,
        timing: BombTiming? = nil,
        isLast: Bool
    ) -> RunEnding {
        do {
            var conductor = try Conductor(program: program, cgroup: cgroup, users: users, stage: stage, output: output)
            conductor.timing = timing
            defer { if !isLast { conductor.files.close() } }
            try conductor.run()
            guard isLast || conductor.stage.clear() else { return .fault(reason: "a process that nobody knows") }
            return .completed
        } catch {
            return error.ending
        }
    }

    /// Waits until the conductor is dead; or tells why it has to die now.
    private func watch(_ pidfd: Int32) -> RunEnding? {
        let deadline = Supervisor.milliseconds() + Int64(timeoutSeconds) * 1000
        while true {
            let left = deadline - Supervisor.milliseconds()
            guard left > 0 else { return .timedOut(seconds: timeoutSeconds) }
            var watched = [
                pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                // Without events asked for, this tells only that the reader of a pipe is gone.
                pollfd(fd: output.watched, events: 0, revents: 0),
            ]
            let ready = poll(&watched, nfds_t(watched.count), Int32(min(left, Int64(Int32.max))))
            if ready < 0 && errno != EINTR { return .fault(reason: "poll: \(SystemFile.lastErrno())") }
            guard ready > 0 else { continue }
            if watched[0].revents != 0 { return nil }
            if watched[1].revents != 0 || watched[2].revents != 0 { return .interrupted }
        }
    }

    private static func milliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}

extension Program {
    /// The users other than root, in the order in which they come.
    fileprivate var userNames: [String] {
        let users =
            world.tasks.map(\.user)
            + steps.compactMap { if case .setuid(_, let user) = $0.action { user } else { nil } }
        return users.compactMap { if case .named(let name) = $0 { name } else { nil } }
    }
}
