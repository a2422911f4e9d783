import Foundation
import Testing

@testable import KernelIndex

/// The options that lines hang on, in small trees.
@Suite struct ConfigTests {
    private func conditions(_ text: String, _ line: Int) -> [String] {
        Conditionals(Array(text.utf8)).around(line).map(\.text)
    }

    @Test func branchesBeforeAreNegated() {
        let text = """
            #if defined(CONFIG_A) && \\
                CONFIG_N > 3 /* more
             than that */
            a
            #elif CONFIG_B
            b
            #else
            c
            #endif
            d
            """
        #expect(conditions(text, 4) == ["defined(CONFIG_A) && CONFIG_N > 3"])
        #expect(conditions(text, 6) == ["!(defined(CONFIG_A) && CONFIG_N > 3) && CONFIG_B"])
        #expect(conditions(text, 8) == ["!(defined(CONFIG_A) && CONFIG_N > 3) && !(CONFIG_B)"])
        #expect(conditions(text, 10) == [])
    }

    @Test func conditionsNestAndAHeadersGuardIsLeftOut() {
        let text = """
            /* #if 0 */
            #ifndef _LINUX_A_H
            #define _LINUX_A_H
            # ifdef CONFIG_A
            char *s = "/*";
            #ifndef CONFIG_B
            x
            #endif
            #endif
            #endif
            """
        #expect(conditions(text, 7) == ["defined(CONFIG_A)", "!defined(CONFIG_B)"])
        #expect(conditions(text, 5) == ["defined(CONFIG_A)"])
        #expect(conditions(text, 10) == [])
    }

    @Test(arguments: ["", "#endif\n#else\n#elif X", "#if", "#ifdef", "/*", "\"", "#define", "#if \\", "'\\"])
    func brokenTextIsReadAsFarAsItGoes(text: String) {
        _ = Conditionals(Array(text.utf8)).around(1)
    }

    @Test(
        arguments: [
            ("defined(CONFIG_A)", true), ("!defined CONFIG_A", false), ("IS_ENABLED(CONFIG_M)", true),
            ("IS_BUILTIN(CONFIG_M)", false), ("defined(CONFIG_M_MODULE)", true),
            ("CONFIG_N >= 64 && !CONFIG_OFF", true),
            ("defined(CONFIG_OFF) || BITS_PER_LONG == 64", nil), ("defined(CONFIG_OFF) && BITS_PER_LONG == 64", false),
            ("!(defined(CONFIG_A)) && defined(CONFIG_A)", false), ("((", nil), ("defined(", nil), ("1 +", nil),
        ] as [(String, Bool?)]
    )
    func conditionHoldsByTheConfiguration(text: String, holds: Bool?) {
        let values = ["CONFIG_A": "y", "CONFIG_M": "m", "CONFIG_N": "64"]
        var value = ConditionValue { values[$0] }
        #expect(value.holds(text) == holds)
    }

