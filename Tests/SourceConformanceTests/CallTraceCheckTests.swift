import KernelTrace
import Testing

@testable import SourceConformance

/// Pairs of functions, as a kernel would be seen to call them, held against small sources that libclang really parsed.
@Suite struct CallTraceCheckTests {
    /// Judges one pair. `traced` and `hidden` are what the running kernel has as code of its own.
    private func verdict(
        _ caller: String,
        _ callee: String,
        in files: [String: String],
        traced: [String],
        hidden: [String] = [],
        aliases: [String: String] = [:],
        namesakes: [String: Int] = [:],
        interrupted: Bool = false
    ) throws -> CallVerdict {
        let sources = try IndexedSources(files)
        var symbols: [String: KernelFunctions.Visibility] = [:]
        for name in traced { symbols[name] = .traced }
        for name in hidden { symbols[name] = .hidden }
        let check = try CallTraceCheck(
            store: sources.store,
            functions: KernelFunctions(symbols, aliases: aliases, namesakes: namesakes)
        )
        var trace = CallTrace()
        trace.calls = [
            ObservedCall(
                caller: caller,
                callee: callee,
                context: .task,
                count: 2,
                interrupted: interrupted ? 2 : 0
            )
        ]
        return try #require(check.judge(trace).pairs.first).verdict
    }

    private func unseen(_ verdict: CallVerdict) -> [String] {
        guard case .path(let inner, let last) = verdict else { return ["\(verdict)"] }
        return inner.map { "\($0.name) \($0.presence.rawValue)" } + [last.rawValue]
    }

    private func reason(_ verdict: CallVerdict) -> MissedReason? {
        if case .missed(let reason, _) = verdict { reason } else { nil }
    }

    @Test func aCallByNameIsADirectEdge() throws {
        let files = ["a.c": "void b(void) {}\nvoid a(void) { b(); }\n"]
        #expect(try verdict("a", "b.isra.0", in: files, traced: ["a", "b.isra.0"]) == .edge(.direct))
    }

    @Test func aCallThroughAMemberIsAnOpsEdge() throws {
        let files = [
            "a.c": """
            struct ops { int (*f)(void); };
            static int b(void) { return 0; }
            struct ops o = { .f = b };
            int a(struct ops *p) { return p->f(); }
            """
        ]
        #expect(try verdict("a", "b", in: files, traced: ["a", "b"]) == .edge(.ops))
    }

    @Test func aFunctionThatTheKernelHasNoCodeOfWasInlined() throws {
        let files = ["a.c": "void c(void) {}\nstatic void b(void) { c(); }\nvoid a(void) { b(); }\n"]
        #expect(unseen(try verdict("a", "c", in: files, traced: ["a", "c"])) == ["b inlined", "direct"])
    }

    @Test func aFunctionOfTheSameFileMayBeInlinedThoughItHasCode() throws {
        let files = ["a.c": "void c(void) {}\nvoid b(void) { c(); }\nvoid a(void) { b(); }\n"]
        #expect(unseen(try verdict("a", "c", in: files, traced: ["a", "b", "c"])) == ["b inlined here", "direct"])
    }

    @Test func whatIsWeaklyDefinedElsewhereIsInlinedWhereItsOtherBodyIs() throws {
        let files = [
            "a.c": "void c(void) {}\nvoid b(void) { c(); }\nvoid a(void) { b(); }\n",
            "ni.c": "__attribute__((weak)) void a(void) {}\n",
            "z_ni.c": "__attribute__((weak)) void b(void) {}\n",
        ]
        #expect(unseen(try verdict("a", "c", in: files, traced: ["a", "b", "c"])) == ["b inlined here", "direct"])
    }

