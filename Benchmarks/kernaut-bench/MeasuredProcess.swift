import Failure
import Foundation

/// A command that was run as a whole process, and what the operating system accounted for it and its waited-for children.
struct MeasuredProcess {
    /// From start to end, in seconds.
    let wall_s: Double
    /// User and system time, in seconds.
    let cpu_s: Double
    /// The largest resident set, in MiB.
    let peak_mib: Double
    /// The exit code.
    let status: Int32

    /// Runs a command with its output thrown away, in `directory` where one is given, and waits for it.
    static func run(_ arguments: [String], in directory: String? = nil) throws -> MeasuredProcess {
        let start = ContinuousClock.now
        _ = try begin(arguments, in: directory)
        let (usage, status) = awaitAny()
        return MeasuredProcess(
            wall_s: seconds(ContinuousClock.now - start),
            cpu_s: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            peak_mib: Double(usage.ru_maxrss) / 1024,
            status: status
        )
    }

    /// Prints which part of others' time some runs have taken, of several rounds the one in the middle.
    static func printRatios(
        _ what: String,
        _ ours: [MeasuredProcess],
        _ theirs: [(wall_s: Double, cpu_s: Double)],
        bar: String
    ) {
        let wall = Spread(zip(ours, theirs).map { $0.wall_s / $1.wall_s }).median
        let cpu = Spread(zip(ours, theirs).map { $0.cpu_s / $1.cpu_s }).median
        print(
            "  ratio \(what): \(Spread.short(wall, decimals: 2)), of processor time \(Spread.short(cpu, decimals: 2)), bar \(bar)"
        )
    }

    /// Runs commands, each in its directory, at most `jobs` at once; their times together, and the worst exit code.
    static func run(all commands: [(arguments: [String], directory: String)], jobs: Int) throws -> MeasuredProcess {
        let start = ContinuousClock.now
        var waiting = commands[...]
        var running = 0
        var cpu_s = 0.0
        var peak_mib = 0.0
        var worst: Int32 = 0
        while running > 0 || !waiting.isEmpty {
            while running < jobs, let next = waiting.popFirst() {
                _ = try begin(next.arguments, in: next.directory)
                running += 1
            }
            let (usage, status) = awaitAny()
            running -= 1
            cpu_s += seconds(usage.ru_utime) + seconds(usage.ru_stime)
            peak_mib = max(peak_mib, Double(usage.ru_maxrss) / 1024)
            worst = max(worst, status)
        }
        return MeasuredProcess(
            wall_s: seconds(ContinuousClock.now - start),
            cpu_s: cpu_s,
            peak_mib: peak_mib,
            status: worst
        )
    }

    /// What a command prints, whose time does not matter.
    ///
    /// - Parameter environment: what it gets beside this process's own.
    static func output(of arguments: [String], _ environment: [String: String] = [:]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(.unavailable, "'kernaut \(arguments.dropFirst().joined(separator: " "))' fails")
        }
        return bytes
    }

    private static func begin(_ arguments: [String], in directory: String?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Swift does not see the spawn action that changes the directory; env does the same in a millisecond.
        let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, command[0], &actions, nil, &words, environ) == 0 else {
            throw Failure(.unavailable, "cannot start \(command[0])")
        }
        return process
    }

    private static func awaitAny() -> (usage: rusage, status: Int32) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(-1, &status, 0, &usage) < 0 {
            precondition(errno == EINTR, "there is no child to wait for")
        }
        return (usage, status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f))
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// Least, median and largest of some figures.
struct Spread {
    let least: Double
    let median: Double
    let largest: Double

    init(_ figures: [Double]) {
        precondition(!figures.isEmpty, "no figure was measured")
        let sorted = figures.sorted()
        least = sorted[0]
        median = sorted[sorted.count / 2]
        largest = sorted[sorted.count - 1]
    }

    /// `12.3 (11.9 … 14.0)` with one decimal.
    var text: String { "\(Spread.short(median)) (\(Spread.short(least)) … \(Spread.short(largest)))" }

    static func short(_ value: Double, decimals: Int = 1) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let whole = Int((value * scale).rounded())
        guard decimals > 0 else { return "\(whole)" }
        let fraction = String(abs(whole) % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
