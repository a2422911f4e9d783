public import KernelABI

/// A question to the index, with the terms that the claims file gives. None of them knows its answer: that is read from
/// the indexed kernel.
public enum SourceCheck: Hashable, Sendable {
    /// Something of that name is defined in the kernel, and in that file where one is named. A path may be shortened to
    /// its end: `fork.c`.
    case defined(DefinedName, file: String?)
    /// Each of these macros is defined.
    case macros([String])
    /// No macro of that name is defined.
    case noMacro(String)
    /// A record has a member that leads to another record, by a pointer or as a part of it.
    case member(record: String, name: String, target: String, held: Holding?)
    /// A chain of members leads from one record to another.
    case chain(from: String, to: String)
    /// A record points to each of these; what it does not point to is looked for in `others`.
    case pointers(record: String, targets: [String], others: [String])
    /// Each function calls the next one itself.
    case calls([String])
    /// Calls lead from each of these functions to another, through fields too.
    case reaches(from: [String], to: String)
    /// Exactly these system calls come to a function by at most `within` direct calls; only those that take arguments
    /// where `withArguments` is set.
    case enteredBy(function: String, systemCalls: [String], within: Int, withArguments: Bool)
    /// Nothing but this caller calls a function.
    case onlyCaller(of: String, caller: String)
    /// A function's text uses these names: members, functions, variables, macros.
    case uses(function: String, names: [String])
    /// A function's text has these words, white space folded.
    case text(function: String, has: String)
    /// An error starts in a function or in one that it calls.
    case error(function: String, errno: Errno)
    /// Each of these is an entry of the system call table.
    case systemCalls([String])
    /// No entry of the system call table has this word in its name.
    case noSystemCall(word: String)
    /// The objects of a record differ in `member` as often as there are flags here, and there are no other macros with
    /// the prefix.
    case kinds(KindTerms, flags: [String])
    /// There are as many macros with the prefix as kinds, and no two have one value.
    case ownFlags(KindTerms)
    /// A version of the control groups has so many controllers.
    case controllers(ControllerTerms, version: Int, count: Int)
    /// The record has callbacks: functions are stored in its members, and called through them.
    case callbacks(record: String)
    /// Each of these functions calls into a folder itself.
    case callsInto(folder: String, from: [String])
    /// More than half of the calls into a folder come from these files; what defines an object of `record` is part of the
    /// folder's business and is left out.
    case mostlyCalledFrom(folder: String, files: [String], record: String)
    /// The source has this file, and the configuration has the option that compiles it.
    case sourceFile(String, option: String)
    /// These records together take less than so many bytes.
    case sizes([String], belowBytes: Int)

    /// What kind of thing a name stands for.
    public enum DefinedName: Hashable, Sendable {
        /// A struct or union.
        case record(String)
        /// A function.
        case function(String)
        /// A system call, as user space calls it.
        case systemCall(String)
    }

    /// How a record holds another.
    public enum Holding: String, CaseIterable, Hashable, Sendable {
        /// By a pointer to it.
        case pointer
        /// As a part of itself.
        case embedding
    }

    /// Where kinds of something are told apart: by a function that each object of a record stores in a member, with a flag
    /// for each.
    public struct KindTerms: Hashable, Sendable {
        /// The record: `proc_ns_operations`.
        public let record: String
        /// The member: `install`.
        public let member: String
        /// How the macros of the flags begin: `CLONE_NEW`.
        public let prefix: String
    }

    /// How the controllers of the two versions are told apart.
    public struct ControllerTerms: Hashable, Sendable {
        /// The record that each controller is an object of: `cgroup_subsys`.
        public let record: String
        /// The member with the files of version 1.
        public let legacyFiles: String
        /// The member with the files of version 2.
        public let defaultFiles: String
        /// The member that puts a controller without files into version 2.
        public let implicit: String
    }
}