    @Test func aTracedFunctionOfAnotherFileWouldHaveBeenSeen() throws {
        let files = [
            "a.c": "void b(void);\nvoid a(void) { b(); }\n",
            "b.c": "void c(void) {}\nvoid b(void) { c(); }\n",
        ]
        #expect(reason(try verdict("a", "c", in: files, traced: ["a", "b", "c"])) == .unknown)
        #expect(
            unseen(try verdict("a", "c", in: files, traced: ["a", "c"], hidden: ["b"])) == ["b hidden", "direct"]
        )
    }

    @Test func aFunctionOfAnotherFileCannotBeInlinedThroughAPointer() throws {
        let files = [
            "ops.h": "struct ops { void (*f)(void); };\n",
            "a.c": "#include \"ops.h\"\nvoid a(struct ops *p) { p->f(); }\n",
            "b.c": "#include \"ops.h\"\nvoid c(void) {}\nstatic void b(void) { c(); }\nstruct ops o = { .f = b };\n",
        ]
        #expect(reason(try verdict("a", "c", in: files, traced: ["a", "c"])) != nil)
        #expect(unseen(try verdict("a", "c", in: files, traced: ["a", "c"], hidden: ["b"])) == ["b hidden", "direct"])
    }

    @Test func whatAConstantStructureOfTheSameFileHoldsIsInlinedWhereTheKernelHasNoCodeOfIt() throws {
        let files = [
            "a.c": """
            struct params { int (*hash)(int); };
            int c(int x) { return x; }
            static int b(int x) { return c(x); }
            static const struct params params = { .hash = b };
            static inline int lookup(const struct params params) { return params.hash(1); }
            int a(void) { return lookup(params); }
            """
        ]
        let found = try verdict("a", "c", in: files, traced: ["a", "c"])
        #expect(unseen(found) == ["lookup inlined", "b inlined here", "direct"])
    }

    @Test func whatAConstantStructureHandedByValueHoldsIsInlinedThoughItHasCode() throws {
        func files(_ parameter: String, _ access: String, _ argument: String) -> [String: String] {
            [
                "a.c": """
                struct params { int size; int (*hash)(int); };
                static inline int look(int key, \(parameter)) { return \(access)hash(key); }
                int mix(int key) { return key; }
                static int hash(int key) { return mix(key); }
                static const struct params fixed = { .size = 4, .hash = hash };
                int get(int key) { return look(key, \(argument)); }
                """
            ]
        }
        let traced = ["get", "hash", "mix"]
        let value = files("const struct params params", "params.", "fixed")
        #expect(
            try unseen(verdict("get", "mix", in: value, traced: traced)) == [
                "look inlined", "hash inlined here", "direct",
            ]
        )
        let pointer = files("const struct params *params", "params->", "&fixed")
        #expect(reason(try verdict("get", "mix", in: pointer, traced: traced)) != nil)
    }

    @Test func whatAssemblyHandsToAFunctionIsAReason() throws {
        let files = [
            "a.c": "void ret(int (*fn)(void *), void *arg) { fn(arg); }\nint thread(void *arg) { return 0; }\n",
            "arch/x86/entry/entry_64.S": "SYM_CODE_START(ret_asm)\n\tcall ret\nSYM_CODE_END(ret_asm)\n",
        ]
        #expect(reason(try verdict("ret", "thread", in: files, traced: ["ret", "thread"])) == .assembly)
        let none = files.filter { $0.key == "a.c" }
        #expect(reason(try verdict("ret", "thread", in: none, traced: ["ret", "thread"])) == .unknown)
    }

    @Test func aHandlerThatTheExceptionTableNamesIsCalledByWayOfAssembly() throws {
        let files = [
            "a.c": """
            typedef int (*handler)(int);
            int ex_handler_fault(int trap) { return trap; }
            int fixup_exception(long *entry) { return ((handler)((long)entry + *entry))(1); }
            """,
            "arch/x86/include/asm/asm.h": """
            # define _ASM_EXTABLE_HANDLE(from, to, handler)\t\\
            # define _ASM_EXTABLE_FAULT(from, to)\t\\
            \t_ASM_EXTABLE_HANDLE(from, to, ex_handler_fault)
            """,
        ]
        let traced = ["fixup_exception", "ex_handler_fault"]
        let found = try verdict("fixup_exception", "ex_handler_fault", in: files, traced: traced)
        #expect(found == .missed(.assembly, why: "at arch/x86/include/asm/asm.h:3"))
    }

    @Test func aMovedPartBelongsToItsFunction() throws {
        let files = ["a.c": "void a(void) {}\n"]
        #expect(try verdict("a", "a.part.0", in: files, traced: ["a", "a.part.0"]) == .edge(.part))
    }

    @Test func anAliasOfTheSameCodeCounts() throws {
        let files = ["a.c": "void __x64_sys_b(void);\nvoid a(void) { __x64_sys_b(); }\n"]
        let found = try verdict(
            "a",
            "__do_sys_b",
            in: files,
            traced: ["a", "__do_sys_b"],
            aliases: ["__x64_sys_b": "__do_sys_b"]
        )
        #expect(found == .edge(.direct))
    }

    @Test func aStaticCallLeadsToWhatItIsSetTo() throws {
        let files = [
            "a.c": """
            struct static_call_key { void *func; };
            int b(void) { return 0; }
            extern int __SCT__b(void);
            struct static_call_key __SCK__b = { .func = b };
            int a(void) { return __SCT__b(); }
            """
        ]
        #expect(unseen(try verdict("a", "b", in: files, traced: ["a", "b"])) == ["__SCT__b hidden", "static call"])
    }

    @Test func aScopeThatEndsCallsItsCleanup() throws {
        let files = [
            "a.c": """
            typedef struct { int *p; } class_lock_t;
            void unlock(int *p) {}
            static inline void class_lock_destructor(class_lock_t *l) { unlock(l->p); }
            static inline class_lock_t class_lock_constructor(int *p) { class_lock_t l = { p }; return l; }
            void a(int *p) {
                class_lock_t g __attribute__((cleanup(class_lock_destructor))) = class_lock_constructor(p);
            }
            """
        ]
        let found = try verdict("a", "unlock", in: files, traced: ["a", "unlock"])
        #expect(unseen(found) == ["class_lock_destructor inlined", "direct"])
    }

    @Test func aFunctionHandedOverIsAnArgument() throws {
        let files = [
            "a.c": """
            struct wait { void (*func)(void); };
            void b(void) {}
            static inline void init(struct wait *w, void (*f)(void)) { w->func = f; }
            void start(struct wait *w) { init(w, b); }
            void a(struct wait *w) { w->func(); }
            """
        ]
        #expect(try verdict("a", "b", in: files, traced: ["a", "b", "start"]) == .edge(.argument))
    }

    @Test func aFunctionWhoseAddressTheCallerTakesIsAVariable() throws {
        let files = [
            "a.c": """
            int b(void) { return 0; }
            int a(int x) { int (*f)(void) = 0; if (x) f = b; return f(); }
            """
        ]
        #expect(try verdict("a", "b", in: files, traced: ["a", "b"]) == .edge(.variable))
    }

    @Test func assemblyBetweenThemIsAReason() throws {
        let files = [
            "a.c": "void b_asm(void);\nvoid c(void) {}\nvoid b(void) { c(); }\nvoid a(void) { b_asm(); }\n",
            "arch/x86/entry/entry_64.S": """
            SYM_FUNC_START(b_asm)
            \tmovq %rsp, %rdi
            \tjmp\tb
            SYM_FUNC_END(b_asm)
            """,
        ]
        let found = try verdict("a", "c", in: files, traced: ["a", "c"], hidden: ["b", "b_asm"])
        #expect(found == .missed(.assembly, why: "b_asm → b → at arch/x86/entry/entry_64.S:3"))
    }

    @Test func twoFunctionsOfOneBodyAreOneWithAJump() throws {
        let files = ["a.c": "int n;\nvoid b(void) { n = 1; }\nvoid a(void) { n = 1; }\nvoid c(void) { n = 2; }\n"]
        #expect(reason(try verdict("a", "b", in: files, traced: ["a", "b"])) == .tailCall)
        #expect(reason(try verdict("a", "c", in: files, traced: ["a", "c"])) == .unknown)
    }

    @Test func aCallerThatIsNotIndexedIsOutside() throws {
        let files = ["a.c": "void a(void) {}\n"]
        #expect(reason(try verdict("x", "a", in: files, traced: ["x", "a"])) == .outsideIndexedScope)
    }

    @Test func aHiddenFunctionThatIsNotIndexedMayBeOnTheWay() throws {
        let files = ["a.c": "void b(void);\nvoid c(void) {}\nvoid a(void) { b(); }\n"]
        #expect(reason(try verdict("a", "c", in: files, traced: ["a", "c"], hidden: ["b"])) == .outsideIndexedScope)
        #expect(reason(try verdict("a", "c", in: files, traced: ["a", "b", "c"])) == .unknown)
    }

    @Test func whatInterruptsIsNoCall() throws {
        let files = [
            "a.c": """
            int n;
            void handle(void) { n = 1; }
            void exc_page_fault(void) { handle(); }
            void a(void) { n = 2; }
            """
        ]
        let hidden = ["exc_page_fault"]
        let found = try verdict("a", "handle", in: files, traced: ["a", "handle"], hidden: hidden, interrupted: true)
        #expect(found == .interruption("exc_page_fault"))
        #expect(reason(try verdict("a", "handle", in: files, traced: ["a", "handle"], hidden: hidden)) == .unknown)
    }

    @Test func aMemberThatIsReadFirstAndCalledLaterCounts() throws {
        let files = [
            "a.c": """
            struct mm { int (*get)(int); };
            int b(int x) { return x; }
            void start(struct mm *m) { m->get = b; }
            int a(struct mm *m) { int (*f)(int) = m->get; return f(1); }
            """
        ]
        #expect(try verdict("a", "b", in: files, traced: ["a", "b", "start"]) == .edge(.ops))
        let elsewhere = [
            "a.c":
                "struct mm { int (*get)(int); };\nint b(int x);\nint a(struct mm *m) { int (*f)(int) = m->get; return f(1); }\n"
        ]
        #expect(reason(try verdict("a", "b", in: elsewhere, traced: ["a", "b"])) == .outsideIndexedScope)
    }

    @Test func aNameThatTheKernelHasMoreOftenThanTheIndexIsOutside() throws {
        let files = [
            "a.c":
                "int n;\nvoid c(void) { n = 1; }\nstatic void m_start(void) { n = 2; }\nvoid a(void) { m_start(); }\n"
        ]
        let traced = ["a", "c", "m_start"]
        #expect(reason(try verdict("m_start", "c", in: files, traced: traced)) == .unknown)
        let found = try verdict("m_start", "c", in: files, traced: traced, namesakes: ["m_start": 3])
        #expect(reason(found) == .outsideIndexedScope)
    }
}
