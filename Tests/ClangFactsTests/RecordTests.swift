import Testing

struct RecordTests {
    @Test func embeddedStructsAreToldFromPointers() throws {
        try check(
            """
            struct name { char nodename[65]; char domain[65]; };
            struct ns { struct name name; struct ns *parent; struct name **all; };
            """,
            "field",
            [
                "d:name.nodename@main.c #0 depth 0 'char[65]' at 0 size 520 target - pointers 0 elements 65",
                "d:name.domain@main.c #1 depth 0 'char[65]' at 520 size 520 target - pointers 0 elements 65",
                "d:ns.name@main.c #0 depth 0 'struct name' at 0 size 1040 target s:name@main.c pointers 0 elements -",
                "d:ns.parent@main.c #1 depth 0 'struct ns *' at 1088 size 64 target s:ns@main.c pointers 1 elements -",
                "d:ns.all@main.c #2 depth 0 'struct name **' at 1152 size 64 target s:name@main.c pointers 2 elements -",
            ]
        )
    }

    @Test func membersOfAnonymousStructsBelongToTheStructAroundThem() throws {
        try check(
            """
            struct s {
                int a;
                union {
                    long b;
                    struct { short c, d; };
                };
                struct { int inner; } named;
                char tail[];
            };
            """,
            "field",
            [
                "d:s.a@main.c #0 depth 0 'int' at 0 size 32 target - pointers 0 elements -",
                "d:s.b@main.c #1 depth 1 'long' at 64 size 64 target - pointers 0 elements -",
                "d:s.c@main.c #2 depth 2 'short' at 64 size 16 target - pointers 0 elements -",
                "d:s.d@main.c #3 depth 2 'short' at 80 size 16 target - pointers 0 elements -",
                "d:s.named@main.c #4 depth 0 'struct (unnamed)' at 128 size 32 target s:s.named@main.c "
                    + "pointers 0 elements -",
                "d:s.tail@main.c #5 depth 0 'char[]' at 160 size 0 target - pointers 0 elements 0",
                "d:s.named.inner@main.c #0 depth 0 'int' at 0 size 32 target - pointers 0 elements -",
            ]
        )
    }

    /// As `struct ns_common` takes in `struct ns_tree`: a member that has a tag and no name.
    @Test func membersOfANamedStructThatIsTakenInBelongToTheStructAroundIt() throws {
        let source = try Source(
            """
            struct tree { long id; union { int a; short b; }; };
            struct outer { int first; struct tree; int last; };
            int use(struct outer *o) { return o->id; }
            """,
            arguments: ["-w", "-std=gnu11", "-fms-extensions"]
        )
        #expect(
            source.lines("field").filter { $0.contains("outer") } == [
                "field d:outer.first@main.c #0 depth 0 'int' at 0 size 32 target - pointers 0 elements -",
                "field d:outer.id@main.c #1 depth 1 'long' at 64 size 64 target - pointers 0 elements -",
                "field d:outer.a@main.c #2 depth 2 'int' at 128 size 32 target - pointers 0 elements -",
                "field d:outer.b@main.c #3 depth 2 'short' at 128 size 16 target - pointers 0 elements -",
                "field d:outer.last@main.c #4 depth 0 'int' at 192 size 32 target - pointers 0 elements -",
            ]
        )
        #expect(source.lines("reference read").contains { $0.contains("d:tree.id@main.c") })
    }

    @Test func tagsOnPointersAreNoPartOfTheType() throws {
        try check(
            """
            #define __rcu __attribute__((btf_type_tag("rcu")))
            struct s { struct s __rcu *next; struct s __rcu *all[2]; int (*f)(struct s __rcu *); };
            """,
            "field",
            [
                "d:s.next@main.c #0 depth 0 'struct s *' at 0 size 64 target s:s@main.c pointers 1 elements -",
                "d:s.all@main.c #1 depth 0 'struct s *[2]' at 64 size 128 target s:s@main.c pointers 1 elements 2",
                "d:s.f@main.c #2 depth 0 'int (*)(struct s *)' at 192 size 64 target - pointers 1 elements -",
            ]
        )
    }

    @Test func bitfieldsHaveBits() throws {
        try check(
            "struct s { unsigned a:3; unsigned :5; unsigned b:1; struct s *c[2]; };",
            "field",
            [
                "d:s.a@main.c #0 depth 0 'unsigned int' at 0 size 3 bits target - pointers 0 elements -",
                "d:s.b@main.c #1 depth 0 'unsigned int' at 8 size 1 bits target - pointers 0 elements -",
                "d:s.c@main.c #2 depth 0 'struct s *[2]' at 64 size 128 target s:s@main.c pointers 1 elements 2",
            ]
        )
    }

    @Test func aStructOfAHeaderIsTheSameForEveryFile() throws {
        let source = try Source(
            """
            #include "a.h"
            struct opaque { int x; };
            struct known k;
            """,
            headers: ["a.h": "struct opaque;\nstruct known { struct opaque *o; };\n"]
        )
        #expect(
            source.lines("struct") == ["struct s:known size 64 align 64", "struct s:opaque@main.c size 32 align 32"]
        )
        // What the header says does not depend on who includes it.
        #expect(
            source.lines("field").contains(
                "field d:known.o #0 depth 0 'struct opaque *' at 0 size 64 target s:opaque pointers 1 elements -"
            )
        )
    }

    @Test func unionsAreMarked() throws {
        try check("union u { int a; long b; };", "union", ["s:u@main.c size 64 align 64"])
    }
}
