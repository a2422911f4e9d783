import CLinux
import Glibc
import KernelABI
import Scenario

/// Runs programs on the kernel that it is on, with real processes, and prints what it observes.
///
/// It knows nothing of the model: what it prints is what the system calls and files of this machine gave.
public enum Probe {
    /// The exit codes of `kernaut-probe`, in the terms of `sysexits.h`. Of several programs' codes the highest counts.
    public enum Exit: Int32, Sendable {
        /// Every program was carried out to its end.
        case completed = 0
        /// The command was used wrongly.
        case usage = 64
        /// A program is not well-formed or makes no sense.
        case badProgram = 65
        /// This machine or user lacks something, or the probe does not do what the program asks for.
        case unavailable = 69
        /// The probe failed.
        case fault = 70
        /// A run took longer than it was allowed.
        case timedOut = 75
        /// A signal came, or nobody reads the output any more.
        case interrupted = 130
    }

    /// What this machine is, line by line, and why programs cannot run on it; no reason where they can.
    ///
    ///     platform 6.18.44 v1 pids_localevents=no     missing where no hierarchy carries `pids`
    ///     base /sys/fs/cgroup/pids                    where guards are made
    ///     raise-limits no                             whether a hard limit can be raised (CAP_SYS_RESOURCE)
    public static func platform() -> (lines: [String], missing: String?) {
        let privilege = Privilege.current()
        let limits = "raise-limits \(privilege.canRaiseLimits ? "yes" : "no")"
        do {
            let hierarchy = try PidsHierarchy.find(mayDelegate: false)
            return ([platform(of: hierarchy).text, "base \(hierarchy.base)", limits], privilege.missing)
        } catch {
            return ([limits], error.reason)
        }
    }

    /// What stands at some paths of this machine, as `FileSightings.text` has it. Nothing is written or forked.
    public static func look(at paths: [String]) -> String {
        FileSightings(release: release(), files: paths.map(FileSighting.init(lookingAt:))).text
    }

    /// Times the start of processes in new namespaces, below a guard; or tells why that cannot be done here.
    public static func starts() -> (text: String?, missing: String?) {
        if let missing = Privilege.current().missing { return (nil, missing) }
        do {
            let samples = try ContainerStarts.measure(on: try PidsHierarchy.find(mayDelegate: false))
            return (StartTimes(release: release(), nanoseconds: samples).text, nil)
        } catch let absence as PidsHierarchy.Absence {
            return (nil, absence.reason)
        } catch {
            return (nil, "\(error)")
        }
    }

    /// Removes what killed runs left behind: returns the cgroups that were removed, and what could not be done.
    public static func sweep() -> (removed: [String], problems: [String]) {
        if let missing = Privilege.current().missing { return ([], [missing]) }
        do {
            let traces = (try? TraceFolder.find()).map(TraceInstance.sweep) ?? []
            let (removed, stuck) = Leftovers.sweep(try PidsHierarchy.find(mayDelegate: false))
            return (traces + removed, stuck.map(\.description))
        } catch {
            return ([], [error.reason])
        }
    }

    /// Reads programs from a descriptor, one after the other, each up to its line `end`; runs each and prints its record.
    /// At the end of the input it returns.
    ///
    /// - Parameters:
    ///   - timeoutSeconds: How long each run may take.
    public static func serve(input: Int32, output: Int32, timeoutSeconds: Int) -> Exit {
        let signals = kernaut_signal_descriptor()
        guard signals >= 0 else { return .fault }
        return serve(
            input: input,
            output: .descriptor(output),
            timeoutSeconds: timeoutSeconds,
            signals: signals,
            tracing: nil,
            place: .host
        )
    }

    static func serve(
        input: Int32,
        output: ProbeOutput,
        timeoutSeconds: Int,
        signals: Int32,
        tracing: (any RunTracing)?,
        place: ProbePlace
    ) -> Exit {
        let supervisor = Supervisor(output: output, timeoutSeconds: timeoutSeconds, signals: signals, tracing: tracing)
        let source = ProgramSource(input: .descriptor(input), output: output, signals: signals)
        var session = Session(supervisor: supervisor, source: source, place: place)
        return session.run()
    }

    /// Says why something is not done, on standard error.
    static func complain(_ text: String) { _ = SystemFile.send("kernaut-probe: \(text)\n", to: 2) }

    /// What `uname -r` prints.
    static func release() -> String {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    static func platform(of hierarchy: PidsHierarchy) -> Platform {
        let version = KernelVersion(release()) ?? KernelVersion(0, 0)
        // kernel/cgroup/cgroup.c knows the mount option pids_localevents since 6.11; before, pids.events counted so anyway.
        let isOlder = version.release < KernelVersion(6, 11)
        return Platform(
            version: version,
            hierarchy: hierarchy.kind,
            pidsLocalEvents: isOlder || hierarchy.hasLocalEventsOption
        )
    }
}
