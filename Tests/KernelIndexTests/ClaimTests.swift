import Claims
import KernelIndex
import Testing

/// One statement, two small kernels: the verdict comes from their sources.
///
/// The older one has the article's shapes (`_do_fork`, a pointer called `name`, two kinds of namespace, three system calls),
/// the newer one has what came later.
@Suite struct ClaimTests {
    private let older: IndexedSources
    private let newer: IndexedSources

    init() throws {
        older = try Self.files(isNewer: false)
        newer = try Self.files(isNewer: true)
    }

    private static func files(isNewer: Bool) throws -> IndexedSources {
        let maker = isNewer ? "kernel_clone" : "_do_fork"
        let utsHome = isNewer ? "include/linux/utsname.h" : "include/linux/ustname.h"
        return try IndexedSources([
            "include/linux/sched.h": """
            #define SYSCALL_DEFINE0(name) \\
                static long __do_sys_##name(const void *regs); \\
                long __x64_sys_##name(const void *regs) { return __do_sys_##name(regs); } \\
                static long __do_sys_##name(const void *regs)
            #define SYSCALL_DEFINE1(name, type, argument) \\
                static inline long __do_sys_##name(type argument); \\
                static long __se_sys_##name(long value) { return __do_sys_##name((type)value); } \\
                static inline long __do_sys_##name(type argument)
            #define EAGAIN 11
            #define CLONE_NEWUTS 0x04000000 /* one */
            #define CLONE_NEWPID 0x20000000
            \(isNewer ? "#define CLONE_NEWTIME 0x00000080\n#define CLONE_INTO_CGROUP 0x200000000ULL" : "")
            struct ns { int count; };
            struct ns_ops { int (*install)(struct ns *ns); int type; };
            struct files { const char *name; };
            struct subsys {
                int (*can_fork)(void);
                struct files *legacy_files, *default_files;
                unsigned implicit : 1;
            };
            struct task { struct nsproxy *nsproxy; };
            """,
            utsHome: """
            struct new_utsname { char nodename[65]; };
            struct uts_namespace { struct new_utsname \(isNewer ? "name" : "*name"); };
            """,
            "kernel/fork.c": """
            #include "include/linux/sched.h"
            #include "\(utsHome)"
            struct nsproxy { struct uts_namespace *uts_ns; };
            int pids_can_fork(void);
            extern struct subsys pids_subsys, cpu_subsys;
            static struct task *copy_task(void) { return 0; }
            static int can_fork(struct subsys *subsys) { return subsys->can_fork(); }
            static long copy_process(unsigned long flags)
            {
                copy_task();
                return can_fork(&pids_subsys);
            }
            long \(maker)(unsigned long flags) { return copy_process(flags); }
            SYSCALL_DEFINE0(fork) { return \(maker)(0); }
            SYSCALL_DEFINE1(clone, unsigned long, flags) { return \(maker)(flags); }
            \(isNewer ? "SYSCALL_DEFINE1(clone3, unsigned long, flags) { return kernel_clone(flags); }" : "")
            \(isNewer ? "static int into_cgroup(unsigned long f) { return !!(f & CLONE_INTO_CGROUP); }" : "")
            SYSCALL_DEFINE1(gethostname, char *, name) { return 0; }
            """,
            "kernel/pids.c": """
            #include "include/linux/sched.h"
            static int try_charge(long new, long limit)
            {
                if (new > limit)
                    return -EAGAIN;
                return 0;
            }
            int pids_can_fork(void) { return try_charge(2, 1); }
            static struct files files[2];
            struct subsys pids_subsys = {
                .can_fork = pids_can_fork, .legacy_files = files, .default_files = files,
            };
            struct subsys cpu_subsys = { .default_files = files };
            struct subsys perf_subsys = { .implicit = 1 };
            \(isNewer ? "struct subsys misc_subsys = { .legacy_files = files, .default_files = files };" : "")
            """,
            "kernel/ns.c": """
            #include "include/linux/sched.h"
            static int uts_install(struct ns *ns) { return 0; }
            static int pid_install(struct ns *ns) { return 0; }
            const struct ns_ops uts_ops = { .install = uts_install, .type = CLONE_NEWUTS };
            const struct ns_ops pid_ops = { .install = pid_install, .type = CLONE_NEWPID };
            const struct ns_ops pid_for_children_ops = { .install = pid_install, .type = CLONE_NEWPID };
            \(isNewer ? "static int time_install(struct ns *ns) { return 0; }" : "")
            \(isNewer ? "const struct ns_ops time_ops = { .install = time_install };" : "")
            """,
            "arch/x86/entry/syscalls/syscall_64.tbl": """
            56 common clone sys_clone
            57 common fork sys_fork
            \(isNewer ? "435 common clone3 sys_clone3" : "")
            """,
        ])
    }

