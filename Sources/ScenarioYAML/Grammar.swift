import Scenario

/// The keys of a scenario file.
///
/// The reader refuses every other key; a test holds `models/scenario.schema.json` to this table.
public enum Grammar {
    /// The format's version, the value of the key `kernaut`.
    public static let version = 1

    /// The keys of one kind of mapping.
    public struct Form: Hashable, Sendable {
        /// Keys that must be there.
        public let required: [String]
        /// Keys that may be there.
        public let optional: [String]

        init(_ required: [String], optional: [String] = []) {
            self.required = required
            self.optional = optional
        }

        /// All keys.
        public var keys: [String] { required + optional }
    }

    /// The file.
    public static let file = Form(
        ["kernaut", "name", "steps"],
        optional: ["about", "hierarchy", "cgroup-type", "cgroups", "tasks", "expect"]
    )
    /// A cgroup.
    public static let cgroup = Form([], optional: ["pids.max"])
    /// A task.
    public static let task = Form([], optional: ["cgroup", "user", "nproc"])
    /// What is expected after the last step.
    public static let final = Form([], optional: ["living", "cgroups"])
    /// What is expected of one cgroup after the last step.
    public static let counters = Form([], optional: ["pids.current", "pids.max", "pids.events", "pids.peak"])
    /// What is expected of a bomb.
    public static let forks = Form([], optional: ["made", "refused"])
    /// The key that stands in a step's place, with a list of steps that `--explore` takes at once; else they are taken in
    /// their order.
    public static let concurrently = "concurrently"
    /// The files of a cgroup that can be written.
    public static let writtenFiles = CgroupPath.writtenFiles
    /// The steps, by their name.
    public static let steps: [String: Form] = [
        "fork": Form(["task", "as"], optional: ["expect"]),
        "clone": Form(["task", "flags", "as"], optional: ["expect"]),
        "clone3": Form(
            ["task", "as"],
            optional: ["flags", "into", "exit_signal", "set_tid", "size", "cgroup", "expect"]
        ),
        "bomb": Form(["task", "rounds"], optional: ["workload", "lifetime", "reaps", "on-refusal", "expect"]),
        "vfork": Form(["task", "as"], optional: ["expect"]),
        "exit": Form(["task"], optional: ["status"]),
        "exit_group": Form(["task"], optional: ["status"]),
        "execve": Form(["task"], optional: ["expect"]),
        "wait": Form(["task"], optional: ["for", "expect"]),
        "wait4": Form(["task"], optional: ["for", "pid", "options", "expect"]),
        "waitid": Form(["task", "which"], optional: ["for", "id", "options", "expect"]),
        "kill": Form(["task"]),
        "map": Form(["task"], optional: ["expect"]),
        "map-self": Form(["task"], optional: ["expect"]),
        "unshare": Form(["task", "flags"], optional: ["expect"]),
        "sethostname": Form(["task", "name"], optional: ["expect"]),
        "uname": Form(["task"], optional: ["member", "expect"]),
        "setdomainname": Form(["task", "name"], optional: ["expect"]),
        "setns": Form(["task"], optional: ["of", "file", "flags", "expect"]),
        "namespace": Form(["task", "kind"], optional: ["expect"]),
        "open": Form(["task", "as"], optional: ["of", "namespace", "cgroup", "expect"]),
        "close": Form(["task", "file"], optional: ["expect"]),
        "read-process": Form(["task", "file"], optional: ["of", "expect"]),
        "write-process": Form(["task", "timens_offsets"], optional: ["of", "expect"]),
        "getppid": Form(["task"], optional: ["expect"]),
        "getpid": Form(["task"], optional: ["expect"]),
        "sigchld": Form(["task", "action"]),
        "subreaper": Form(["task"], optional: ["value"]),
        "signal": Form(["task", "to", "signal"], optional: ["expect"]),
        "setuid": Form(["task", "user"], optional: ["expect"]),
        "read": Form(["cgroup", "file"], optional: ["expect"]),
        "race": Form(["tasks"], optional: ["expect"]),
        "setrlimit": Form(["task"], optional: ["nproc", "soft", "hard", "expect"]),
        "write": Form(["cgroup"], optional: writtenFiles + ["task", "expect"]),
        "sysctl": Form(["name", "value"], optional: ["task", "expect"]),
        "attach": Form(["task", "cgroup"], optional: ["expect"]),
        "attach-thread": Form(["task", "cgroup"], optional: ["expect"]),
        "mkdir": Form(["cgroup"], optional: ["expect"]),
        "rmdir": Form(["cgroup"], optional: ["expect"]),
    ]
}
