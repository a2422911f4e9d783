import CLinux
import Glibc

extension Probe {
    private static let usage =
        "usage: kernaut-probe run [--timeout SECONDS] | calls [--timeout SECONDS] | "
        + "returns [--timeout SECONDS] FUNCTION… | functions | platform | look PATH… | layouts NAME… | starts | sweep | "
        + "workload --list | workload --boot | workload [--timeout SECONDS] [PIECE…] | forks | free-bomb [--timeout SECONDS] CPUS MILLISECONDS | "
        + "leash PROGRAM ARGUMENT…"

    /// Does what the arguments of a command line say. As the first process of a guest, serves programs instead.
    public static func main(arguments: [String]) -> Exit {
        getpid() == 1 ? FirstProcess.serve(timeoutSeconds: 60) : run(arguments: arguments)
    }

    /// Does what the arguments of a command line say, answers on standard output and complains on standard error.
    static func run(arguments: [String], place: ProbePlace = .host) -> Exit {
        let options = Array(arguments.dropFirst())
        switch arguments.first {
        case "run": return runPrograms(options) { serve(input: 0, output: 1, timeoutSeconds: $0) }
        case "calls":
            return runPrograms(options) { serveCalls(input: 0, output: 1, timeoutSeconds: $0, place: place) }
        case "returns": return runReturns(options, place: place)
        case "workload" where options == ["--list"]:
            for name in pieceNames { say(name) }
            return .completed
        case "workload" where options == ["--boot"]: return BootTracing.serve(output: 1, place: place)
        case "workload":
            let timeout = timeoutOptions(options)
            return runPrograms(timeout) {
                let pieces = Array(options.dropFirst(timeout.count))
                return serveWorkload(pieces, output: 1, timeoutSeconds: $0, place: place)
            }
        case "functions" where options.isEmpty: return functions(output: 1)
        case "platform" where arguments.count == 1: return showPlatform()
        case "look" where arguments.count > 1:
            _ = SystemFile.send(look(at: Array(arguments.dropFirst())), to: 1)
            return .completed
        case "starts" where arguments.count == 1: return showStarts()
        case "forks" where arguments.count == 1: return ForkTiming.serve(output: 1)
        case "free-bomb": return runFreeBomb(options)
        case "sweep" where arguments.count == 1: return showSweep()
        case "layouts" where arguments.count > 1: return showLayouts(of: Array(arguments.dropFirst()))
        case "leash" where arguments.count > 1: return Leash.run(Array(arguments.dropFirst()))
        default:
            complain(usage)
            return .usage
        }
    }

    /// `--timeout SECONDS` at the beginning of other words, for ``runPrograms(_:_:)``; none where it is not there.
    static func timeoutOptions(_ options: [String]) -> [String] {
        options.first == "--timeout" ? Array(options.prefix(2)) : []
    }

    static func runPrograms(_ options: [String], _ serve: (_ timeoutSeconds: Int) -> Exit) -> Exit {
        if options.isEmpty { return serve(30) }
        guard options.count == 2, options[0] == "--timeout" else {
            complain(usage)
            return .usage
        }
        guard let seconds = Int(options[1]), (1...86_400).contains(seconds) else {
            complain("--timeout: expected a number of seconds from 1 to 86400, found \(options[1])")
            return .usage
        }
        return serve(seconds)
    }

    private static func runReturns(_ options: [String], place: ProbePlace) -> Exit {
        let timeout = timeoutOptions(options)
        guard let names = functionNames(options.dropFirst(timeout.count)), !names.isEmpty else {
            complain("returns: expected names of functions, found '\(options.joined(separator: " "))'")
            return .usage
        }
        return runPrograms(timeout) {
            serveReturns(of: names, input: 0, output: 1, timeoutSeconds: $0, place: place)
        }
    }

    private static func showPlatform() -> Exit {
        let (lines, missing) = platform()
        for line in lines { say(line) }
        guard let missing else { return .completed }
        complain(missing)
        return .unavailable
    }

    private static func showStarts() -> Exit {
        let (text, missing) = starts()
        if let text { _ = SystemFile.send(text, to: 1) }
        guard let missing else { return .completed }
        complain(missing)
        return .unavailable
    }

    private static func showSweep() -> Exit {
        let (removed, problems) = sweep()
        for path in removed { say("removed \(path)") }
        for problem in problems { complain(problem) }
        return problems.isEmpty ? .completed : .unavailable
    }

    private static func showLayouts(of names: [String]) -> Exit {
        do throws(RunningLayouts.Problem) {
            for line in try RunningLayouts.lines(about: names) { say(line) }
            return .completed
        } catch {
            complain(error.reason)
            return .unavailable
        }
    }

    private static func say(_ line: String) { _ = SystemFile.send("\(line)\n", to: 1) }
}
