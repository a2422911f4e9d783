import KernelTree

/// The arguments of a compile command that decide what the source means, as libclang takes them.
struct ClangArguments: Hashable {
    /// Everything but what the following have.
    var common: [String] = []
    /// The folders of `-I`, in order.
    var includeFolders: [String] = []
    /// The macros that Kbuild defines for each file anew: `-DKBUILD_BASENAME="fork"`.
    var names: [String] = []

    /// The arguments of one unit.
    var all: [String] { common + includeFolders.map { "-I\($0)" } + names }

    /// Takes the arguments of a command apart; those for output, diagnostics and code generation go.
    init(_ command: CompileCommand) {
        var rest = command.arguments.dropFirst()[...]
        while let argument = rest.popFirst() {
            if ClangArguments.takingValue.contains(argument) {
                rest = rest.dropFirst()
            } else if argument == "-I" {
                if let folder = rest.popFirst() { includeFolders.append(folder) }
            } else if argument.hasPrefix("-I") {
                includeFolders.append(String(argument.dropFirst(2)))
            } else if argument == "-D", let macro = rest.first {
                rest = rest.dropFirst()
                add(macro: "-D\(macro)")
            } else if argument.hasPrefix("-D") {
                add(macro: argument)
            } else if ClangArguments.takingKeptValue.contains(argument) {
                common.append(argument)
                if let value = rest.popFirst() { common.append(value) }
            } else if argument.hasPrefix("-"), argument != "-" {
                if !ClangArguments.isDropped(argument) { common.append(argument) }
            }
            // What is no option is the source file.
        }
        // Warnings cost an analysis of every function and say nothing about what the source means.
        common.append("-w")
        // Kernels before 6.2 leave out casts that newer clangs insist on; the facts are there all the same.
        common += ["-Wno-error", "-ferror-limit=0"]
    }

    private mutating func add(macro: String) {
        if ClangArguments.namePrefixes.contains(where: macro.hasPrefix) {
            names.append(macro)
        } else {
            common.append(macro)
        }
    }

    private static let namePrefixes = [
        "-DKBUILD_BASENAME=", "-DKBUILD_MODNAME=", "-DKBUILD_MODFILE=", "-D__KBUILD_MODNAME=",
    ]

    private static let takingValue: Set<String> = [
        "-o", "-MF", "-MT", "-MQ", "-dumpdir", "-aux-info", "--param", "-Xassembler", "-Xlinker", "-x",
    ]

    private static let takingKeptValue: Set<String> = [
        "-include", "-imacros", "-isystem", "-idirafter", "-iquote", "-isysroot", "-target", "-U", "-mllvm", "-Xclang",
        "-arch", "-iprefix", "-iwithprefix", "-iwithprefixbefore",
    ]

    private static func isDropped(_ argument: String) -> Bool {
        dropped.contains(argument) || droppedPrefixes.contains(where: argument.hasPrefix)
    }

    private static let dropped: Set<String> = [
        "-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG", "-pg", "-mfentry", "-mrecord-mcount",
        "-mnop-mcount", "-pipe", "-fconserve-stack", "-fmerge-constants", "-fno-var-tracking-assignments",
        "-fvar-tracking-assignments", "-fno-var-tracking", "-fno-inline-functions-called-once", "-fno-ipa-cp-clone",
        "-fno-partial-inlining", "-fno-ipa-sra", "-fno-reorder-blocks", "-fno-allow-store-data-races",
        "-fno-code-hoisting", "-fno-tree-loop-im", "-fno-reorder-functions", "-fno-ipa-icf", "-fno-gcse",
        "-mskip-rax-setup", "-mno-fp-ret-in-387", "-fno-delete-null-pointer-checks", "-fno-ipa-ra",
        "-fno-tree-vectorize", "-fno-guess-branch-probability", "-femit-struct-debug-baseonly", "-fno-toplevel-reorder",
        "-ffunction-sections", "-fno-function-sections", "-fdata-sections", "-fno-data-sections", "-Qunused-arguments",
        "-fintegrated-as", "-no-integrated-as", "-fno-integrated-as",
    ]

    /// Diagnostics, debugging information, dependencies and what only changes the code that a compiler makes. The
    /// macros that tell of stack protectors are asked for nowhere in the kernel, and a precompiled prefix serves no unit
    /// that has another protector than its own.
    private static let droppedPrefixes = [
        "-W", "-g", "-MF", "-MT", "-MQ", "-o", "--param=", "-fplugin", "-falign-", "-fmin-function-alignment",
        "-flive-patching", "-fdump-", "-mindirect-branch", "-mfunction-return", "-mharden-sls", "-mretpoline",
        "-mpreferred-stack-boundary", "-mstack-alignment", "-mstackrealign", "-mincoming-stack-boundary",
        "-fpatchable-function-entry", "-fmacro-prefix-map", "-ffile-prefix-map", "-fdebug-prefix-map", "-pedantic",
        "-fdiagnostics", "-ftrivial-auto-var-init", "-fzero-call-used-regs", "-save-temps",
        "-fstack-protector", "-fno-stack-protector", "-fprofile", "-ftest-coverage", "-fno-stack-clash-protection",
        "-fstack-clash-protection", "-flto",
    ]
}
