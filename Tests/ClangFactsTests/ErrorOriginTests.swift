import Testing

struct ErrorOriginTests {
    private static let errno = """
        #define EPERM 1
        #define ENOMEM 12
        #define EAGAIN 11
        #define EINVAL 22
        #define ERR_PTR(e) err_ptr(e)
        static inline void *ERR_PTR_(long e) { return (void *)e; }
        """
    private static let pointers = """
        #define ENOMEM 12
        #define EINVAL 22
        static inline void *ERR_PTR(long e) { return (void *)e; }
        static inline long PTR_ERR(const void *p) { return (long)p; }
        static inline _Bool IS_ERR(const void *p) { return (unsigned long)p >= (unsigned long)-4095; }

        """

    private func origins(_ body: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        try check(
            "#include \"errno.h\"\n" + body,
            headers: ["errno.h": Self.errno],
            "origin",
            expected.map { "f:f " + $0 },
            sourceLocation: sourceLocation
        )
    }

    @Test func aReturnedConstantStandsUnderTheNearestCondition() throws {
        try origins(
            "int f(int a, int b) {\n if (a) {\n  if (b > 1)\n   return -EINVAL;\n }\n return 0;\n}",
            ["EINVAL main.c:5:11 'b > 1' @4 in 'a'"]
        )
    }

    @Test func whatIsSetBeforeItsConditionStandsUnderTheOneThatLeaves() throws {
        try origins(
            """
            int f(int a, int b, int c) {
             int ret;
             ret = -EAGAIN;
             if (a >= b) {
              if (c)
               goto out;
             }
             ret = -ENOMEM;
             if (!a)
              goto out;
             ret = 0;
            out:
             return ret;
            }
            """,
            ["EAGAIN main.c:4:8 'c' @6 in 'a >= b'", "ENOMEM main.c:9:8 '!a' @10"]
        )
    }

    @Test func oneConstantStartsAsOftenAsAConditionLeavesWithIt() throws {
        try origins(
            """
            int f(int *a, int *b) {
             int err = -ENOMEM;
             if (!a)
              goto out;
             if (!b)
              goto out;
             err = 0;
            out:
             return err;
            }
            """,
            ["ENOMEM main.c:3:12 '!a' @4", "ENOMEM main.c:3:12 '!b' @6"]
        )
    }

    @Test func whatNoReturnCanHaveIsLeftOut() throws {
        try origins(
            """
            int g(int);
            int f(int a) {
             int err = -EINVAL, unused = -EPERM;
             err = g(a);
             if (err)
              return err;
             if (a == -EAGAIN)
              unused = -ENOMEM;
             return 0;
            }
            """,
            []
        )
    }

    @Test func whatIsTestedForAnErrorIsKnownToBeOne() throws {
        try origins(
            """
            int f(int a) {
             int err = 0;
             if (a)
              err = -EINVAL;
             if (err)
              return err;
             return a;
            }
            """,
            ["EINVAL main.c:5:9 'a' @4"]
        )
    }

    @Test func aLabelThatSetsTheErrorStandsUnderEachJump() throws {
        try origins(
            """
            int f(int a, int b) {
             if (a)
              goto bad;
             if (b)
              goto bad;
             return 0;
            bad:
             return -EINVAL;
            }
            """,
            ["EINVAL main.c:9:9 'a' @3", "EINVAL main.c:9:9 'b' @5"]
        )
    }

    @Test func whatFollowsAnEarlyReturnStandsUnderTheOppositeCondition() throws {
        try origins("int f(int a) {\n if (a)\n  return 0;\n return -EPERM;\n}", ["EPERM main.c:5:9 '!(a)' @3"])
        try origins("int f(void) { return -EPERM; }", ["EPERM main.c:2:22 '-'"])
    }

    @Test func conditionalOperatorsAndSwitchesAreConditionsToo() throws {
        try origins(
            """
            int f(int a) {
             switch (a) {
             case 1:
              return -EPERM;
             default:
              return a > 2 ? -EINVAL : a ?: -EAGAIN;
             }
            }
            """,
            [
                "EPERM main.c:5:10 'switch (a) case 1' @3",
                "EINVAL main.c:7:18 'a > 2' @7 in 'switch (a) default'",
                "EAGAIN main.c:7:33 '!(a > 2)' @7 in 'switch (a) default'",
            ]
        )
    }

    @Test func aConditionIsSpelledAsTheSourceSpellsItEvenInMacros() throws {
        try origins(
            """
            #define race(x) ({ int __v = (x); __v; })
            #define likely(x) __builtin_expect(!!(x), 1)
            int f(int a,  int max) {
             int ret = -EAGAIN;
             if (race(a  >=
                      max)) /* too many */
              goto out;
             if (!likely(a))
              return -EINVAL;
             ret = 0;
            out:
             return ret;
            }
            """,
            ["EAGAIN main.c:5:12 'race(a >= max)' @6", "EINVAL main.c:10:10 '!likely(a)' @9"]
        )
    }

    @Test func whatTheConfigurationLeavesOutIsLeftOut() throws {
        try origins("int f(int a) {\n if (0 && a)\n  return -EINVAL;\n return 0;\n}", [])
    }

    @Test func anErrorPointerIsFollowedFromVariableToVariable() throws {
        try check(
            """
            #include "err.h"
            void *f(void *p) {
             long err = -EINVAL;
             void *q;
             if (!p) {
              q = ERR_PTR(err);
              return q;
             }
             return p ? p : ERR_PTR(-ENOMEM);
            }
            """,
            headers: ["err.h": Self.pointers],
            "origin",
            ["f:f EINVAL main.c:3:13 '!p' @5", "f:f ENOMEM main.c:9:25 '!(p)' @9 in 'p'"]
        )
    }

    @Test func calleesAreHandedOnWhereTheirErrorCanReachAReturn() throws {
        try check(
            """
            #include "err.h"
            struct ops { int (*can)(int); };
            int direct(int), stored(int), tested(int), replaced(int), dropped(int);
            void *pointer(int);
            int f(struct ops *ops, int a) {
             int ret;
             void *p;
             dropped(a);
             ret = stored(a);
             if (ret < 0)
              goto out;
             if (tested(a))
              return 0;
             ret = replaced(a);
             if (ret)
              return -EINVAL;
             p = pointer(a);
             if (IS_ERR(p))
              return PTR_ERR(p);
             if ((ret = ops->can(a)))
              return ret;
             ret = 0;
             return direct(a);
            out:
             return ret;
            }
            """,
            headers: ["err.h": Self.pointers],
            "passage",
            [
                "f:f <- f:stored main.c:9:8", "f:f <- f:pointer main.c:17:6",
                "f:f <- d:ops.can@main.c main.c:20:13", "f:f <- f:direct main.c:23:9",
            ]
        )
    }

    @Test func aHookThatAMacroCallsIsHandedOn() throws {
        try check(
            """
            struct hook { struct hook *next; int (*alloc)(int); };
            #define CALL(h, ...) ({ int RC = 0; do { struct hook *P; for (P = (h); P; P = P->next) { \\
                RC = P->alloc(__VA_ARGS__); if (RC != 0) break; } } while (0); RC; })
            int f(struct hook *h) {
             int rc = CALL(h, 1);
             if (rc)
              return rc;
             return 0;
            }
            """,
            "passage",
            ["f:f <- d:hook.alloc@main.c main.c:5:11"]
        )
    }

    @Test func functionsWithoutANumberOrAPointerHaveNoErrors() throws {
        try origins("_Bool f(int a) { return -EINVAL; }\nvoid g(void) { int e = -EINVAL; }", [])
    }
}