    /// The verdicts on one question, of the older and of the newer kernel.
    private func verdicts(_ check: String, weight: String = "detail") async throws -> (older: Judged, newer: Judged) {
        let text = """
            claims:
              - id: X
                statement: x
                parts:
                  - {says: x, weight: \(weight), \(check)}
            """
        let claims = try ClaimsFile(text: text, path: "claims.yaml").claims
        func judged(_ store: IndexStore) async throws -> Judged {
            let judge = ClaimJudge(store)
            let judged = try await judge.judge(claims, scenarios: [:], observer: NoObserver(reason: "none"))
            return Judged(claim: try #require(judged.first))
        }
        return (try await judged(older.store), try await judged(newer.store))
    }

    /// What a test asks of a verdict.
    private struct Judged {
        let claim: JudgedClaim
        var verdict: String { claim.verdict.name }
        var instead: String { claim.parts.compactMap(\.outcome.instead).joined(separator: "; ") }
        var places: [String] { claim.parts.flatMap(\.evidence).compactMap { $0.place?.description } }
    }

    @Test func theFunctionBetweenForkAndCopyProcessIsFound() async throws {
        let (older, newer) = try await verdicts("calls: [fork, _do_fork, copy_process]")
        #expect(older.verdict == "holds")
        #expect(newer.verdict == "holdsWithCorrection")
        #expect(newer.instead.contains("fork → kernel_clone → copy_process"))
        #expect(newer.places.allSatisfy { $0.hasPrefix("kernel/fork.c:") } && !newer.places.isEmpty)
    }

    @Test func aWrongCoreDoesNotHold() async throws {
        let (older, newer) = try await verdicts("calls: [fork, _do_fork, copy_process]", weight: "core")
        #expect(older.verdict == "holds")
        #expect(newer.verdict == "doesNotHold")
    }

    @Test func whetherAMemberIsAPointerIsReadFromTheLayout() async throws {
        let (older, newer) = try await verdicts(
            "member: {struct: uts_namespace, name: name, to: new_utsname, by: pointer}"
        )
        #expect(older.verdict == "holds")
        #expect(newer.instead.contains("65 of its 65 bytes"))
    }

    @Test func theFileThatDefinesANameIsTheOneOfTheKernel() async throws {
        let (older, newer) = try await verdicts("defined: {struct: uts_namespace, file: include/linux/ustname.h}")
        #expect(older.verdict == "holds")
        #expect(newer.instead.contains("include/linux/utsname.h"))
        #expect(newer.instead.contains("there is no file include/linux/ustname.h"))
    }

    @Test func kindsAreCountedByWhatTheyInstall() async throws {
        let (older, newer) = try await verdicts(
            "kinds: {struct: ns_ops, member: install, prefix: CLONE_NEW, flags: [CLONE_NEWUTS, CLONE_NEWPID]}"
        )
        #expect(older.verdict == "holds")
        #expect(newer.instead.contains("there are 3 kinds"))
        #expect(newer.instead.contains("CLONE_NEWTIME"))
        let flags = try await verdicts("own-flags: {struct: ns_ops, member: install, prefix: CLONE_NEW}")
        #expect(flags.older.verdict == "holds")
        #expect(flags.newer.verdict == "holds")
        #expect(flags.newer.claim.parts.flatMap(\.evidence).contains { $0.text == "CLONE_NEWUTS is 0x04000000" })
    }

    @Test func systemCallsThatComeToAFunctionAreFound() async throws {
        let (older, newer) = try await verdicts(
            "entered-by: {function: copy_process, system-calls: [clone], within: 3, with-arguments: true}"
        )
        #expect(older.verdict == "holds")
        #expect(newer.instead == "clone3 comes to copy_process too")
        let all = try await verdicts("entered-by: {function: copy_process, system-calls: [clone], within: 3}")
        #expect(all.older.instead == "fork comes to copy_process too")
    }

    @Test func controllersAreCountedByTheirFiles() async throws {
        let terms = "struct: subsys, legacy-files: legacy_files, default-files: default_files, implicit: implicit"
        let first = try await verdicts("controllers: {\(terms), version: 1, count: 2}")
        #expect(first.older.verdict == "holds")
        #expect(first.newer.instead.contains("v1 has 3 controllers"))
        let second = try await verdicts("controllers: {\(terms), version: 2, count: 3}")
        #expect(second.older.instead.contains("v2 has 2 controllers"))
        #expect(second.newer.verdict == "holds")
    }

    @Test func aFlagThatCameLaterIsShownWithItsUsers() async throws {
        let (older, newer) = try await verdicts("no-macro: CLONE_INTO_CGROUP, otherwise: by clone3")
        #expect(older.verdict == "holds")
        #expect(newer.instead == "CLONE_INTO_CGROUP is defined, and heeded by into_cgroup; by clone3")
    }

    @Test func aDefinitionWithoutAnEntryInTheTableIsNoSystemCallToMake() async throws {
        let (older, newer) = try await verdicts("system-calls: [fork, clone]")
        #expect(older.verdict == "holds" && newer.verdict == "holds")
        let (_, gethostname) = try await verdicts("system-calls: [gethostname]")
        #expect(gethostname.instead.contains("has no entry in the 64-bit system call table"))
    }

    @Test func anErrorIsFollowedToWhereItStarts() async throws {
        let (older, _) = try await verdicts("error: {function: pids_can_fork, errno: EAGAIN}")
        #expect(older.verdict == "holds")
        #expect(older.places == ["kernel/pids.c:5"])
        let (condition, _) = try await verdicts("text: {function: try_charge, has: new > limit}")
        #expect(condition.places == ["kernel/pids.c:4"])
        let (other, _) = try await verdicts("text: {function: try_charge, has: new >= limit}")
        #expect(other.verdict == "holdsWithCorrection")
    }

    @Test func callsThroughFieldsAreFollowed() async throws {
        let (older, newer) = try await verdicts("reaches: {from: [fork, clone], to: pids_can_fork}")
        #expect(older.verdict == "holds" && newer.verdict == "holds")
        #expect(newer.claim.parts[0].evidence.contains { $0.text.contains("through subsys.can_fork") })
    }

    @Test func whatTheIndexDoesNotHaveCannotBeChecked() async throws {
        let (older, _) = try await verdicts("only-caller: {function: no_such_function, caller: copy_process}")
        #expect(older.verdict == "notCheckable")
        let (caller, _) = try await verdicts("only-caller: {function: copy_task, caller: copy_process}")
        #expect(caller.verdict == "holds")
    }
}
