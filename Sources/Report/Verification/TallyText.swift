import Conformance

extension ProgramTally {
    /// `1990 conforms, 10 diverges`
    var verdictsText: String {
        let counts = verdicts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return counts.isEmpty ? "none was run" : counts.joined(separator: ", ")
    }

    /// The calls that were made, the refusals by rule, and which of the known rules no program reached.
    func reached(_ rules: [String], _ style: TextStyle) -> [String] {
        var lines = ProgramTally.columns("calls made", calls, style)
        lines += ProgramTally.columns("refusals by rule", self.rules, style)
        let unreached = rules.filter { self.rules[$0] == nil }
        if !unreached.isEmpty, programs > 0 {
            lines.append("rules that no program reached: \(unreached.joined(separator: ", "))")
        }
        return lines
    }

    private static func columns(_ title: String, _ counts: [String: Int], _ style: TextStyle) -> [String] {
        guard !counts.isEmpty else { return [] }
        let items = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        var lines = [style.aside(title)]
        var line = " "
        for item in items {
            if line.count + item.count > 110 {
                lines.append(line)
                line = " "
            }
            line += " \(item) ·"
        }
        lines.append(String(line.dropLast(2)))
        return lines
    }
}
