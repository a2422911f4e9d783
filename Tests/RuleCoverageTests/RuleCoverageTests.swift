import Foundation
import KernelABI
import KernelIndex
import KernelIndexer
import KernelTree
import Testing

@testable import RuleCoverage

struct RuleCoverageTests {
    /// A kernel in which `sethostname` has two errors with rules, and one that nobody knows.
    private static let source = """
        #define EPERM 1
        #define EINVAL 22
        #define EFAULT 14
        #define EBUSY 16
        #define SYSCALL_DEFINE2(name, a, b) long __do_sys_##name(a, b)
        int copy_from_user(char *to, char *from, int n), ns_capable(void *ns, int cap), is_frozen(void), hook(void);
        SYSCALL_DEFINE2(sethostname, char *name, int len)
        {
            char tmp[65];
            if (len < 0 || len > __NEW_UTS_LEN)
                return -EINVAL;
            if (is_frozen())
                return -EBUSY;
            if (hook())
                return hook();
            return copy_from_user(tmp, name, len) ? -EFAULT : 0;
        }
        """

    @Test func aRuleAReasonOrNothingIsSaidOfEachError() throws {
        let sources = try IndexedKernel(["kernel/sys.c": "#define __NEW_UTS_LEN 64\n" + Self.source])
        let coverage = try RuleCoverage.check(sources.store, starts: [("sethostname", "sethostname")])
        let accounts = coverage.origins.map { "\($0.origin.errno) \($0.account)" }
        #expect(accounts.count == 3)
        #expect(accounts[0].hasPrefix("EINVAL rule"))
        #expect(accounts[1] == "EBUSY none")
        #expect(accounts[2].hasPrefix("EFAULT out"))
        #expect(coverage.callees.map(\.callee.name) == ["hook"])
        #expect(coverage.callees.allSatisfy { $0.reason == nil })
    }

    @Test func noReasonIsWrittenTwice() {
        let keys = OriginReasons.all.map { "\($0.function) \($0.errno) \($0.condition)" }
        #expect(Set(keys).count == keys.count)
        #expect(OriginReasons.all.allSatisfy { !$0.text.isEmpty })
    }

    @Test func everyReasonSpeaksOfAModelledFunction() {
        for reason in OriginReasons.all { #expect(ModelledFunctions.all.contains(reason.function), "\(reason)") }
    }
}
