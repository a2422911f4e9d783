import Testing

struct ReferenceTests {
    /// The roles in which a function's body uses `x`, a member or a variable.
    private func roles(_ body: String, of symbol: String) throws -> [String] {
        let source = try Source(
            """
            struct in { int y; int arr[4]; };
            struct s { int x; int arr[4]; struct in in; struct s *next; };
            int var; int table[4];
            void take(void *p);
            void f(struct s *p, struct s v, int i) { \(body); }
            """
        )
        return source.lines("reference").filter { $0.hasSuffix(" in f:f") && $0.contains(" \(symbol) ") }
            .map { String($0.split(separator: " ")[1]) }
    }

    @Test(arguments: [
        ("i = p->x", ["read"]), ("p->x = i", ["write"]), ("p->x += i", ["write"]), ("p->x++", ["write"]),
        ("--v.x", ["write"]), ("take(&p->x)", ["address"]), ("i = -p->x", ["read"]), ("*(&p->x) = i", ["write"]),
        ("i = sizeof(p->x)", ["type"]), ("__typeof__(p->x) t = 0", ["type"]),
        ("i = __builtin_offsetof(struct s, x)", ["type"]), ("struct s t = { .x = i }", ["write"]),
    ])
    func aMemberIsUsed(body: String, expected: [String]) throws {
        #expect(try roles(body, of: "d:s.x@main.c") == expected, "\(body)")
    }

    @Test(arguments: [
        ("p->in.y = i", "write"), ("i = p->in.y", "read"), ("take(p->in.arr)", "address"),
        ("p->in.arr[2] = i", "write"),
        ("take(&p->in)", "address"),
    ])
    func aPartOfAMemberIsUsedLikeTheMember(body: String, expected: String) throws {
        #expect(try roles(body, of: "d:s.in@main.c") == [expected], "\(body)")
    }

    @Test func followingAPointerOnlyReadsIt() throws {
        #expect(try roles("p->next->x = i", of: "d:s.next@main.c") == ["read"])
        #expect(try roles("p->next->x = i", of: "d:s.x@main.c") == ["write"])
    }

    @Test(arguments: [
        ("var = i", "write"), ("i = var", "read"), ("take(&var)", "address"), ("take(table)", "address"),
        ("table[1] = i", "write"), ("i = table[1]", "read"), ("i = sizeof(table)", "type"),
    ])
    func aVariableIsUsed(body: String, expected: String) throws {
        let symbol = body.contains("table") ? "v:table" : "v:var"
        #expect(try roles(body, of: symbol) == [expected], "\(body)")
    }

    @Test func functionsAreCalledOrTheirAddressIsTaken() throws {
        let source = try Source(
            """
            int a(void);
            int (*p)(void) = a;
            int f(void) { p = &a; return a(); }
            """
        )
        #expect(
            source.lines("reference").filter { $0.contains(" f:a ") } == [
                "reference address f:a main.c:2:18 in v:p", "reference address f:a main.c:3:20 in f:f",
                "reference call f:a main.c:3:30 in f:f",
            ]
        )
    }

    @Test func macrosAreDefinedAndExpandedInFunctions() throws {
        let source = try Source(
            """
            #define LIMIT 4
            #define TWICE(x) \\
                ((x) + (x))
            int f(void) { return TWICE(LIMIT); }
            #ifdef LIMIT
            #endif
            """
        )
        #expect(
            source.lines("definition").filter { $0.contains(" m:") } == [
                "definition m:LIMIT main.c:1:9-1", "definition m:TWICE main.c:2:9-3",
            ]
        )
        #expect(
            source.lines("reference").filter { $0.contains("expansion") } == [
                "reference expansion m:TWICE main.c:4:22 in f:f", "reference expansion m:LIMIT main.c:4:28 in f:f",
                "reference expansion m:LIMIT main.c:5:8 in -",
            ]
        )
    }

    @Test func whatAMacroDeclaresInsideAFunctionIsNoDeclarationOfNote() throws {
        try check(
            """
            #define ASSERT(x) do { extern void failed(void); if (!(x)) failed(); } while (0)
            int f(int x) {
                extern int own(int);
                ASSERT(x);
                return own(x);
            }
            """,
            "declaration",
            ["f:own main.c:3:16-3"]
        )
    }

    @Test func definitionsAreToldFromDeclarations() throws {
        let source = try Source(
            """
            int f(void);
            extern int v;
            int v = 3;
            int f(void)
            {
                return v;
            }
            struct later;
            enum kind { FIRST, SECOND };
            """
        )
        #expect(
            source.lines("declaration") == [
                "declaration f:f main.c:1:5-1", "declaration v:v main.c:2:12-2", "declaration s:later main.c:8:8-8",
            ]
        )
        #expect(
            source.lines("definition") == [
                "definition v:v main.c:3:5-3", "definition f:f main.c:4:5-7", "definition e:kind@main.c main.c:9:6-9",
                "definition c:FIRST@main.c main.c:9:13-9", "definition c:SECOND@main.c main.c:9:20-9",
            ]
        )
    }

    /// Which of the two the compiler meets depends on what the unit has included before.
    @Test(arguments: [
        ("", "declares nothing"), ("#define FAMILY 1\n", "defines it before"),
        ("#define FAMILY 1\n#define LONG 2\n#define OTHER 3\n", "defines all before"),
    ])
    func whatAHeaderDefinesWhereNobodyHasIsDefinedThere(before: String, _: String) throws {
        let source = try Source(
            before + "#include \"family.h\"\n",
            headers: [
                "family.h": """
                #ifndef FAMILY /* of
                                  sockets */
                // A number.
                #  define FAMILY 40
                #endif
                #ifndef LONG
                #define LONG(x) \\
                    ((x) + 1)
                #endif
                #ifndef OTHER
                int other;
                #endif
                """
            ]
        )
        let definitions = source.lines("definition").filter { $0.contains(" family.h:") && $0.contains(" m:") }
        #expect(
            definitions.sorted() == ["definition m:FAMILY family.h:4:11-4", "definition m:LONG family.h:7:9-8"],
            "\(definitions)"
        )
        let asked = source.lines("reference").filter { $0.contains(" family.h:") }
        #expect(asked.count == (before.contains("OTHER") ? 1 : 0), "\(asked)")
    }

    @Test func whatKeepsTheCompilerFromRemovingAFunctionIsNoFactOfAHeader() throws {
        let source = try Source(
            "#include \"marked.h\"\n",
            headers: [
                "marked.h": """
                int marked(void);
                static inline int use(void) {
                    static void *__UNIQUE_ID___addressable_marked1 = (void *)&marked;
                    return marked();
                }
                """
            ]
        )
        #expect(source.lines("reference") == ["reference call f:marked marked.h:4:12 in f:use@marked.h"])
    }
}
