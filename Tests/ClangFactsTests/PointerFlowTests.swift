import Testing

struct PointerFlowTests {
    private static let ops = """
        struct ops { int (*run)(int); int (*stop)(int); };
        struct dev { const struct ops *ops; struct ops own; int (*hook)(int); int (*hooks[4])(int); };
        static int a(int x) { return x; }
        static int b(int x) { return x; }

        """

    private func check(
        _ kind: String,
        _ text: String,
        _ expected: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try ClangFactsTests.check(Self.ops + text, kind, expected, sourceLocation: sourceLocation)
    }

    /// The structures that dispatches and registrations go through.
    private func checkBases(
        _ text: String,
        _ expected: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var source = try Source(Self.ops + text)
        source.isShowingBases = true
        let found = source.lines("base").map { $0.dropFirst("base ".count) }
        #expect(found.sorted() == expected.map { Substring($0) }.sorted(), sourceLocation: sourceLocation)
    }

    @Test func aMemberThatIsLoadedIntoAVariableIsCalledThroughIt() throws {
        try check(
            "through",
            """
            int f(struct dev *d) {
                int (*fn)(int) = d->hook;
                return fn(1);
            }
            """,
            ["f:f -> member d:dev.hook@main.c 'fn' main.c:7:12"]
        )
    }

    @Test func parametersResultsAndArraysAreCalled() throws {
        try check(
            "through",
            """
            static int (*table[])(int) = { a, [2] = b };
            int (*choose(int n))(int);
            int f(int (*fn)(int)) { return fn(1) + table[1](2) + choose(1)(2) + (*fn)(3); }
            """,
            [
                "f:f -> parameter f:f #0 'fn' main.c:7:32",
                "f:f -> variable v:table@main.c 'table[1]' main.c:7:40",
                "f:f -> result f:choose 'choose(1)' main.c:7:54",
                "f:f -> parameter f:f #0 '(*fn)' main.c:7:69",
            ]
        )
    }

    @Test func elementsOfAnArrayOfFunctionsGetIntoTheArray() throws {
        try check(
            "flow",
            "static int (*table[])(int) = { a, [2] = b };",
            [
                "variable v:table@main.c <- function f:a@main.c in v:table@main.c main.c:5:32",
                "variable v:table@main.c <- function f:b@main.c in v:table@main.c main.c:5:41",
            ]
        )
    }

    @Test func aParameterThatIsStoredOrHandedOnFlowsThere() throws {
        try check(
            "flow",
            """
            void keep(struct dev *d, int (*fn)(int)) { d->hook = fn; }
            void pass(struct dev *d, int (*fn)(int)) { keep(d, fn); keep(d, a); }
            """,
            [
                "member d:dev.hook@main.c <- parameter f:keep #1 in f:keep main.c:5:44",
                "parameter f:keep #1 <- parameter f:pass #1 in f:pass main.c:6:52",
            ]
        )
    }

    @Test func whatAFunctionReturnsFlowsOn() throws {
        try check(
            "flow",
            """
            int (*choose(int n))(int) { return n ? a : b; }
            void f(struct dev *d) { d->hook = choose(1); }
            """,
            [
                "result f:choose <- function f:a@main.c in f:choose main.c:5:29",
                "result f:choose <- function f:b@main.c in f:choose main.c:5:29",
                "member d:dev.hook@main.c <- result f:choose in f:f main.c:6:25",
            ]
        )
    }

    @Test func addressesOfStructuresOfFunctionsAreFollowed() throws {
        try check(
            "flow",
            """
            static const struct ops first = { .run = a };
            static struct dev one = { .ops = &first };
            void f(struct dev *d, struct dev *e) { d->ops = e->ops; d->ops = &e->own; d->own = first; }
            """,
            [
                "member d:dev.ops@main.c <- object v:first@main.c in v:one@main.c main.c:6:34",
                "member d:dev.ops@main.c <- embedded d:dev.own@main.c in f:f main.c:7:57",
                "embedded d:dev.own@main.c <- object v:first@main.c in f:f main.c:7:75",
            ]
        )
    }

    @Test func whatThreadsReadAtOnceIsTheSamePlace() throws {
        try check(
            "flow",
            """
            #define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
            #define WRITE_ONCE(x, v) do { *(volatile typeof(x) *)&(x) = (v); } while (0)
            #define rcu_assign(p, v) do { unsigned long _v = (unsigned long)(v); \\
                WRITE_ONCE(p, (typeof(*p) *)_v); } while (0)
            const struct ops *get(struct dev *d) { return ({ typeof(*d->ops) *_o = READ_ONCE(d->ops); _o; }); }
            void set(struct dev *d, const struct ops *o) { rcu_assign(d->ops, o); }
            """,
            [
                "result f:get <- member d:dev.ops@main.c in f:get main.c:9:40",
                "member d:dev.ops@main.c <- parameter f:set #1 in f:set main.c:10:48",
            ]
        )
    }

