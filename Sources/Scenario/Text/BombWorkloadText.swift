extension BombWorkload {
    /// What follows the number of rounds: nothing, or `, linear, lifetime 2, unreaped, on refusal exit`.
    var text: String {
        var parts: [String] = []
        if isLinear { parts.append("linear") }
        if let lifetime { parts.append("lifetime \(lifetime)") }
        if !reaps { parts.append("unreaped") }
        if onRefusal != .retry { parts.append("on-refusal \(onRefusal.rawValue)") }
        return parts.map { ", " + $0 }.joined()
    }
}

extension TextCursor {
    /// What follows a bomb's number of rounds.
    mutating func workload() throws(TextError) -> BombWorkload {
        var workload = BombWorkload.binary
        while skip(",") {
            if skip("linear") {
                workload.isLinear = true
            } else if skip("lifetime") {
                workload.lifetime = Int(try number("a number of rounds") as UInt32)
            } else if skip("unreaped") {
                workload.reaps = false
            } else if skip("on-refusal") {
                workload.onRefusal = try value("retry, give-up or exit") { BombWorkload.OnRefusal(rawValue: $0) }
            } else {
                throw error(expected: "one of linear, lifetime, unreaped, on-refusal")
            }
        }
        return workload
    }
}
