import Testing

@testable import KernelIndex

/// The names that a shell is given.
@Suite struct NameCompletionTests {
    private static let files = [
        "a.c": """
        #define SYSCALL_DEFINE0(name) static long __do_sys_##name(void)
        struct copy_args { int flags, count; void *data; };
        int copy_declared(void);
        int copy_process(struct copy_args *args) { return args->flags + copy_declared(); }
        int copied;
        SYSCALL_DEFINE0(copy_range) { return 0; }
        """
    ]

    @Test func definedNamesAndSystemCallsOfAKindAreGiven() throws {
        let store = try IndexedSources(Self.files).store
        #expect(try store.names(completing: "cop", kinds: [.function]) == ["copy_process", "copy_range"])
        #expect(try store.names(completing: "cop", kinds: [.record]) == ["copy_args"])
        #expect(try store.names(completing: "cop") == ["copied", "copy_args", "copy_process", "copy_range"])
        #expect(try store.names(completing: "cop", limit: 1) == ["copied"])
        #expect(try store.names(completing: "%").isEmpty)
    }

    @Test func membersAreGivenBehindTheirRecord() throws {
        let store = try IndexedSources(Self.files).store
        #expect(try store.names(completing: "copy_args.", kinds: [.record]).count == 3)
        #expect(try store.names(completing: "copy_args.co") == ["copy_args.count"])
        #expect(try store.names(completing: "nothing.co").isEmpty)
    }
}
