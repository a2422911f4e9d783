// kernaut-probe: runs programs on this machine's kernel with real processes.
//
//     kernaut-probe run [--timeout SECONDS]   programs on standard input, what was observed on standard output
//     kernaut-probe platform                  what this kernel is, as the traces depend on it
//     kernaut-probe look PATH...              what stands at paths of /proc and /sys
//     kernaut-probe starts                    how long a process in new namespaces takes to start
//     kernaut-probe sweep                     removes what killed runs left behind
//     kernaut-probe layouts NAME…             how this kernel lays out structs and unions, from its type information
//     kernaut-probe calls [--timeout SECONDS] as run, with the calls that the kernel was seen to make for each program
//     kernaut-probe returns [--timeout SECONDS] FUNCTION…
//                                             as run, with what functions of the kernel returned
//     kernaut-probe functions                 the functions that this kernel has, and whether they can be traced
//     kernaut-probe leash PROGRAM …           runs a program that ends when standard input is closed
//
// As the first process of a guest it needs no arguments: it mounts what it needs and serves programs.
//
// Exit codes: 0 done; 64 wrong usage; 65 bad program; 69 something is missing here, or the program asks for what is not
// supported; 70 a fault of the probe; 75 timed out; 130 interrupted.

import CFirstProcess
import Probe

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

kernaut_first_process_link()
exit(Probe.main(arguments: Array(CommandLine.arguments.dropFirst())).rawValue)
