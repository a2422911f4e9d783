import KernelABI
import Testing

@testable import KernelIndex

/// Calls of pointers, from C text parsed by the real libclang to edges.
@Suite struct PointerEdgeTests {
    private func callees(_ name: String, _ files: [String: String]) throws -> [String] {
        let store = try IndexedSources(files).store
        return try store.callees(of: try store.functions(named: name)[0])
            .filter { $0.evidence != .direct }
            .map { "\($0.callee.name) \($0.evidence.rawValue)\($0.isWidened ? " widened" : "")" }
    }

    private func callers(_ name: String, _ files: [String: String]) throws -> [String] {
        let store = try IndexedSources(files).store
        return try store.callers(of: try store.functions(named: name)[0])
            .filter { $0.evidence != .direct }.map { "\($0.caller.name) \($0.evidence.rawValue)" }
    }

    private static let ops = """
        struct ops { int (*run)(int); int (*stop)(int); };
        struct dev { const struct ops *ops; struct ops own; };
        static int a(int x) { return x; }
        static int b(int x) { return x; }
        static int c(int x) { return x; }

        """

    @Test func onlyObjectsThatGetIntoTheMemberAreCalledThroughIt() throws {
        let text = """
            static const struct ops first = { .run = a };
            static const struct ops second = { .run = b };
            static struct dev one = { .ops = &first };
            static struct ops apart = { .run = c };
            int start(struct dev *d) { return d->ops->run(1); }
            int other(void) { return second.run(1) + apart.run(2); }
            """
        let files = ["m.c": Self.ops + text]
        #expect(try callees("start", files) == ["a ops"])
        #expect(try callees("other", files) == ["b ops", "c ops"])
        #expect(try callers("b", files) == ["other ops"])
    }

    @Test func aStructureThatIsAMemberIsToldFromOthersOfItsType() throws {
        let text = """
            struct car { struct ops motor; struct ops brake; };
            void init(struct car *car) { car->motor.run = a; car->brake.run = b; }
            int go(struct car *car) { return car->motor.run(1); }
            """
        #expect(try callees("go", ["m.c": Self.ops + text]) == ["a ops"])
    }

    @Test func structuresOfFewFunctionsAreNotToldApartByPointers() throws {
        let text = """
            struct port { long a, b, c, d; int (*in)(int); };
            struct up { struct port port; };
            void set(struct port *p) { p->in = a; }
            void init(struct up *u) { set(&u->port); }
            static struct port fixed = { .in = b };
            int wait(struct up *u) { return u->port.in(1); }
            int read(struct port *p) { return p->in(1); }
            """
        #expect(try callees("wait", ["m.c": Self.ops + text]) == ["a ops"])
        #expect(try callees("read", ["m.c": Self.ops + text]) == ["a ops widened", "b ops widened"])
    }

    @Test func whatComesFromAnywhereMayBeEveryStructureOfTheType() throws {
        let text = """
            void *find(int);
            static struct ops first = { .run = a }, second = { .run = b };
            int start(int n) { struct ops *o = find(n); return o->run(1); }
            """
        #expect(try callees("start", ["m.c": Self.ops + text]) == ["a ops widened", "b ops widened"])
    }

    @Test func aFunctionThatIsHandedOverIsCalledWhereItArrives() throws {
        let text = """
            static int call(int (*fn)(int)) { return fn(1); }
            static int pass(int (*fn)(int)) { return call(fn); }
            int start(void) { return pass(a) + call(b); }
            """
        let files = ["m.c": Self.ops + text]
        #expect(try callees("call", files) == ["a argument", "b argument"])
        #expect(try callers("a", files) == ["call argument"])
    }

    @Test func aFunctionThatIsStoredByAnotherIsCalledThroughTheMember() throws {
        let text = """
            struct work { int (*func)(int); int (*current)(int); };
            void init(struct work *w, int (*fn)(int)) { w->func = fn; }
            void queue(struct work *w) { init(w, a); }
            int run(struct work *w) { w->current = w->func; return w->current(1); }
            """
        let files = ["m.c": Self.ops + text]
        #expect(try callees("run", files) == ["a argument"])
        let store = try IndexedSources(files).store
        let edge = try #require(try store.callers(of: store.functions(named: "a")[0]).first)
        #expect(edge.trail?.put.inWords == "parameter 1 of init")
        #expect(edge.trail?.called.inWords == "work.current")
        #expect(edge.trail?.taken?.line == 8)
    }

    @Test func tablesVariablesAndResultsAreCalled() throws {
        let text = """
            static int (*const table[])(int) = { a, b };
            static int (*hook)(int);
            void set(void) { hook = c; }
            int (*pick(int n))(int) { return n ? a : c; }
            int one(int n) { return table[n](1); }
            int two(void) { return hook(1); }
            int three(void) { return pick(1)(2); }
            int four(int n) { int (*fn)(int) = n ? a : b; return fn(1); }
            """
        let files = ["m.c": Self.ops + text]
        #expect(try callees("one", files) == ["a table", "b table"])
        #expect(try callees("two", files) == ["c variable"])
        #expect(try callees("three", files) == ["a variable", "c variable"])
        #expect(try callees("four", files) == ["a variable", "b variable"])
    }