    @Test func deepBracketsEnd() {
        var value = ConditionValue { _ in nil }
        #expect(
            value.holds(String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000)) == nil
        )
        #expect(value.holds(String(repeating: "!", count: 100_000) + "1") == nil)
    }

    private static let tree = [
        "Kbuild": "obj-y += kernel/ fs/ drivers/\n",
        "kernel/Makefile": """
        obj-y = fork.o \\
                exit.o
        obj-$(CONFIG_CGROUPS) += cgroup/
        sched-objs := a.o
        obj-y += sched.o   # comment
        ifdef CONFIG_SMP
        obj-y += smp.o
        else
        obj-y += up.o
        endif
        """,
        "kernel/cgroup/Makefile": "obj-y := cgroup.o\nobj-$(CONFIG_CGROUP_PIDS) += pids.o\n",
        "fs/Makefile": "mmu-$(CONFIG_MMU) := mmap.o\nobj-y += $(mmu-y)\nobj-$(CONFIG_XFS_FS) += xfs/\n",
        "fs/xfs/Makefile": """
        obj-$(CONFIG_XFS_FS) += xfs.o
        xfs-y += xfs_trace.o
        xfs-y += $(addprefix libxfs/, \\
                   xfs_ag.o \\
                   xfs_btree.o)
        xfs-$(CONFIG_XFS_QUOTA) += xfs_dquot.o
        """,
        ".config": "CONFIG_CGROUPS=y\nCONFIG_CGROUP_PIDS=y\n# CONFIG_SMP is not set\nCONFIG_XFS_FS=m\nCONFIG_MMU=y\n",
        "kernel/fork.c": """
        int fork(void)
        {
        #ifdef CONFIG_SMP
            return 1;
        #endif
            return 0;
        }
        #ifdef CONFIG_XFS_FS
        #include "part.c"
        #endif
        """,
        "kernel/part.c": "#ifdef CONFIG_CGROUPS\nint part;\n#endif\n",
        "kernel/cgroup/pids.c": "int pids;\n",
        "fs/xfs/libxfs/xfs_ag.c": "int ag;\n",
    ]

    private func rules(_ file: String) throws -> [String]? {
        let sources = try IndexedSources(Self.tree)
        return BuildRules(root: sources.tree.path) { _ in false }.rules(ofFile: file)?.map(\.text)
    }

    @Test func rulesLeadFromTheOutermostFolderToTheFile() throws {
        #expect(
            try rules("kernel/cgroup/pids.c") == [
                "obj-y += kernel/", "obj-$(CONFIG_CGROUPS) += cgroup/", "obj-$(CONFIG_CGROUP_PIDS) += pids.o",
            ]
        )
        #expect(try rules("kernel/exit.c") == ["obj-y += kernel/", "obj-y = exit.o"])
        #expect(try rules("kernel/a.c") == ["obj-y += kernel/", "obj-y += sched.o", "sched-objs := a.o"])
        #expect(try rules("kernel/smp.c")?.last == "ifdef CONFIG_SMP: obj-y += smp.o")
        #expect(try rules("kernel/up.c")?.last == "!(ifdef CONFIG_SMP): obj-y += up.o")
        #expect(try rules("fs/mmap.c")?.suffix(2) == ["obj-y += $(mmu-y)", "mmu-$(CONFIG_MMU) := mmap.o"])
        #expect(
            try rules("fs/xfs/libxfs/xfs_ag.c")?.suffix(3) == [
                "obj-$(CONFIG_XFS_FS) += xfs/", "obj-$(CONFIG_XFS_FS) += xfs.o", "xfs-y += libxfs/xfs_ag.o",
            ]
        )
        #expect(try rules("kernel/nowhere.c") == nil)
        #expect(try rules("include/a.h") == nil)
    }

    @Test func aLineHangsOnItsFilesRulesAndTheConditionsAroundIt() throws {
        let sources = try IndexedSources(Self.tree)
        let reader = ConfigReader(sources.store)
        let line = try reader.needs(of: LocatedLine(file: "kernel/fork.c", line: 4, column: 1))
        #expect(line.options == [ConfigOption(name: "CONFIG_SMP", value: "n")])
        #expect(line.conditions.map(\.holds) == [false])
        let pids = try reader.needs(of: LocatedLine(file: "kernel/cgroup/pids.c", line: 1, column: 1))
        #expect(pids.options.map(\.name) == ["CONFIG_CGROUPS", "CONFIG_CGROUP_PIDS"])
        #expect(pids.options.map(\.value) == ["y", "y"])
        #expect(try reader.conditions(inside: 1...7, of: "kernel/fork.c").map(\.text) == ["defined(CONFIG_SMP)"])
    }

    @Test func aFileThatAnotherIncludesHangsOnWhatThatLineHangsOn() throws {
        let sources = try IndexedSources(Self.tree)
        let needs = try ConfigReader(sources.store).needs(of: LocatedLine(file: "kernel/part.c", line: 2, column: 1))
        #expect(needs.includedBy.map { "\($0)" } == "kernel/fork.c:9")
        #expect(needs.conditions.map(\.text) == ["defined(CONFIG_XFS_FS)", "defined(CONFIG_CGROUPS)"])
        // A module is not defined under its own name.
        #expect(needs.conditions.map(\.holds) == [false, true])
    }

    @Test func withoutAConfigurationOptionsHaveNoValues() throws {
        let sources = try IndexedSources(Self.tree.filter { $0.key != ".config" })
        let reader = ConfigReader(sources.store)
        #expect(!reader.knowsConfiguration)
        let needs = try reader.needs(of: LocatedLine(file: "kernel/fork.c", line: 4, column: 1))
        #expect(needs.options == [ConfigOption(name: "CONFIG_SMP", value: nil)])
        #expect(needs.conditions.map(\.holds) == [nil])
    }
}
