public import Failure
import Scenario

/// Finds a short program that still shows what a long one showed.
///
/// Parts are left out, half of the steps at first and single ones at last, then processes and cgroups that nothing needs
/// any more, as long as the kernel's answer still differs from the prediction.
public struct Shrinker: Sendable {
    private let verifier: Verifier
    private let lane: Int
    /// How many programs may be run in all.
    private static let mostRuns = 2_000

    /// A shrinker that asks a kernel.
    public init(_ observer: any KernelObserver, lane: Int = 0) {
        verifier = Verifier(observer)
        self.lane = lane
    }

    /// The shortest program that was found, verified; the program itself where nothing shorter shows the same.
    public func shrink(_ verification: Verification) async throws(Failure) -> Verification {
        var best = verification
        var runs = 0
        while runs < Shrinker.mostRuns {
            let candidates = best.program.shorter
            guard !candidates.isEmpty else { return best }
            guard let found = try await firstFailing(candidates, verification.verdict, &runs) else { return best }
            best = found
        }
        return best
    }

    private func firstFailing(
        _ candidates: [Program],
        _ verdict: Verdict,
        _ runs: inout Int
    ) async throws(Failure) -> Verification? {
        // A few at a time: what comes first leaves most away.
        var rest = candidates[...]
        while !rest.isEmpty {
            let some = rest.prefix(8)
            rest = rest.dropFirst(8)
            // A program that makes no sense any more is none.
            let sensible = try await sensible(Array(some))
            runs += sensible.count
            let seen = try await verifier.verify(sensible.map { VerificationCase($0) }, lane: lane)
            if let found = seen.first(where: { $0.verdict.name == verdict.name }) { return found }
        }
        return nil
    }

    private func sensible(_ programs: [Program]) async throws(Failure) -> [Program] {
        var kept: [Program] = []
        for program in programs where try await verifier.isSensible(program) { kept.append(program) }
        return kept
    }
}

extension Program {
    /// Programs that leave something away, the boldest first.
    fileprivate var shorter: [Program] {
        var found: [Program] = []
        var size = steps.count / 2
        while size > 0 {
            for start in stride(from: 0, to: steps.count, by: size) {
                found.append(without(steps: start..<min(start + size, steps.count)))
            }
            size /= 2
        }
        for index in world.tasks.indices where world.tasks.count > 1 {
            var program = self
            let name = program.world.tasks.remove(at: index).name
            found.append(program.droppingSteps(of: [name]))
        }
        for setup in world.cgroups { found.append(without(cgroup: setup.path)) }
        for index in steps.indices {
            guard case .bomb(let task, let rounds, let workload) = steps[index].action, rounds > 1 else { continue }
            var program = self
            program.steps[index].action = .bomb(task, rounds: rounds - 1, workload: workload)
            found.append(program)
        }
        return found.filter { $0 != self }
    }

    private func without(steps range: Range<Int>) -> Program {
        var program = self
        program.steps.removeSubrange(range)
        return program.droppingSteps(of: Set(steps[range].compactMap(\.action.namedChild)))
    }

    /// Leaves out every step that names one of these processes, and the processes that only those steps made.
    private func droppingSteps(of names: Set<TaskName>) -> Program {
        var program = self
        var gone = names
        program.steps = steps.filter { step in
            guard !step.action.names.isDisjoint(with: gone) else { return true }
            if let child = step.action.namedChild { gone.insert(child) }
            return false
        }
        // What nobody opens any more is not there to be closed or entered.
        let opened = Set(program.steps.compactMap(\.action.openedFile))
        program.steps.removeAll { $0.action.file.map { !opened.contains($0) } ?? false }
        return program
    }

    /// Leaves out a cgroup and those below it; their processes go one level up.
    private func without(cgroup path: CgroupPath) -> Program {
        func isBelow(_ other: CgroupPath) -> Bool { other.components.starts(with: path.components) }
        var program = self
        program.world.cgroups.removeAll { isBelow($0.path) }
        let above = path.parent ?? .root
        for index in program.world.tasks.indices where isBelow(program.world.tasks[index].cgroup) {
            program.world.tasks[index].cgroup = above
        }
        program.steps.removeAll { step in
            switch step.action {
            case .write(let other, _, _), .read(let other, _), .attach(_, let other), .mkdir(let other),
                .rmdir(let other):
                isBelow(other)
            default: false
            }
        }
        return program
    }
}

extension Action {
    /// The name that the step gives to a file.
    fileprivate var openedFile: FileName? { if case .open(_, _, let file) = self { file } else { nil } }

    /// Every process that the step names, the one that it makes included. A bomb's child stands for its bomb.
    fileprivate var names: Set<TaskName> {
        var names: [TaskName?] = [actor, namedChild]
        switch self {
        case .wait(_, let child): names.append(child)
        case .waitCall(_, let call): names.append(call.task)
        case .setns(_, let target, _), .signal(_, let target, _): names.append(target)
        case .open(_, let opened, _): names.append(opened.target)
        case .attach(let task, _), .attachThread(let task, _), .kill(let task): names.append(task)
        case .race(let tasks): names += tasks
        default: break
        }
        return Set(names.compactMap { $0 })
    }
}
