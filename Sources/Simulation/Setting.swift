public import Failure
import KernelABI
public import Scenario

/// A change of one number in a program, as `--set` has it: `/box/app:pids.max=50`, `bomb:rounds=4`, `rounds=4`,
/// `shell:nproc=10`. Without a subject, `pids.max=50` is the nearest limit above the program's bomb, and `nproc=10` the
/// bomb's own.
public struct Setting: Hashable, Sendable {
    /// What can be set.
    private enum Key: Hashable {
        case pidsMax(CgroupPath?)
        case rounds(of: TaskName?)
        case nproc(TaskName?)
    }

    private let text: String
    private let key: Key
    private let value: String

    /// Reads a setting.
    ///
    /// - Throws: `Failure` with status `usage` for a text that is no setting.
    public init(_ text: String) throws(Failure) {
        self.text = text
        guard let equals = text.lastIndex(of: "=") else { throw Setting.unknown(text) }
        value = String(text[text.index(after: equals)...])
        let name = text[..<equals]
        let withoutSubject: [Substring: Key] = [
            "rounds": .rounds(of: nil), "pids.max": .pidsMax(nil), "nproc": .nproc(nil),
        ]
        if let known = withoutSubject[name] {
            key = known
            return
        }
        guard let colon = name.lastIndex(of: ":") else { throw Setting.unknown(text) }
        let subject = name[..<colon]
        switch (name[name.index(after: colon)...], CgroupPath(subject), TaskName(subject)) {
        case ("pids.max", let path?, _): key = .pidsMax(path)
        case ("rounds", _, let task?): key = .rounds(of: task)
        case ("nproc", _, let task?): key = .nproc(task)
        default: throw Setting.unknown(text)
        }
    }

    /// The program with the change.
    ///
    /// - Throws: `Failure` with status `usage` where the program has no such place, or the value does not fit it.
    public func applied(to program: Program) throws(Failure) -> Program {
        var program = program
        switch key {
        case .pidsMax(let given):
            let path = if let given { given } else { try nearestLimit(in: program) }
            guard let index = program.world.cgroups.firstIndex(where: { $0.path == path }) else {
                throw nothing(
                    "the program has no cgroup \(path)",
                    "it has",
                    program.world.cgroups.map(\.path.description)
                )
            }
            guard let limit = PidsLimit(value) else {
                throw unfit("pids.max is max or a number from 0 to \(PidsLimit.largest)")
            }
            program.world.cgroups[index].pidsMax = limit
        case .rounds(let task):
            guard let rounds = Int(value), rounds >= 0 else { throw unfit("rounds is a number from 0") }
            var found = false
            for (index, step) in program.steps.enumerated() {
                guard case .bomb(let bomber, _, let workload) = step.action, task == nil || task == bomber else {
                    continue
                }
                program.steps[index].action = .bomb(bomber, rounds: rounds, workload: workload)
                found = true
            }
            guard found else { throw nothing("the program has no such bomb", "its bombs are", bombers(of: program)) }
        case .nproc(let given):
            let task = if let given { given } else { try onlyBomb(in: program) }
            guard let index = program.world.tasks.firstIndex(where: { $0.name == task }) else {
                throw nothing(
                    "the program starts with no task \(task)",
                    "it has",
                    program.world.tasks.map(\.name.description)
                )
            }
            guard let nproc = UInt64(value) else { throw unfit("nproc is a number from 0") }
            program.world.tasks[index].nproc = nproc
        }
        return program
    }

    private func onlyBomb(in program: Program) throws(Failure) -> TaskName {
        let names = Set(bombers(of: program))
        guard names.count == 1, let name = names.first.flatMap({ TaskName($0) }) else {
            throw nothing("whose it is has to be said: there is not just one bomb", "its bombs are", names.sorted())
        }
        return name
    }

    /// The cgroup whose `pids.max` the program's bomb comes to first, if no other is lower.
    private func nearestLimit(in program: Program) throws(Failure) -> CgroupPath {
        let bomb = try onlyBomb(in: program)
        var path = program.world.tasks.first { $0.name == bomb }?.cgroup
        while let current = path {
            if let setup = program.world.cgroups.first(where: { $0.path == current }), setup.pidsMax != .max {
                return current
            }
            path = current.parent
        }
        throw nothing(
            "no cgroup above \(bomb) has a pids.max",
            "say which: the program has",
            program.world.cgroups.map(\.path.description)
        )
    }

    private func bombers(of program: Program) -> [String] {
        program.steps.compactMap { step in
            if case .bomb(let task, _, _) = step.action { task.description } else { nil }
        }
    }

    private static func unknown(_ text: String) -> Failure {
        Failure(
            .usage,
            "nothing can be set by '\(text)'",
            at: "--set",
            remedy: "write /CGROUP:pids.max=N, TASK:nproc=N or TASK:rounds=N, with N also as 50..500:50 or 1,2,5"
        )
    }

    private func nothing(_ what: String, _ remedy: String, _ names: [String]) -> Failure {
        Failure(
            .usage,
            what,
            at: "--set \(text)",
            remedy: names.isEmpty ? "\(remedy) none" : "\(remedy) \(names.joined(separator: ", "))"
        )
    }

    private func unfit(_ what: String) -> Failure { Failure(.usage, what, at: "--set \(text)") }
}
