import Testing

@testable import KernelIndex

@Suite struct NamesakeTests {
    private func index() throws -> HandmadeIndex {
        let index = try HandmadeIndex()
        let first = try index.function("show", in: "fs/first.c", isStatic: true)
        let second = try index.function("show", in: "fs/second.c", isStatic: true)
        try index.call(try index.function("first_user"), first)
        try index.call(try index.function("second_user"), second)
        return index
    }

    @Test func staticFunctionsOfOneNameAreKeptApart() throws {
        let store = try index().open()
        let found = try store.functions(named: "show")
        #expect(found.map(\.nameWithFile) == ["show@fs/first.c", "show@fs/second.c"])
        #expect(try found.map { try store.callers(of: $0).map(\.caller.name) } == [["first_user"], ["second_user"]])
    }

    @Test func fileChoosesAmongNamesakes() throws {
        let store = try index().open()
        for name in ["show@fs/second.c", "show@second.c"] {
            #expect(try store.functions(named: name).map(\.nameWithFile) == ["show@fs/second.c"])
        }
        #expect(try store.functions(named: "show@cond.c").isEmpty)
    }

    @Test func pathToAnAmbiguousNameReachesEachAndSaysSo() throws {
        let store = try index().open()
        let answer = try store.paths(from: "second_user", to: "show")
        #expect(answer.paths.map { $0.functions.last?.nameWithFile } == ["show@fs/second.c"])
        #expect(answer.notes.contains { $0.contains("show is 2 functions") })
    }

    @Test func equalNamesAreFoundBeforeStartsAndParts() throws {
        let index = try HandmadeIndex()
        for name in ["do_fork_late", "fork_init", "fork", "FORK_MAX"] { try index.function(name) }
        let store = try index.open()
        let finding = try store.find("fork")
        #expect(finding.symbols.map(\.name) == ["fork", "FORK_MAX", "fork_init", "do_fork_late"])
        let cut = try store.find("fork", limit: 3)
        #expect(cut.leftOut == 1)
    }

    @Test func percentAndUnderscoreAreNoWildcards() throws {
        let index = try HandmadeIndex()
        for name in ["a_b", "axb"] { try index.function(name) }
        #expect(try index.open().find("a_b").symbols.map(\.name) == ["a_b"])
        #expect(try index.open().find("%").symbols.isEmpty)
    }
}
