import Failure
import Scenario

extension Fields {
    /// How a bomb goes about forking.
    func bombWorkload() throws(Failure) -> BombWorkload {
        var workload = BombWorkload.binary
        if let value = self["workload"] {
            guard value.isWord("linear") || value.isWord("binary") else {
                throw value.failure("workload is binary (everybody forks) or linear (the first one does)")
            }
            workload.isLinear = value.isWord("linear")
        }
        if let value = self["lifetime"] {
            workload.lifetime = try value.number("lifetime", in: 0...StepsReader.mostRounds)
        }
        if let value = self["reaps"] {
            guard value.isWord("true") || value.isWord("false") else {
                throw value.failure("reaps is true or false")
            }
            workload.reaps = value.isWord("true")
        }
        if let value = self["on-refusal"] {
            guard let found = BombWorkload.OnRefusal(rawValue: try value.text("on-refusal")) else {
                throw value.failure("on-refusal is retry, give-up or exit")
            }
            workload.onRefusal = found
        }
        return workload
    }
}
