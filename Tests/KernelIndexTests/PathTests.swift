import Failure
import Testing

@testable import KernelIndex

@Suite struct PathTests {
    @Test func opsEdgeNamesDispatchAndRegistration() throws {
        let index = try HandmadeIndex.forkPath()
        let answer = try index.open().paths(from: "clone", to: "pids_can_fork")

        let path = try #require(answer.paths.first)
        #expect(
            path.functions.map(\.shownName) == [
                "clone", "kernel_clone", "copy_process", "cgroup_can_fork", "pids_can_fork",
            ]
        )
        #expect(path.steps.map(\.edge.evidence) == [.direct, .direct, .direct, .ops])
        let last = try #require(path.steps.last?.edge)
        #expect(last.dispatch?.receiver == "ss->can_fork")
        #expect(last.dispatch?.place.line == 6598)
        #expect(last.registration?.object?.name == "pids_cgrp_subsys")
        #expect(last.registration?.place.line == 381)
    }

    @Test func wrappersOfASystemCallAreNoCallers() throws {
        let index = try HandmadeIndex.forkPath()
        let store = try index.open()
        let tree = try store.callTree(of: store.functions(named: "kernel_clone")[0], direction: .callers, depth: 9)
        #expect(tree.entries.map(\.edge.caller.shownName) == ["clone"])
    }

    @Test func amongShortestPathsACertainCallIsTakenBeforeOneThroughAField() throws {
        let index = try HandmadeIndex()
        let start = try index.function("start")
        let byField = try index.function("a_by_field")
        let byName = try index.function("z_by_name")
        let goal = try index.function("goal")
        let ops = try index.record("ops")
        let field = try index.field("run", of: ops, at: 0)
        try index.dispatch(start, field, "o->run", line: 1)
        try index.register(field, byField, object: nil)
        try index.call(start, byName, line: 99)
        try index.call(byField, goal)
        try index.call(byName, goal)
        let path = try #require(try index.open().paths(from: "start", to: "goal").paths.first)
        #expect(path.functions.map(\.name) == ["start", "z_by_name", "goal"])
    }

    @Test func severalCallsBetweenTwoFunctionsAreAllKept() throws {
        let index = try HandmadeIndex()
        let start = try index.function("start")
        let goal = try index.function("goal")
        for line in [30, 10, 20] { try index.call(start, goal, line: line) }
        let step = try #require(try index.open().paths(from: "start", to: "goal").paths.first?.steps.first)
        #expect(step.edge.site.line == 10)
        #expect(step.others.map(\.site.line) == [20, 30])
    }

    @Test func searchesThatMeetHalfWayFindTheShortestPath() throws {
        // A long chain beside a shorter one, with wide fans at both ends so that each side grows in turn.
        let index = try HandmadeIndex()
        let start = try index.function("start")
        let goal = try index.function("goal")
        for number in 0..<40 {
            try index.call(start, try index.function("leaf\(number)"))
            try index.call(try index.function("root\(number)"), goal)
        }
        for (name, length) in [("long", 9), ("short", 6)] {
            var last = start
            for number in 0..<length {
                let next = try index.function("\(name)\(number)")
                try index.call(last, next)
                last = next
            }
            try index.call(last, goal)
        }
        let answer = try index.open().paths(from: "start", to: "goal")
        #expect(answer.paths.map(\.steps.count) == [7])
    }

    @Test func cutListOfPathsSaysSo() throws {
        let index = try HandmadeIndex()
        let start = try index.function("start")
        let goal = try index.function("goal")
        for number in 0..<5 {
            let middle = try index.function("middle\(number)")
            try index.call(start, middle, line: number + 1)
            try index.call(middle, goal)
        }
        let store = try index.open()
        let all = try store.paths(from: "start", to: "goal", scope: .all(slack: 2, limit: 100))
        #expect(all.paths.count == 5)
        #expect(!all.isTruncated)
        let cut = try store.paths(from: "start", to: "goal", scope: .all(slack: 2, limit: 3))
        #expect(cut.paths.map { $0.functions[1].name } == ["middle0", "middle1", "middle2"])
        #expect(cut.isTruncated)
        #expect(cut.notes.contains { $0.hasPrefix("2 more paths") })
    }

    @Test func recursionDoesNotStopTheSearch() throws {
        let index = try HandmadeIndex()
        let first = try index.function("first")
        let second = try index.function("second")
        try index.call(first, second)
        try index.call(second, first)
        try index.function("alone")
        let store = try index.open()
        #expect(throws: Failure.self) { try store.paths(from: "first", to: "alone") }
        let all = try store.paths(from: "first", to: "second", scope: .all(slack: 5, limit: 10))
        #expect(all.paths.count == 1)
    }

    @Test func systemCallIsPreferredToAFunctionOfItsName() throws {
        let index = try HandmadeIndex()
        let body = try index.function("__do_sys_fork", in: "fork.c", isStatic: true)
        let namesake = try index.function("fork", in: "other.c")
        let goal = try index.function("goal")
        try index.call(body, goal)
        try index.call(namesake, goal)
        try index.define(systemCall: "fork", body: body)
        try index.enter(systemCall: "fork", number: 57, entry: "sys_fork")
        let store = try index.open()
        let answer = try store.paths(from: "fork", to: "goal")
        #expect(answer.starts.map(\.name) == ["__do_sys_fork"])
        #expect(answer.notes.contains { $0.contains("also a function") && $0.contains("fork@other.c") })
        #expect(try store.paths(from: "fork@other.c", to: "goal").starts.map(\.name) == ["fork"])
    }

    @Test func userSpaceNameLeadsToTheDefinitionThatTheTableNames() throws {
        let index = try HandmadeIndex()
        let new = try index.function("__do_sys_newuname")
        let old = try index.function("__do_sys_uname")
        let goal = try index.function("utsname")
        try index.call(new, goal)
        try index.call(old, goal)
        try index.define(systemCall: "newuname", body: new)
        try index.define(systemCall: "uname", body: old)
        try index.enter(systemCall: "uname", number: 63, entry: "sys_newuname")
        let store = try index.open()
        let answer = try store.paths(from: "uname", to: "utsname")
        #expect(answer.paths.map { $0.functions[0].name } == ["__do_sys_newuname"])
        #expect(try store.functions(named: "__do_sys_uname").map(\.shownName) == ["sys_uname"])
    }

    @Test func nameThatATraceShowsMeansTheSystemCall() throws {
        let store = try HandmadeIndex.forkPath().open()
        for name in ["__x64_sys_clone", "sys_clone", "__se_sys_clone", "__do_sys_clone"] {
            let answer = try store.paths(from: name, to: "pids_can_fork")
            #expect(answer.paths.map { $0.functions[0].shownName } == ["clone"])
            #expect(answer.notes.isEmpty)
        }
    }

    @Test func systemCallWithoutAnEntryWorksAndSaysSo() throws {
        let index = try HandmadeIndex()
        let body = try index.function("__do_sys_gethostname")
        try index.call(body, try index.function("utsname"))
        try index.define(systemCall: "gethostname", body: body)
        let answer = try index.open().paths(from: "gethostname", to: "utsname")
        #expect(answer.paths.count == 1)
        #expect(answer.notes.contains { $0.contains("no entry in the 64-bit system call table") })
    }

    @Test func missingPathAndUnknownNamesAreNegativeAnswersOfOneLine() throws {
        let store = try HandmadeIndex.forkPath().open()
        let expectations = [
            ("pids_can_fork", "kernel_clone", "no path from pids_can_fork to kernel_clone"),
            ("clone", "pids_cam_fork", "near: pids_can_fork"),
            ("clone", "no_such_function", "no function 'no_such_function'"),
            ("read", "kernel_clone", "outside of the index"),
        ]
        for (from, to, expected) in expectations {
            let failure = #expect(throws: Failure.self) { try store.paths(from: from, to: to) }
            #expect(failure?.status == .negative)
            #expect(failure?.line.contains(expected) == true)
            #expect(failure?.line.contains("\n") == false)
        }
    }
}
