import CLinux
import Glibc
import KernelABI
import Scenario

/// The probe as the first and only program of a guest.
///
/// Programs come in and answers go out over a ``GuestChannel``, and the first serial port is the kernel's: its messages and
/// the results cannot mix.
enum FirstProcess {
    /// Serves programs until the machine is ended from outside. Comes back only where it could not begin.
    ///
    /// - Parameter timeoutSeconds: How long each run may take.
    static func serve(timeoutSeconds: Int) -> Probe.Exit {
        // The kernel gives its first process a console as standard output and error, on which reasons are said.
        var session: Session
        do throws(SystemError) {
            session = try prepare(timeoutSeconds: timeoutSeconds)
        } catch {
            Probe.complain("the guest cannot be prepared: \(error)")
            _ = kernaut_power_off()
            return .fault
        }
        _ = session.supervisor.output.send("guest \(ProcessFacts.uptime())\n")
        session.supervisor.output.flush()
        let ending = session.run()
        _ = kernaut_power_off()
        return ending
    }

    private static func prepare(timeoutSeconds: Int) throws(SystemError) -> Session {
        try GuestMounts.mountBasics()
        BootTracing.end()
        let stage = try GuestStage()
        let channel = try GuestChannel.open()
        let signals = kernaut_signal_descriptor()
        guard signals >= 0 else { throw SystemError(what: "signalfd", errno: Errno(rawValue: -signals)) }
        return Session(
            supervisor: Supervisor(
                output: .channel(channel),
                timeoutSeconds: timeoutSeconds,
                signals: signals,
                guest: stage
            ),
            source: ProgramSource(input: .channel(channel), output: .channel(channel), signals: signals),
            place: .guest
        )
    }
}
