import Testing

struct CallTests {
    @Test func directCallsAreFoundWhereTheyStart() throws {
        try check(
            """
            static int a(int x) { return x; }
            int b(void);
            int c(void) {
                return a(1) + b();
            }
            """,
            "call",
            ["f:c -> f:a@main.c main.c:4:12", "f:c -> f:b main.c:4:19"]
        )
    }

    @Test func whatTheCompilerProvidesIsNoFunctionButWhatIsCalledLikeItIs() throws {
        try check(
            """
            static void __sync_rcu_exp_select_node_cpus(int *n) { *n = 1; }
            void f(int *n) {
                __sync_fetch_and_add(n, 1);
                __sync_add_and_fetch(n, 1);
                (void)__atomic_load_n(n, 0);
                (void)__atomic_add_fetch(n, 1, 0);
                __builtin_trap();
                __sync_rcu_exp_select_node_cpus(n);
            }
            """,
            "call",
            ["f:f -> f:__sync_rcu_exp_select_node_cpus@main.c main.c:8:5"]
        )
    }

    @Test func whatTheLinkerMayReplaceIsTold() throws {
        try check(
            """
            #define __weak __attribute__((__weak__))
            #define stand_in(name) __weak int name(int n); __weak int name(int n) { return n; }
            int __weak a(void) { return 1; }
            int __attribute__((weak)) b(void);
            int b(void) { return 2; }
            stand_in(c)
            int d(void) { return 3; }
            int __weak e(void);
            """,
            "weak",
            ["f:a", "f:b", "f:c"]
        )
    }

    @Test func aCallInAMacroIsSeenWhereTheMacroIsExpanded() throws {
        try check(
            """
            int charge(int n);
            #define TRY(n) (charge(n) < 0 ? -1 : 0)
            int f(void) {
                return TRY(7);
            }
            """,
            "call",
            ["f:f -> f:charge main.c:4:12"]
        )
    }

    @Test func aCallInAMacrosArgumentIsSeenWhereItIsWritten() throws {
        try check(
            """
            int charge(int n);
            #define NOT(x) (!(x))
            int f(void) {
                return NOT(charge(3));
            }
            """,
            "call",
            ["f:f -> f:charge main.c:4:16"]
        )
    }

    @Test func functionsOfHeadersCallToo() throws {
        try check(
            """
            #include "ns.h"
            int f(void) { return utsname(); }
            """,
            headers: ["ns.h": "int current(void);\nstatic inline int utsname(void) { return current(); }\n"],
            "call",
            ["f:utsname@ns.h -> f:current ns.h:2:42", "f:f -> f:utsname@ns.h main.c:2:22"]
        )
    }

    @Test func whatIsOnlyMeasuredIsNotCalled() throws {
        try check(
            """
            int a(void);
            typedef int number;
            int f(void) {
                __typeof__(a()) x = (__typeof__(a()))sizeof(a());
                return x;
            }
            """,
            "call",
            []
        )
    }

    @Test(arguments: [
        "ops->fn(1)", "(*ops->fn)(1)", "((int (*)(int))ops->fn)(1)", "(ops->fn)(1)", "({ 0; ops->fn; })(1)",
    ])
    func aCallThroughAMemberIsADispatch(call: String) throws {
        let source = try Source(
            """
            struct ops { int (*fn)(int); };
            int f(struct ops *ops) { return \(call); }
            """
        )
        #expect(source.lines("dispatch") == ["dispatch f:f -> d:ops.fn@main.c 'ops->fn' main.c:2:33"])
        #expect(source.lines("call") == [])
    }

    @Test func dispatchGoesThroughEmbeddedStructsAndArrays() throws {
        try check(
            """
            struct ops { int (*fn)(int); int (*table[4])(int); };
            struct dev { struct ops ops; };
            int f(struct dev *d, int i) { return d->ops.fn(1) + d->ops.table[i](2); }
            """,
            "dispatch",
            [
                "f:f -> d:ops.fn@main.c 'd->ops.fn' main.c:3:38",
                "f:f -> d:ops.table@main.c 'd->ops.table' main.c:3:53",
            ]
        )
    }

    @Test func aDispatchInAMacroNamesItsReceiver() throws {
        try check(
            """
            struct ops { int (*fn)(int); };
            #define CALL(o) ((o)->fn(1))
            int f(struct ops *o) { return CALL(o); }
            """,
            "dispatch",
            ["f:f -> d:ops.fn@main.c 'o->fn' main.c:3:31"]
        )
    }

    @Test func functionsPassedOnAreArguments() throws {
        try check(
            """
            typedef int (*visit)(int);
            int walk(int a, visit v);
            struct ops { int (*each)(visit v); };
            static int one(int x) { return x; }
            static int two(int x) { return x; }
            int f(struct ops *o, int c) { return walk(1, c ? one : &two) + o->each(one); }
            """,
            "argument",
            [
                "f:one@main.c to f:walk #1 in f:f main.c:6:50",
                "f:two@main.c to f:walk #1 in f:f main.c:6:57",
                "f:one@main.c to d:ops.each@main.c #0 in f:f main.c:6:72",
            ]
        )
    }

    @Test func anotherProgramHasItsOwnFunctions() throws {
        let source = try Source(
            """
            #include "length.h"
            extern unsigned long limit;
            unsigned long length(const char *text) { return limit + shorter(text); }
            static int own(void) { return length(""); }
            """,
            headers: [
                "length.h": "unsigned long length(const char *text);\n"
                    + "static inline int shorter(const char *text) { return length(text) - 1; }\n"
            ],
            program: "boot"
        )
        #expect(
            source.lines("call") == [
                "call f:shorter@length.h -> f:length length.h:2:54",
                "call f:length@boot/ -> f:shorter@length.h main.c:3:57",
                "call f:own@main.c -> f:length@boot/ main.c:4:31",
            ]
        )
        #expect(source.lines("definition").contains("definition f:length@boot/ main.c:3:15-3"))
        #expect(source.lines("declaration").contains("declaration f:length length.h:1:15-1"))
        #expect(source.lines("reference").contains("reference read v:limit@boot/ main.c:3:49 in f:length@boot/"))
    }
}
