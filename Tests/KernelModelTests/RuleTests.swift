import Foundation
import KernelABI
import KernelModel
import Testing

struct RuleTests {
    static let releases = [KernelVersion(5, 10), KernelVersion(6, 1), KernelVersion(6, 12), KernelVersion(7, 3)]

    @Test(arguments: releases) func everyRuleIsListedOnceInEachRelease(_ release: KernelVersion) {
        let names = Rules.of(release).map(\.name)
        #expect(Set(names).count == names.count)
        for rule in Rules.of(release) { #expect(Rules.named(rule.name, in: release) == rule) }
    }

    @Test func everyNameIsARuleOfSomeRelease() {
        #expect(Set(Rules.all.map(\.name)) == Set(Rule.Name.allCases))
    }

    /// 5.10 asks before it counts the child, later releases after: the wording differs, the count that is refused not.
    @Test(arguments: releases) func theProcessAtTheLimitIsTheLastOneInEachRelease(_ release: KernelVersion) {
        var world = World(release)
        let user = world.kernel.addUser(name: "customer")
        let task = world.task(user: user)
        _ = world.kernel.setrlimitNproc(task, RLimit(current: 3, maximum: 3))
        #expect(world.forks(task, 3).map { $0 != nil } == [true, true, false])
        let rule = Rules.named(.rlimitNproc, in: release)
        let isCountedBefore = rule.citation.condition?.hasPrefix("is_rlimit_overlimit") == true
        #expect(isCountedBefore == (release >= KernelVersion(5, 14)))
    }

    @Test func aStretchOfVersionsHasItsStartAndNotItsEnd() {
        let stretch = Rule.Versions(since: KernelVersion(6, 1), before: KernelVersion(6, 11))
        #expect(!stretch.contains(KernelVersion(5, 19, 17)))
        #expect(stretch.contains(KernelVersion(6, 1, 0)))
        #expect(stretch.contains(KernelVersion(6, 10, 99)))
        #expect(!stretch.contains(KernelVersion(6, 11, 0)))
    }

    @Test(arguments: KernelSource.releases) func everyCitationStandsInTheSource(_ release: KernelVersion) throws {
        let source = try #require(KernelSource.find(release), "kernaut kernel fetch \(release)")
        for rule in Rules.of(release) {
            for citation in [rule.citation, rule.place] {
                let text = try #require(try source.function(citation.function, in: citation.file), "\(citation)")
                let condition = try #require(citation.condition)
                #expect(text.contains(condition), "\(rule.name): \(citation)")
            }
        }
    }

    @Test(arguments: KernelSource.releases) func rulesComeInTheOrderOfTheSource(_ release: KernelVersion) throws {
        let source = try #require(KernelSource.find(release), "kernaut kernel fetch \(release)")
        let rules = Rules.of(release)
        for (rule, next) in zip(rules, rules.dropFirst())
        where rule.place.function == next.place.function {
            let text = try #require(try source.function(rule.place.function, in: rule.place.file))
            let condition = try #require(rule.place.condition)
            let nextCondition = try #require(next.place.condition)
            let first = try #require(text.range(of: condition))
            let second = try #require(text.range(of: nextCondition))
            #expect(first.lowerBound <= second.lowerBound, "\(rule.name) before \(next.name)")
        }
    }
}

/// The source of a release in kernaut's cache, read as text.
private struct KernelSource {
    let root: URL

    /// The releases whose source is in the cache. In CI that of 6.1, which `make test` fetches, has to be.
    static let releases = RuleTests.releases.filter { release in
        find(release) != nil || (release == KernelVersion(6, 1) && ProcessInfo.processInfo.environment["CI"] != nil)
    }

    /// The first folder below the kernel's part of the cache that is a kernel's source.
    static func find(_ release: KernelVersion) -> KernelSource? {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["KERNAUT_HOME"]
            ?? environment["XDG_CACHE_HOME"].map { $0 + "/kernaut" }
            ?? environment["HOME"].map { $0 + "/.cache/kernaut" }
        guard let cache else { return nil }
        var level = [URL(filePath: cache).appending(path: "kernels/\(release)")]
        for _ in 0..<4 {
            let tree = level.first {
                FileManager.default.fileExists(atPath: $0.appending(path: "kernel/cgroup/pids.c").path)
            }
            if let tree { return KernelSource(root: tree) }
            level = level.flatMap { folder in
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
                return names.sorted().map { folder.appending(path: $0) }
            }
        }
        return nil
    }

    /// The text of a function's definition with white space folded. System calls are defined by a macro.
    func function(_ name: String, in file: String) throws -> String? {
        let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let prefix = "__do_sys_"
        let call = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
        for start in lines.indices {
            let line = lines[start]
            guard let first = line.first, !first.isWhitespace, !"#/*".contains(first) else { continue }
            let isStart = call.map { line.hasPrefix("SYSCALL_DEFINE") && line.contains("(\($0),") }
            guard isStart ?? Self.mentions(line, name) else { continue }
            // A definition has its opening brace before the next semicolon at the margin; a declaration has not.
            guard let brace = lines[start...].firstIndex(of: "{"), let close = lines[brace...].firstIndex(of: "}"),
                !lines[start..<brace].contains(where: { $0.hasSuffix(";") })
            else { continue }
            return lines[start...close].joined(separator: " ").split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        }
        return nil
    }

    private static func mentions(_ line: Substring, _ name: String) -> Bool {
        guard let range = line.range(of: name + "(") else { return false }
        let before = line[..<range.lowerBound].last
        return before == nil || before == " " || before == "*"
    }
}