    @Test func whatIsHandedOverThroughAMemberReachesWhatIsRegisteredThere() throws {
        let text = """
            struct walker { int (*each)(int (*actor)(int)); };
            static int each_one(int (*actor)(int)) { return actor(1); }
            static struct walker w = { .each = each_one };
            int start(struct walker *walker) { return walker->each(a); }
            """
        #expect(try callees("each_one", ["m.c": Self.ops + text]) == ["a argument"])
    }

    @Test func edgesAndNumbersAreTheSame() throws {
        let text = """
            static const struct ops first = { .run = a, .stop = b };
            static struct dev one = { .ops = &first, .own = { .run = c } };
            static int call(int (*fn)(int)) { return fn(1); }
            int start(struct dev *d, struct ops *any) { return d->ops->run(1) + d->own.run(2) + any->stop(3) + call(c); }
            """
        let store = try IndexedSources(["m.c": Self.ops + text]).store
        let functions = try ["start", "call", "a", "b", "c"].flatMap { try store.functions(named: $0) }
        try store.read { reader in
            for function in functions {
                let edges = Set(try reader.callees(of: function).filter { $0.evidence != .direct }.map(\.callee.id))
                #expect(try Set(reader.pointedCallees(of: function.id).keys) == edges)
                let callers = Set(try reader.callers(of: function).filter { $0.evidence != .direct }.map(\.caller.id))
                #expect(try reader.pointingCallers(of: function.id) == callers)
            }
        }
    }

    @Test func aStaticCallCallsWhatItIsSetTo() throws {
        let text = """
            struct static_call_key { int (*func)(int); };
            extern int __SCT__pick(int);
            void __static_call_update(struct static_call_key *key, int (*tramp)(int), int (*func)(int));
            static struct static_call_key __SCK__pick = { .func = a };
            void set(void) { ({ __static_call_update(&__SCK__pick, &__SCT__pick, b); }); }
            int start(void) { return ({ &__SCT__pick; })(1); }
            """
        let files = ["m.c": Self.ops + text]
        #expect(try callees("start", files) == ["a static call", "b static call"])
        #expect(try callers("a", files) == ["start static call"])
        let store = try IndexedSources(files).store
        #expect(try store.paths(from: "start", to: "a").paths[0].functions.map(\.name) == ["start", "a"])
    }

    @Test func aStaticCallIsFollowedAsTheKernelUpdatesIt() throws {
        let text = """
            struct static_call_key { void *func; };
            struct chip { int (*eoi)(int); };
            static struct chip chip = { .eoi = c };
            static struct chip *apic = &chip;
            extern int __SCT__pick(int);
            extern struct static_call_key __SCK__pick;
            void __static_call_update(struct static_call_key *key, void *tramp, void *func);
            #define static_call_update(name, f) ({ typeof(&__SCT__##name) __F = (f); \\
                __static_call_update(&__SCK__##name, &__SCT__##name, __F); })
            void set(void) { static_call_update(pick, b); static_call_update(pick, *apic->eoi); }
            int start(void) { return ({ &__SCT__pick; })(1); }
            """
        #expect(try callees("start", ["m.c": Self.ops + text]) == ["b static call", "c static call"])
    }

    @Test func aFunctionIsFollowedThroughMembersWithoutAType() throws {
        let text = """
            struct control { void *data; };
            struct callback { void *data; };
            void begin(struct callback *cb, struct control *control) { cb->data = control->data; }
            void ask(struct callback *cb, int (*dumpit)(int)) {
                struct control control = { .data = dumpit };
                begin(cb, &control);
            }
            void first(struct callback *cb) { ask(cb, b); }
            int start(struct callback *cb) { int (*dumpit)(int) = cb->data; return dumpit(1); }
            """
        #expect(try callees("start", ["m.c": Self.ops + text]) == ["b argument"])
    }

