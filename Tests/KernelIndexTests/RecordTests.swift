import Failure
import Testing

@testable import KernelIndex

@Suite struct RecordTests {
    private func index() throws -> HandmadeIndex {
        let index = try HandmadeIndex()
        let names = try index.record("new_utsname", sizeBits: 390 * 8)
        let uts = try index.record("uts_namespace", sizeBits: 432 * 8)
        let proxy = try index.record("nsproxy", sizeBits: 128)
        let task = try index.record("task_struct", sizeBits: 256)
        try index.field("name", of: uts, at: 0, sizeBits: 390 * 8, target: names)
        try index.field("user_ns", of: uts, at: 1, offsetBits: 392 * 8)
        try index.field("count", of: proxy, at: 0, sizeBits: 32)
        try index.field("uts_ns", of: proxy, at: 1, offsetBits: 64, target: uts, pointers: 1)
        try index.field("nsproxy", of: task, at: 0, offsetBits: 64, target: proxy, pointers: 1)
        return index
    }

    @Test func chainLeadsThroughPointersToTheEmbeddedName() throws {
        let chain = try index().open().memberChain(from: "task_struct", to: "new_utsname")
        #expect(
            chain.steps.map { "\($0.record.name).\($0.member.symbol.name)" } == [
                "task_struct.nsproxy", "nsproxy.uts_ns", "uts_namespace.name",
            ]
        )
        #expect(chain.steps.map(\.member.isEmbedded) == [false, false, true])
        #expect(chain.target.name == "new_utsname")
    }

    @Test func missingChainIsANegativeAnswer() throws {
        let store = try index().open()
        let failure = #expect(throws: Failure.self) {
            try store.memberChain(from: "new_utsname", to: "task_struct")
        }
        #expect(failure?.status == .negative)
    }

    @Test func bytesThatNoMemberCoversAreHoles() throws {
        let store = try index().open()
        #expect(try store.layouts(named: "nsproxy")[0].holes == [Hole(offsetBits: 32, sizeBits: 32)])
        #expect(
            try store.layouts(named: "struct uts_namespace")[0].holes == [
                Hole(offsetBits: 390 * 8, sizeBits: 16), Hole(offsetBits: 400 * 8, sizeBits: 32 * 8),
            ]
        )
    }

    @Test func membersOfAUnionLeaveNoHoleWhereTheLongestReaches() throws {
        let index = try HandmadeIndex()
        let union = try index.record("both", sizeBits: 64)
        try index.field("long_one", of: union, at: 0, sizeBits: 64)
        try index.field("short_one", of: union, at: 1, sizeBits: 8)
        #expect(try index.open().layouts(named: "both")[0].holes.isEmpty)
    }

    @Test func usesOfAMemberAreCountedByRole() throws {
        let store = try HandmadeIndex.forkPath().open()
        let members = try store.layouts(named: "cgroup_subsys")[0].members
        #expect(members.map(\.uses) == [[:], [.read: 1]])
    }

    @Test func opsListsEveryRegistrationAndDispatch() throws {
        let store = try HandmadeIndex.forkPath().open()
        for name in ["cgroup_subsys.can_fork", "cgroup_subsys"] {
            let fields = try store.ops(named: name)
            #expect(fields.map(\.field.shownName) == ["cgroup_subsys.can_fork"])
            #expect(fields[0].registrations.map(\.function.name) == ["cpuset_can_fork", "pids_can_fork"])
            #expect(fields[0].dispatches.map(\.caller.name) == ["cgroup_can_fork"])
        }
        let callbacks = try store.registrations(ofObject: "pids_cgrp_subsys")
        #expect(callbacks.map(\.function.name) == ["pids_can_fork"])
    }

    @Test func opsOfAnUnknownOrUnusedFieldIsANegativeAnswer() throws {
        let store = try HandmadeIndex.forkPath().open()
        for name in ["cgroup_subsys.no_such", "no_such", "no_such.field"] {
            let failure = #expect(throws: Failure.self) { try store.ops(named: name) }
            #expect(failure?.status == .negative)
        }
    }
}
