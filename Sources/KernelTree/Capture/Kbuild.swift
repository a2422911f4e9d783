import Failure
import Subprocess

/// The kernel's build system, running with `kernaut-cc` in the compiler's place.
struct Kbuild: Sendable {
    /// The source tree. Nothing is written there.
    let source: String
    /// The build folder, outside the source tree.
    let build: String
    let toolchain: Toolchain
    let jobs: Int

    /// kernaut's own files in the build folder.
    var notes: String { Path.join(build, ".kernaut") }

    /// The object that answers every compilation.
    var emptyObject: String { Path.join(notes, "empty.o") }

    /// Work that Kbuild would do with finished objects, and that means nothing for empty ones. Variables of the command
    /// line outrank those of makefiles; neither the compiler's arguments nor the generated headers depend on these.
    private var withoutObjects: [String] {
        var variables = [
            // objtool rewrites objects, and pahole's companion resolve_btfids patches vmlinux: neither is built then.
            "CONFIG_OBJTOOL=", "CONFIG_DEBUG_INFO_BTF=",
            // Version checksums of exported symbols: they are computed by preprocessing each file again.
            "CONFIG_MODVERSIONS=",
            // Scripts that read each object's symbols, and that try out warnings of the compiler.
            "cmd_check_local_export=", "cmd_test_fortify=: > $@",
            // Archives and modules are made of the objects; that they exist is all that later steps ask for.
            "cmd_ar_builtin=: > $@", "cmd_mod=: > $@", "cmd_ld_multi_m=cp $(KERNAUT_CC_OBJECT) $@",
        ]
        // The headers of a unit need not be tracked: its command does not depend on them. Saving the command alone, as
        // Kbuild does for its links, spares two processes for each unit.
        let macros = CacheFiles.read(Path.join(source, "scripts/Kbuild.include")) ?? []
        if macros.contains(Array("\ncmd_and_savecmd =".utf8)) { variables.append("cmd_and_fixdep=$(cmd_and_savecmd)") }
        return variables
    }

    /// Runs make.
    ///
    /// - Parameter goals: targets, and variables as `NAME=VALUE`.
    func make(_ goals: [String], keepGoing: Bool = false) async throws -> Program.Log {
        let compiler = try KernautHome.program("kernaut-cc")
        var command = ["make", "-s", "-C", source, "-j\(jobs)"]
        if keepGoing { command.append("-k") }
        // The real clang is the first of its name on PATH, so that LLVM=1 finds it whatever its release.
        command += ["O=\(build)", "LLVM=1", "CC=\(compiler)", "HOSTCC=gcc", "HOSTCXX=g++"]
        return try await Program.runSupervised(
            command + withoutObjects + goals,
            environment: toolchain.environment(object: emptyObject),
            in: build
        )
    }

    /// Runs make and takes no failure.
    ///
    /// - Throws: `Failure` (69) with the first line in which make or the compiler complains.
    func makeAll(_ goals: [String], what: String) async throws {
        let log = try await make(goals)
        guard log.status == 0 else {
            throw Failure(
                .unavailable,
                "\(what) failed: \(Kbuild.complaints(in: log).first ?? "make ended with status \(log.status)")",
                at: source
            )
        }
    }

    /// The lines in which something goes wrong. Those with which each level of make ends after another's failure are
    /// left out as long as there are better ones.
    static func complaints(in log: Program.Log) -> [String] {
        let errors = log.lines.filter { $0.contains("error:") || $0.contains("*** ") }
        let causes = errors.filter { !$0.contains("Error 2") && !$0.contains("Waiting for unfinished jobs") }
        return causes.isEmpty ? errors : causes
    }

    /// The configuration's name of this machine's architecture, as the kernel's folders have it.
    static var architectureFolder: String {
        #if arch(arm64)
            "arm64"
        #else
            "x86"
        #endif
    }
}
