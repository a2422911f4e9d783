import Failure
import KernelABI
import Scenario

/// Reads the key `expect` at the file's top: the state after the last step.
struct FinalReader {
    private let cgroups: [CgroupPath]

    init(_ cgroups: [CgroupPath]) { self.cgroups = cgroups }

    func read(_ value: Value) throws(Failure) -> [Expectation] {
        let fields = try value.fields("expect")
        try fields.require(Grammar.final)
        var expectations: [Expectation] = []
        if let living = fields["living"] {
            expectations.append(.living(try living.number("living", in: 0...Int(PidsLimit.largest))))
        }
        guard let cgroups = fields["cgroups"] else { return expectations }
        for entry in try cgroups.fields("cgroups").entries {
            guard let path = CgroupPath(entry.key), self.cgroups.contains(path) else {
                let nearest = NearestName.of(entry.key, among: self.cgroups.map(\.description))
                throw Failure(
                    .badInput,
                    "neither the world nor a step has a cgroup \(entry.key)",
                    at: "\(value.path):\(entry.line)",
                    remedy: nearest.map { "did you mean \($0)?" }
                )
            }
            let counters = try entry.value.fields("cgroup \(path)")
            try counters.require(Grammar.counters)
            for counter in counters.entries {
                guard let file = Expectation.CounterFile(rawValue: counter.key) else {
                    preconditionFailure("the grammar has a file that is not read: \(counter.key)")
                }
                let expected: PidsLimit =
                    file == .max
                    ? try counter.value.pidsLimit(counter.key)
                    : .limited(try counter.value.number(counter.key, in: 0...Int64(Int32.max)))
                expectations.append(.counter(path, file, expected))
            }
        }
        return expectations
    }
}
