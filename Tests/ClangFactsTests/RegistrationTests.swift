import Testing

struct RegistrationTests {
    private static let ops = "struct ops { int (*open)(int); int (*close)(int); int flags; };\n"
    private static let functions = "static int a(int x) { return x; }\nstatic int b(int x) { return x; }\n"

    private func check(_ text: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        try ClangFactsTests.check(
            Self.ops + Self.functions + text,
            "registration",
            expected,
            sourceLocation: sourceLocation
        )
    }

    @Test func designatedInitializers() throws {
        try check(
            "struct ops o = { .close = b, .flags = 3, .open = (int (*)(int))a };",
            [
                "d:ops.close@main.c = f:b@main.c by initializer in v:o main.c:4:27",
                "d:ops.open@main.c = f:a@main.c by initializer in v:o main.c:4:64",
            ]
        )
    }

    @Test func positionalInitializers() throws {
        try check(
            "static struct ops o = { a, &b, 1 };",
            [
                "d:ops.open@main.c = f:a@main.c by initializer in v:o@main.c main.c:4:25",
                "d:ops.close@main.c = f:b@main.c by initializer in v:o@main.c main.c:4:29",
            ]
        )
    }

    @Test func whatFollowsADesignatorGoesOnBehindIt() throws {
        try check(
            "struct ops o = { .open = a, b };",
            [
                "d:ops.open@main.c = f:a@main.c by initializer in v:o main.c:4:26",
                "d:ops.close@main.c = f:b@main.c by initializer in v:o main.c:4:29",
            ]
        )
    }

    @Test func nestedStructsArraysAndMissingBraces() throws {
        try check(
            """
            struct dev { int id; struct ops ops; };
            struct dev one = { 1, { a, b } };
            struct dev two = { 1, a, b, 0 };
            struct dev many[] = { { .id = 1, .ops = { .close = b } }, [3] = { .ops.open = a } };
            """,
            [
                "d:ops.open@main.c = f:a@main.c by initializer in v:one main.c:5:25",
                "d:ops.close@main.c = f:b@main.c by initializer in v:one main.c:5:28",
                "d:ops.open@main.c = f:a@main.c by initializer in v:two main.c:6:23",
                "d:ops.close@main.c = f:b@main.c by initializer in v:two main.c:6:26",
                "d:ops.close@main.c = f:b@main.c by initializer in v:many main.c:7:52",
                "d:ops.open@main.c = f:a@main.c by initializer in v:many main.c:7:79",
            ]
        )
    }

    @Test func membersOfAnonymousUnionsAndCompoundLiterals() throws {
        try check(
            """
            struct entry { const char *name; union { struct ops *p; int (*show)(int); }; };
            struct entry e[] = { { "x", .show = a }, { .name = "y", .p = &(struct ops){ .open = b } } };
            """,
            [
                "d:entry.show@main.c = f:a@main.c by initializer in v:e main.c:5:37",
                "d:ops.open@main.c = f:b@main.c by initializer in v:e main.c:5:85",
            ]
        )
    }

    @Test func conditionsRegisterBothSides() throws {
        try check(
            """
            struct ops o = { .open = sizeof(int) == 4 ? a : b };
            void f(struct ops *p, int c) { p->open = c ? a : b; }
            """,
            [
                "d:ops.open@main.c = f:a@main.c by initializer in v:o main.c:4:45",
                "d:ops.open@main.c = f:b@main.c by initializer in v:o main.c:4:49",
                "d:ops.open@main.c = f:a@main.c by assignment in f:f main.c:5:46",
                "d:ops.open@main.c = f:b@main.c by assignment in f:f main.c:5:50",
            ]
        )
    }

    @Test func assignmentsAlsoThroughMacrosAndInChains() throws {
        try check(
            """
            #define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
            void f(struct ops *p, struct ops q[2]) {
                p->open = p->close = a;
                q[1].close = &b;
                WRITE_ONCE(p->open, b);
            }
            """,
            [
                "d:ops.close@main.c = f:a@main.c by assignment in f:f main.c:6:26",
                "d:ops.open@main.c = f:a@main.c by assignment in f:f main.c:6:26",
                "d:ops.close@main.c = f:b@main.c by assignment in f:f main.c:7:19",
                "d:ops.open@main.c = f:b@main.c by assignment in f:f main.c:8:25",
            ]
        )
    }

    @Test func tablesMadeByMacros() throws {
        try check(
            """
            struct pid_entry { const char *name; union { int (*get)(int); int (*show)(int); } op; };
            #define NOD(NAME, OP) { .name = (NAME), .op = OP, }
            #define ONE(NAME, show_) NOD(NAME, { .show = show_ })
            static const struct pid_entry entries[] = {
                ONE("status", a),
            };
            """,
            ["d:pid_entry.op.show@main.c = f:a@main.c by initializer in v:entries@main.c main.c:8:19"]
        )
    }

    @Test func variablesOfFunctions() throws {
        try check(
            """
            void f(void) {
                static struct ops kept = { .open = a };
                struct ops here = { .open = b };
                here.close = a;
            }
            """,
            [
                "d:ops.open@main.c = f:a@main.c by initializer in v:f.kept@main.c main.c:5:40",
                "d:ops.open@main.c = f:b@main.c by initializer in f:f main.c:6:33",
                "d:ops.close@main.c = f:a@main.c by assignment in f:f main.c:7:18",
            ]
        )
    }
}
