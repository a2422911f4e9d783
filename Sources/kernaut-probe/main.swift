// kernaut-probe: runs programs on this machine's kernel with real processes.
//
//     kernaut-probe run [--timeout SECONDS]   programs on standard input, what was observed on standard output
//     kernaut-probe platform                  what this kernel is, as the traces depend on it
//     kernaut-probe sweep                     removes what killed runs left behind
//
// Exit codes: 0 done; 64 wrong usage; 65 bad program; 69 something is missing here, or the program asks for what is not
// supported; 70 a fault of the probe; 75 timed out; 130 interrupted.

import Probe

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

func complain(_ text: String) {
    let line = Array("kernaut-probe: \(text)\n".utf8)
    _ = write(2, line, line.count)
}

func leave(_ code: Probe.Exit) -> Never { exit(code.rawValue) }

let usage = "usage: kernaut-probe run [--timeout SECONDS] | platform | sweep"
let arguments = CommandLine.arguments.dropFirst()
switch Array(arguments) {
case ["run"]:
    leave(Probe.serve(input: 0, output: 1, timeoutSeconds: 30))
case let words where words.count == 3 && words[0] == "run" && words[1] == "--timeout":
    guard let seconds = Int(words[2]), (1...86_400).contains(seconds) else {
        complain("--timeout: expected a number of seconds from 1 to 86400, found \(words[2])")
        leave(.usage)
    }
    leave(Probe.serve(input: 0, output: 1, timeoutSeconds: seconds))
case ["platform"]:
    let (lines, missing) = Probe.platform()
    for line in lines { print(line) }
    if let missing {
        complain(missing)
        leave(.unavailable)
    }
    leave(.completed)
case ["sweep"]:
    let (removed, problems) = Probe.sweep()
    for path in removed { print("removed \(path)") }
    for problem in problems { complain(problem) }
    leave(problems.isEmpty ? .completed : .unavailable)
default:
    complain(usage)
    leave(.usage)
}
