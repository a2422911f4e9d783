/// What a guest does to be traced where the user names no program.
public enum TraceWorkload {
    /// A program that forks, clones, unshares, is refused by both limits, moves, kills and waits, in the text form of
    /// programs.
    public static let text = """
        program "trace-workload"
        cgroup /box max 20
        cgroup /box/app max 3
        cgroup /other max max
        task p in /box/app as root
        task q in /other as root
        task u in /other as "user" nproc 2
        p: fork() as c1
        p: clone(CLONE_NEWUTS) as c2
        p: clone(CLONE_NEWUTS) as c3
        c2: sethostname("box")
        c2: uname()
        c1: exit(3)
        p: wait(c1)
        q: unshare(CLONE_NEWUTS)
        q: sethostname("other")
        q: clone(CLONE_NEWNS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWNET) as q1
        q: unshare(CLONE_FS|CLONE_FILES|CLONE_NEWNS)
        q1: sethostname("q1")
        u: fork() as u1
        u: fork() as u2
        u: unshare(CLONE_NEWUTS)
        @host: attach q1 to /box/app
        @host: write /box/app pids.max "10"
        p: fork() as c4
        @host: kill c2
        c4: exit(0)
        p: wait()
        p: setrlimit(RLIMIT_NPROC, 5, 10)
        u: bomb(2)
        end

        """

    /// The name of the piece that is a guest's own boot.
    public static let boot = "boot"
    /// What a kernel is told so that it traces its boot, from the first initcalls on: the calls of each initcall down to a
    /// depth at which all of them fit into the buffer (Documentation/admin-guide/kernel-parameters.txt).
    public static let bootArguments = [
        "ftrace=function_graph", "ftrace_graph_filter=do_one_initcall", "ftrace_graph_max_depth=7",
        "trace_buf_size=40M", "trace_options=nooverwrite", "trace_event=exceptions:page_fault_kernel",
    ]
}
