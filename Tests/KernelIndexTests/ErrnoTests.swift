import Failure
import KernelABI
import KernelIndex
import Report
import Testing

/// Where errors start, asked of small sources that libclang parsed.
@Suite struct ErrnoTests {
    private static let files = [
        "kernel/fork.c": """
        #define EAGAIN 11
        #define ENOMEM 12
        #define EINVAL 22
        #define RLIMIT_NPROC 6
        struct subsys { int (*can_fork)(int n); int (*unused)(int n); };
        struct subsys *ss;
        int max_threads, nr_threads;
        int rlimit(int limit);
        int elsewhere(int n);
        static int pids_try_charge(int n)
        {
            if (n > 10)
                return -EAGAIN;
            return 0;
        }
        static int pids_can_fork(int n) { return pids_try_charge(n); }
        static struct subsys pids_subsys = { .can_fork = pids_can_fork };
        static int dropped(int n) { return n ? -EAGAIN : 0; }
        int cgroup_can_fork(int n)
        {
            int ret = ss->can_fork(n);
            if (ret)
                return ret;
            return ss->unused(n);
        }
        int copy_process(int n)
        {
            int retval = -EINVAL;
            if (!n)
                goto out;
            dropped(n);
            retval = -EAGAIN;
            if (n >= rlimit(RLIMIT_NPROC))
                goto out;
            if (nr_threads >= max_threads)
                goto out;
            retval = elsewhere(n);
            if (retval)
                goto out;
            retval = cgroup_can_fork(n);
        out:
            return retval;
        }
        """
    ]

    @Test func everyPlaceIsFoundThroughDirectCallsAndFields() throws {
        let sources = try IndexedSources(Self.files)
        let answer = try sources.store.errnoOrigins(of: "copy_process", errno: "EAGAIN")
        #expect(answer.origins.map(\.origin.function.name) == ["copy_process", "copy_process", "pids_try_charge"])
        let conditions = ["n >= rlimit(RLIMIT_NPROC)", "nr_threads >= max_threads", "n > 10"]
        #expect(answer.origins.map(\.origin.condition) == conditions)
        #expect(answer.origins.map(\.knob?.name) == ["RLIMIT_NPROC", "kernel.threads-max", "pids.max"])
        let path = try #require(answer.origins.last?.path)
        #expect(path.map(\.callee.name) == ["cgroup_can_fork", "pids_can_fork", "pids_try_charge"])
        #expect(path.map(\.evidence) == [.direct, .ops, .direct])
    }

    @Test func whatIsLeftOutIsNamed() throws {
        let sources = try IndexedSources(Self.files)
        let answer = try sources.store.errnoOrigins(of: "copy_process")
        #expect(answer.outside == ["elsewhere"])
        #expect(answer.unregistered == ["subsys.unused"])
        #expect(answer.deeper == 0)
        let near = try sources.store.errnoOrigins(of: "copy_process", errno: "EAGAIN", depth: 1)
        #expect(near.origins.map(\.origin.function.name) == ["copy_process", "copy_process"])
        #expect(near.deeper == 1)
        let report = ErrnoReport(near, name: "copy_process", errno: "EAGAIN", about: sources.store.about)
        #expect(report.document.truncated)
        #expect(report.text(.plain).contains("cut: 1 functions"))
    }

    @Test func aWalkStaysInTheFunctionsThatItIsGiven() throws {
        let sources = try IndexedSources(Self.files)
        let answer = try sources.store.errnoOrigins(of: "copy_process", within: ["copy_process", "cgroup_can_fork"])
        #expect(Set(answer.origins.map(\.origin.function.name)) == ["copy_process"])
        #expect(answer.beyond.map(\.callee.shownName) == ["elsewhere", "pids_can_fork", "subsys.unused"])
        #expect(answer.beyond.map(\.field?.shownName) == [nil, "subsys.can_fork", nil])
    }

    @Test(arguments: [("copy_process", "ENOSPC"), ("no_such_function", "EAGAIN"), ("rlimit", "EINVAL")])
    func noSuchErrorIsANegativeAnswer(function: String, errno: String) throws {
        let sources = try IndexedSources(Self.files)
        let failure = #expect(throws: Failure.self) {
            try sources.store.errnoOrigins(of: function, errno: errno)
        }
        #expect(failure?.status == .negative)
    }

    @Test func namesakesOnAPathAreToldApartByTheirFiles() throws {
        let sources = try IndexedSources([
            "net/ops.h": "struct ops { int (*set)(int n); };\n",
            "net/calipso.c": """
            #include "ops.h"
            #define ENOMEM 12
            static int setattr(int n) { return n ? -ENOMEM : 0; }
            struct ops calipso_ops = { .set = setattr };
            """,
            "net/label.c": """
            #include "ops.h"
            struct ops *ops;
            int setattr(int n) { return ops->set(n); }
            int label(int n) { return setattr(n); }
            """,
        ])
        let store = sources.store
        let shown = "setattr@net/label.c → setattr@net/calipso.c (ops ops.set)"
        let errno = ErrnoReport(try store.errnoOrigins(of: "label"), name: "label", errno: nil, about: store.about)
        #expect(errno.text(.plain).contains("path  label → \(shown)"))
        #expect(errno.document.origins.map(\.path) == [["label", "setattr", "setattr"]])
        let goal = "setattr@net/calipso.c"
        let path = PathReport(
            try store.paths(from: "label", to: goal),
            from: "label",
            to: goal,
            about: store.about
        )
        .text(.plain)
        #expect(path.contains("→ setattr@net/label.c ") && path.contains("→ setattr@net/calipso.c "))
    }

    @Test func theReportShowsConditionKnobAndPath() throws {
        let sources = try IndexedSources(Self.files)
        let answer = try sources.store.errnoOrigins(of: "copy_process", errno: "EAGAIN")
        let text = ErrnoReport(answer, name: "copy_process", errno: "EAGAIN", about: sources.store.about).text(.plain)
        #expect(
            text.contains("EAGAIN  kernel/fork.c:32  copy_process\n  when  n >= rlimit(RLIMIT_NPROC)\n  knob  RLIM")
        )
        #expect(text.contains("→ cgroup_can_fork → pids_can_fork (ops subsys.can_fork) → pids_try_charge"))
    }
}