    @Test func dispatchesAndRegistrationsTellTheStructureThatTheyGoThrough() throws {
        try checkBases(
            """
            static const struct ops first = { .run = a };
            static struct dev one = { .own = { .run = a }, .own.stop = b };
            void set(struct dev *d, struct ops *o) { d->own.run = a; o->run = b; }
            int call(struct dev *d) {
                const struct ops *o = d->ops;
                if (!o) o = &first;
                return d->own.run(1) + d->ops->run(2) + o->stop(3) + first.run(4);
            }
            """,
            [
                "d:ops.run@main.c = f:a@main.c of object v:first@main.c",
                "d:ops.run@main.c = f:a@main.c of embedded d:dev.own@main.c",
                "d:ops.stop@main.c = f:b@main.c of embedded d:dev.own@main.c",
                "d:ops.run@main.c = f:a@main.c of embedded d:dev.own@main.c",
                "d:ops.run@main.c = f:b@main.c of parameter f:set #1",
                "d:ops.run@main.c 'd->own.run' of embedded d:dev.own@main.c main.c:11:12",
                "d:ops.run@main.c 'd->ops->run' of member d:dev.ops@main.c main.c:11:28",
                "d:ops.stop@main.c 'o->stop' of member d:dev.ops@main.c main.c:11:45",
                "d:ops.stop@main.c 'o->stop' of object v:first@main.c main.c:11:45",
                "d:ops.run@main.c 'first.run' of object v:first@main.c main.c:11:58",
            ]
        )
    }

    @Test func argumentsOfWhatIsCalledThroughAMemberBelongToTheMember() throws {
        try check(
            "flow",
            """
            struct walk { int (*each)(int (*actor)(int)); };
            int f(struct walk *w, struct dev *d) {
                int (*fn)(int (*)(int)) = w->each;
                return w->each(d->hook) + fn(d->hook);
            }
            """,
            [
                "parameter through d:walk.each@main.c #0 <- member d:dev.hook@main.c in f:f main.c:8:23",
                "parameter through d:walk.each@main.c #0 <- member d:dev.hook@main.c in f:f main.c:8:37",
            ]
        )
    }

    @Test func copiesOfStructuresAreFollowed() throws {
        try check(
            "flow",
            """
            void *memcpy(void *, const void *, unsigned long);
            void *kmemdup(const void *, unsigned long, int);
            static const struct ops template = { .run = a };
            static struct ops other;
            void f(struct dev *d) { memcpy(&d->own, &template, 16); memcpy(&other, &d->own, 16); }
            void g(struct dev *d) { d->ops = kmemdup(&template, 16, 0); }
            """,
            [
                "embedded d:dev.own@main.c <- object v:template@main.c in f:f main.c:9:25",
                "variable v:other@main.c <- embedded d:dev.own@main.c in f:f main.c:9:57",
                "member d:dev.ops@main.c <- object v:template@main.c in f:g main.c:10:25",
            ]
        )
    }

    @Test func whatAUnionHoldsMayBeAnything() throws {
        try checkBases(
            """
            struct key { union { struct { const struct ops *type; }; long other; }; };
            int f(struct key *k) { return k->type->run(1); }
            """,
            [
                "d:ops.run@main.c 'k->type->run' of member d:key.type@main.c main.c:6:31",
                "d:ops.run@main.c 'k->type->run' of unknown main.c:6:31",
            ]
        )
    }

    @Test func aFunctionThatAssemblyNamesIsCalled() throws {
        try check(
            "through",
            """
            void f(void) { asm volatile("call %c[to]" : : [to] "i" (a)); }
            """,
            ["f:f -> function f:a@main.c 'asm' main.c:5:57"]
        )
    }

    @Test func aMemberThatAssemblyIsGivenIsCalledThrough() throws {
        try checkBases(
            """
            static struct ops table;
            void f(void) { asm volatile("call *%[to]" : : [to] "m" (table.run)); }
            """,
            ["d:ops.run@main.c 'table.run' of object v:table@main.c main.c:6:16"]
        )
    }

    @Test func allocatedMemoryIsNotFollowed() throws {
        try checkBases(
            """
            void *alloc(unsigned long);
            void f(struct dev *d) { struct ops *o = alloc(16); o->run = a; d->ops = o; }
            """,
            ["d:ops.run@main.c = f:a@main.c of result f:alloc"]
        )
    }

    @Test func aFunctionWithoutATypeIsFollowedThroughTheParametersOfItsFile() throws {
        try check(
            "flow",
            """
            typedef int (*compare)(int);
            static int call(const void *own, const void *other) { return ((compare)own)(1) + !other; }
            void inner(const void *own, const void *other) { call(own, other); }
            void outer(compare own) { inner(own, own); }
            """,
            [
                "parameter f:call@main.c #0 <- parameter f:inner #0 in f:inner main.c:7:55",
                "parameter f:inner #0 <- parameter f:outer #0 in f:outer main.c:8:33",
                "parameter f:inner #1 <- parameter f:outer #0 in f:outer main.c:8:38",
            ]
        )
    }
}
