import Failure
import Foundation
import KernelABI
import Report
import SourceConformance
import Testing

@testable import KernelIndex

/// The controllers of a small kernel, whose list has them in another order than their files' names.
@Suite struct ControllerTests {
    private static let files = [
        "include/subsys.h": """
        SUBSYS(pids)
        SUBSYS(io)
        """,
        "include/cgroup.h": """
        struct task;
        struct cgroup_subsys {
            int (*can_fork)(struct task *task);
            void (*cancel_fork)(struct task *task);
            void (*fork)(struct task *task);
            const char *legacy_name;
            unsigned threaded:1;
        };
        #define SUBSYS(_x) _x ## _cgrp_id,
        enum cgroup_subsys_id {
        #include "include/subsys.h"
            CGROUP_SUBSYS_COUNT,
        };
        #undef SUBSYS
        """,
        "kernel/cgroup.c": """
        #include "include/cgroup.h"
        extern struct cgroup_subsys pids_cgrp_subsys, io_cgrp_subsys;
        static struct cgroup_subsys *all[] = { [pids_cgrp_id] = &pids_cgrp_subsys, [io_cgrp_id] = &io_cgrp_subsys };
        int cgroup_can_fork(struct task *task)
        {
            int i;

            for (i = 0; i < CGROUP_SUBSYS_COUNT; i++)
                if (all[i]->can_fork && all[i]->can_fork(task))
                    return 1;
            return 0;
        }
        """,
        "block/io.c": """
        #include "include/cgroup.h"
        static void io_fork(struct task *task) { }
        struct cgroup_subsys io_cgrp_subsys = {
            .fork = io_fork,
            .legacy_name = "blkio",
        };
        """,
        "kernel/pids.c": """
        #include "include/cgroup.h"
        static int pids_can_fork(struct task *task) { return 0; }
        struct cgroup_subsys pids_cgrp_subsys = {
            .can_fork = pids_can_fork,
            .threaded = 1,
        };
        """,
    ]

    @Test func controllersComeInTheKernelsOrderWithWhatTheyDo() throws {
        let sources = try IndexedSources(Self.files)
        let controllers = try sources.store.controllers()
        #expect(controllers.map(\.name) == ["pids", "io"])
        #expect(controllers.map(\.legacyName) == ["pids", "blkio"])
        #expect(controllers.map(\.isThreaded) == [true, false])
        #expect(controllers[0].callback("can_fork")?.function.name == "pids_can_fork")
        #expect(controllers[1].callback("can_fork") == nil)
        #expect(controllers[1].callbacks.map(\.field.name) == ["fork"])
    }

    @Test func aKernelWithoutControllersIsANegativeAnswer() throws {
        let store = try IndexedSources(["a.c": "int nothing;"]).store
        let failure = #expect(throws: Failure.self) { try store.controllers() }
        #expect(failure?.status == .negative)
    }

    @Test func theReportHasWhoIsAskedAndWhatRunsHere() throws {
        let sources = try IndexedSources(Self.files)
        let store = sources.store
        let live = try LiveController.all(
            in: "#subsys_name\thierarchy\tnum_cgroups\tenabled\nblkio\t7\t12\t1\nmisc\t0\t1\t1\n"
        )
        let report = ControllersReport(
            try store.controllers(),
            fields: try store.ops(named: "cgroup_subsys"),
            live: ("6.1.0-here", live),
            about: store.about
        )
        #expect(report.document.controllers.map { $0.live?.cgroups } == [nil, 12])
        #expect(report.document.runningOnly == ["misc"])
        #expect(report.document.callbacks.first?.controllers == ["pids"])
        let text = report.text(.plain)
        for part in ["v1 hierarchy 7, 12 cgroups", "not there", "misc: in the kernel", "called by cgroup_can_fork"] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test(arguments: ["pids", "pids\t1\t2", "pids\tx\t1\t1"])
    func whatIsNoListOfControllersIsBadInput(text: String) {
        let failure = #expect(throws: Failure.self) { try LiveController.all(in: text) }
        #expect(failure?.status == .badInput)
    }
}
