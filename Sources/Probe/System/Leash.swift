import CLinux
import Glibc

/// Runs a program that ends when whoever started the probe ends, however that happens.
///
/// The starter holds the other end of standard input and never writes: its end closes the pipe, even by SIGKILL. The
/// program in turn is killed by the kernel when this process ends (PR_SET_PDEATHSIG, which is tied to the thread that
/// forked: this process has one).
enum Leash {
    /// Runs a program with the descriptors that this process has, and ends as it does.
    static func run(_ words: [String]) -> Probe.Exit {
        kernaut_be_as_nice_as_parent()
        let pid = kernaut_fork()
        if pid == 0 {
            guard kernaut_die_with_parent() == 0, getppid() != 1 else { _exit(Probe.Exit.fault.rawValue) }
            let null = Glibc.open("/dev/null", O_RDONLY)
            dup2(null, 0)
            var arguments = words.map { strdup($0) } + [nil]
            execvp(words[0], &arguments)
            Probe.complain("\(words[0]): \(SystemFile.lastErrno())")
            _exit(Probe.Exit.unavailable.rawValue)
        }
        guard pid > 0 else {
            Probe.complain("fork: \(SystemFile.lastErrno())")
            return .fault
        }
        let pidfd = kernaut_pidfd_open(pid_t(pid))
        guard pidfd >= 0 else { return .fault }
        // Its descriptors are the program's alone now, so that the starter hears of the program's end.
        for descriptor in Int32(3)..<16 where descriptor != pidfd { close(descriptor) }
        while true {
            var watched = [
                pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&watched, 2, -1) < 0 && errno == EINTR { continue }
            if watched[0].revents == 0 { _ = kernaut_pidfd_send_signal(pidfd, SIGKILL) }
            var status: Int32 = 0
            while waitpid(pid_t(pid), &status, 0) < 0 && errno == EINTR {}
            return kernaut_wait_exited(status) != 0 && kernaut_wait_exit_status(status) == 0 ? .completed : .fault
        }
    }
}
