import KernelABI
import Scenario
import Simulation

/// Steps and decisions in words.
enum StepText {
    /// `start`, `step 2`, `step 2 round 3`
    static func moment(_ moment: Moment) -> String {
        guard let step = moment.step else { return "start" }
        return "step \(step + 1)" + (moment.round.map { " round \($0)" } ?? "")
    }

    /// `keeper: fork`, `write 5 to /box pids.max`
    static func action(_ action: Action) -> String {
        switch action {
        case .fork(let task, _): "\(task): fork"
        case .clone(let task, let flags, _): "\(task): clone \(flags)"
        case .clone3(let task, let args, let path, _):
            "\(task): clone3 \(args.flags)\(path.map { " into \($0)" } ?? "")"
        case .vfork(let task, _): "\(task): vfork"
        case .exit(let task, let status): "\(task): exit \(status)"
        case .exitGroup(let task, let status): "\(task): exit_group \(status)"
        case .execve(let task): "\(task): execve"
        case .wait(let task, let child): "\(task): wait for \(child?.description ?? "any child")"
        case .waitCall(let task, let call): "\(task): \(waitCall(call))"
        case .unshare(let task, let flags): "\(task): unshare \(flags)"
        case .sethostname(let task, let name): "\(task): sethostname \"\(shortened(name))\""
        case .setdomainname(let task, let name): "\(task): setdomainname \"\(shortened(name))\""
        case .uname(let task, let member): "\(task): uname \(member.rawValue)"
        case .setns(let task, let target, let flags): "\(task): setns to \(target)'s, \(flags)"
        case .open(let task, .namespace(let target, let file), let name):
            "\(task): open \(target)'s ns/\(file.rawValue) as \(name)"
        case .open(let task, .pidfd(let target), let name): "\(task): pidfd_open of \(target) as \(name)"
        case .open(let task, .root, let name): "\(task): open / as \(name)"
        case .open(let task, .cgroup(let path), let name): "\(task): open the directory of \(path) as \(name)"
        case .close(let task, let name): "\(task): close \(name)"
        case .setnsFile(let task, let name, let flags): "\(task): setns to \(name), \(flags)"
        case .namespace(let task, let file): "\(task): which \(file.rawValue) namespace"
        case .readProcess(let task, let target, let file): "\(task): read \(target)'s \(file.rawValue)"
        case .writeTimensOffsets(let task, let target, let text):
            "\(task): write \"\(shortened(text))\" to \(target)'s timens_offsets"
        case .writeMembers(let task, let path, let file, let text):
            "\(task): write \"\(shortened(text))\" to \(path) \(file.rawValue)"
        case .mapSelf(let task): "\(task): map its own ids in its user namespace"
        case .getppid(let task): "\(task): getppid"
        case .getpid(let task): "\(task): getpid"
        case .sigchld(let task, let action): "\(task): sigaction SIGCHLD \(action.rawValue)"
        case .subreaper(let task, let isOne): "\(task): \(isOne ? "becomes a subreaper" : "is no subreaper any more")"
        case .signal(let task, let target, let signal): "\(task): kill \(target) with signal \(signal.rawValue)"
        case .setuid(let task, let user): "\(task): setresuid \(user)"
        case .read(let path, let file): "read \(path) \(file)"
        case .race(let tasks): "\(tasks.map(\.description).joined(separator: ", ")): fork at once, each until refused"
        case .setrlimitNproc(let task, let soft, let hard):
            "\(task): setrlimit RLIMIT_NPROC \(limit(soft)) \(limit(hard))"
        case .write(let path, let file, let text): "write \"\(shortened(text))\" to \(path) \(file)"
        case .attach(let task, let path): "move \(task) to \(path)"
        case .attachThread(let task, let path): "move \(task) alone to \(path)"
        case .mkdir(let path): "mkdir \(path)"
        case .rmdir(let path): "rmdir \(path)"
        case .sysctl(let task, let setting, let value):
            "\(task.map { "\($0): " } ?? "")sysctl \(setting) = \(value)"
        case .mapIDs(let task): "map all ids in \(task)'s user namespace"
        case .bomb(let task, let rounds, let workload):
            "\(task): \(workload.isLinear ? "linear " : "")bomb of \(rounds) rounds"
        case .kill(let task): "kill \(task) and its descendants"
        }
    }

    /// `wait4 c WNOHANG`, `waitid P_PIDFD c WEXITED|WNOWAIT`
    private static func waitCall(_ call: WaitCall) -> String {
        let which = call.which == .wait4 ? "wait4" : "waitid \(call.which.rawValue)"
        let id =
            switch call.id {
            case .task(let name): " \(name)"
            case .number(-1) where call.which == .wait4: " any child"
            case .number(let number): call.which == .P_ALL ? "" : " \(number)"
            }
        return "\(which)\(id)\(call.options.isEmpty ? "" : " \(call.options)")"
    }

    /// `pids.max of /box is 12`, `RLIMIT_NPROC is 4, for user alice`, or the rule's words.
    static func reason(_ decision: Decision) -> String {
        guard let knob = decision.knob, let number = decision.limit else { return decision.summary }
        return switch decision.level {
        case .cgroup(let path): "\(knob) of \(path) is \(limit(number))"
        case .user(let user): "\(knob) is \(limit(number)), for user \(user)"
        case .caller: "\(knob) is \(limit(number))"
        }
    }

    /// What somebody can do who needs more room; nil where no limit is the reason.
    static func remedy(_ decision: Decision) -> String? {
        switch (decision.knob, decision.level) {
        case ("pids.max", .cgroup(let path)):
            "to allow more: raise \(path)/pids.max (systemd: TasksMax=, Docker: --pids-limit), or let processes end there"
        case ("RLIMIT_NPROC", _):
            "to allow more: raise ulimit -u (limits.conf: nproc, systemd: LimitNPROC=), or let processes of the user end"
        case ("kernel.pid_max", _):
            "to allow more: raise kernel.pid_max (sysctl; since 6.14 each PID namespace has its own), or let processes end"
        case ("kernel.threads-max", _):
            "to allow more: raise kernel.threads-max (sysctl), or let processes of the machine end"
        case (let knob?, _) where knob.hasPrefix("user."):
            "to allow more: raise \(knob) (sysctl; each user namespace has its own), or let namespaces of the user end"
        default: nil
        }
    }

    private static func limit(_ number: UInt64) -> String { number == .max ? "unlimited" : "\(number)" }

    private static func shortened(_ text: String) -> String { text.count > 24 ? "\(text.prefix(20))…" : text }
}

/// All refusals of a prediction, counted by what decided them.
enum RefusalSummary {
    static func of(_ prediction: Prediction) -> [CountedDecision] {
        var counted: [CountedDecision] = []
        var index: [Decision: Int] = [:]
        for refusal in prediction.moments.flatMap(\.refusals) {
            var decision = refusal.decision
            // What the count would have become differs where a limit is exceeded already; the reason does not.
            decision.count = nil
            if let known = index[decision] {
                counted[known].count += refusal.count
            } else {
                index[decision] = counted.count
                counted.append(CountedDecision(decision: decision, count: refusal.count))
            }
        }
        return counted
    }
}
