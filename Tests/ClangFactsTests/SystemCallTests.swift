import Testing

struct SystemCallTests {
    /// The shape of the kernel's own macros.
    private static let macros = """
        #define SYSCALL_DEFINE0(sname) \\
            static long __do_sys_##sname(const void *regs); \\
            long __x64_sys_##sname(const void *regs) { return __do_sys_##sname(regs); } \\
            static long __do_sys_##sname(const void *regs)
        #define SYSCALL_DEFINE2(name, t1, a1, t2, a2) \\
            static inline long __do_sys_##name(t1 a1, t2 a2); \\
            static long __se_sys_##name(long a1, long a2) { return __do_sys_##name((t1)a1, (t2)a2); } \\
            static inline long __do_sys_##name(t1 a1, t2 a2)
        #define COMPAT_SYSCALL_DEFINE2(name, t1, a1, t2, a2) \\
            static inline long __do_compat_sys_##name(t1 a1, t2 a2)

        """

    @Test func bodiesHaveTheNameAndTheNumberOfArgumentsOfTheMacro() throws {
        try check(
            Self.macros + """
                SYSCALL_DEFINE0(fork)
                {
                    return 0;
                }
                SYSCALL_DEFINE2(sethostname, char *, name, int, len)
                {
                    return len;
                }
                COMPAT_SYSCALL_DEFINE2(old, int, a, int, b) { return a; }
                """,
            "syscall",
            [
                "fork f:__do_sys_fork@main.c (0) main.c:11:1",
                "sethostname f:__do_sys_sethostname@main.c (2) main.c:15:1",
                "old f:__do_compat_sys_old@main.c compat (2) main.c:19:1",
            ]
        )
    }

    @Test func theWrapperCallsTheBody() throws {
        let source = try Source(Self.macros + "SYSCALL_DEFINE2(sethostname, char *, name, int, len) { return 0; }\n")
        #expect(
            source.lines("call")
                == ["call f:__se_sys_sethostname@main.c -> f:__do_sys_sethostname@main.c main.c:11:1"]
        )
    }
}