    @Test func whatRunsLaterIsToldAndFollowedOnRequest() throws {
        let text = """
            struct work_struct { int (*func)(int); };
            static void INIT(struct work_struct *w) { w->func = a; }
            static void start_work(struct work_struct *w, int (*fn)(int)) { w->func = fn; }
            void later(struct work_struct *w) { start_work(w, b); }
            int goal(void);
            """
        let store = try IndexedSources(["m.c": Self.ops + text]).store
        let tree = try store.callTree(of: store.functions(named: "later")[0], direction: .callees)
        #expect(
            tree.entries.map { "\($0.edge.callee.name) \($0.edge.evidence.rawValue)" } == [
                "start_work direct", "b async",
            ]
        )
        #expect(throws: (any Error).self) { try store.paths(from: "later", to: "b") }
        let answer = try store.paths(from: "later", to: "b", conditions: PathConditions(withHandOvers: true))
        #expect(answer.paths[0].steps[0].edge.evidence == .async)
    }

    @Test func whatOnlyFitsByTypeIsGivenOnRequest() throws {
        let text = """
            static const struct ops first = { .run = a };
            static struct dev one = { .ops = &first };
            void take(int (*fn)(int));
            void other(void) { take(b); }
            int start(struct dev *d) { return d->ops->run(1); }
            """
        let store = try IndexedSources(["m.c": Self.ops + text]).store
        func callees(isLoose: Bool) throws -> [String] {
            try store.callTree(of: store.functions(named: "start")[0], direction: .callees, isLoose: isLoose)
                .entries.map { "\($0.edge.callee.name) \($0.edge.evidence.rawValue)" }
        }
        #expect(try callees(isLoose: false) == ["a ops"])
        #expect(try callees(isLoose: true) == ["a ops", "b type"])
        let tree = try store.callTree(of: store.functions(named: "b")[0], direction: .callers, isLoose: true)
        #expect(tree.entries.map { "\($0.edge.caller.name) \($0.edge.evidence.rawValue)" } == ["start type"])
    }

    @Test func aTypeFitsBothWaysWhereAParameterIsAPointerToAFunction() throws {
        let text = """
            struct walker { int (*each)(int (*)(int)); };
            static int visit(int (*actor)(int)) { return actor(1); }
            void take(int (*fn)(int (*)(int)));
            void other(void) { take(visit); }
            int start(struct walker *w) { return w->each(0); }
            """
        let store = try IndexedSources(["m.c": Self.ops + text]).store
        func edges(_ name: String, _ direction: CallDirection) throws -> [String] {
            try store.callTree(of: store.functions(named: name)[0], direction: direction, isLoose: true)
                .entries.filter { $0.edge.evidence == .type }
                .map { "\($0.edge.caller.name) \($0.edge.callee.name)" }
        }
        #expect(try edges("start", .callees) == ["start visit"])
        #expect(try edges("visit", .callers) == ["start visit"])
    }

    @Test func pathsAvoidFunctionsAndGoThroughThem() throws {
        let text = """
            void goal(void) { }
            void left(void) { goal(); }
            void deep(void) { goal(); }
            void right(void) { deep(); }
            void start(void) { left(); right(); }
            """
        let store = try IndexedSources(["m.c": text]).store
        func path(_ conditions: PathConditions) throws -> [String] {
            try store.paths(from: "start", to: "goal", conditions: conditions).paths[0].functions.map(\.name)
        }
        #expect(try path(PathConditions()) == ["start", "left", "goal"])
        #expect(try path(PathConditions(avoid: ["left"])) == ["start", "right", "deep", "goal"])
        #expect(try path(PathConditions(through: "deep")) == ["start", "right", "deep", "goal"])
        #expect(throws: (any Error).self) { try path(PathConditions(avoid: ["left", "deep"])) }
        #expect(throws: (any Error).self) { try path(PathConditions(avoid: ["goal"])) }
    }

    @Test func functionsInTablesOfRelativePlacesAreCalledByTheirReaders() throws {
        let text = """
            struct pci_dev;
            #define ADDRESSABLE(f, n) static void *__UNIQUE_ID___addressable_##f##n = (void *)&f;
            #define late_initcall(f) ADDRESSABLE(f, 1)
            #define console_initcall(f) ADDRESSABLE(f, 2)
            #define EXPORT_SYMBOL(f) ADDRESSABLE(f, 3)
            #define DECLARE_PCI_FIXUP_FINAL(f) ADDRESSABLE(f, 4)
            typedef int (*initcall_t)(void);
            static inline void *offset_to_ptr(const int *off) { return (void *)((unsigned long)off + *off); }
            static inline initcall_t initcall_from_entry(int *entry) { return offset_to_ptr(entry); }
            static int late8(void) { return 0; }
            late_initcall(late8)
            static int console(void) { return 0; }
            console_initcall(console)
            int exported(void) { return 0; }
            EXPORT_SYMBOL(exported)
            static void quirk(struct pci_dev *dev) {}
            DECLARE_PCI_FIXUP_FINAL(quirk)
            int do_one_initcall(initcall_t fn) { return fn(); }
            void do_initcalls(int *entry) { do_one_initcall(initcall_from_entry(entry)); }
            void console_init(int *entry) { initcall_t call = initcall_from_entry(entry); call(); }
            void pci_do_fixups(struct pci_dev *dev, int *offset)
            {
                void (*hook)(struct pci_dev *dev) = offset_to_ptr(offset);
                hook(dev);
            }
            """
        let files = ["m.c": text]
        #expect(try callees("do_one_initcall", files) == ["late8 table"])
        #expect(try callees("console_init", files) == ["console table"])
        #expect(try callees("pci_do_fixups", files) == ["quirk table"])
        #expect(try callers("late8", files) == ["do_one_initcall table"])
        #expect(try callers("console", files) == ["console_init table"])
        #expect(try callers("quirk", files) == ["pci_do_fixups table"])
        #expect(try callers("exported", files) == [])
    }
}
