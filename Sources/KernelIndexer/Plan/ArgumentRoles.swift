/// What the arguments of compile commands are for, each found out once.
struct ArgumentRoles {
    /// What an argument is for.
    enum Role {
        /// `-Iinclude`.
        case folder
        /// `-I`, with the folder as an argument of its own.
        case folderBefore
        /// `-D__KERNEL__`.
        case macro
        /// `-D`, with the macro as an argument of its own.
        case macroBefore
        /// Decides what the source means.
        case kept
        /// Decides it with the argument that follows.
        case keptWithValue
        /// Decides nothing, or is the source file.
        case dropped
        /// Decides nothing, like the argument that follows.
        case droppedWithValue
    }

    private var known: [String: Role] = [:]

    /// What an argument is for.
    mutating func role(of argument: String) -> Role {
        if let role = known[argument] { return role }
        let role = ArgumentRoles.role(of: argument)
        known[argument] = role
        return role
    }

    private static func role(of argument: String) -> Role {
        if takingValue.contains(argument) { return .droppedWithValue }
        if argument == "-I" { return .folderBefore }
        if argument.hasPrefix("-I") { return .folder }
        if argument == "-D" { return .macroBefore }
        if argument.hasPrefix("-D") { return .macro }
        if takingKeptValue.contains(argument) { return .keptWithValue }
        // What is no option is the source file.
        guard argument.hasPrefix("-"), argument != "-" else { return .dropped }
        return dropped.contains(argument) || droppedPrefixes.contains(where: argument.hasPrefix) ? .dropped : .kept
    }

    private static let takingValue: Set<String> = [
        "-o", "-MF", "-MT", "-MQ", "-dumpdir", "-aux-info", "--param", "-Xassembler", "-Xlinker", "-x",
    ]

    private static let takingKeptValue: Set<String> = [
        "-include", "-imacros", "-isystem", "-idirafter", "-iquote", "-isysroot", "-target", "-U", "-mllvm", "-Xclang",
        "-arch", "-iprefix", "-iwithprefix", "-iwithprefixbefore",
    ]

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
