import Simulation

/// Times and rates for people: three digits that count, with a unit.
enum TimeText {
    /// `350 ns`, `41.2 µs`, `187 ms`, `2.51 s`
    static func duration(_ nanoseconds: Double) -> String {
        let units: [(size: Double, name: String)] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")]
        // Just below a unit, rounding would make it 1000 of the smaller one.
        guard let unit = units.first(where: { nanoseconds >= $0.size * 0.9995 }) else {
            return "\(Int(nanoseconds.rounded())) ns"
        }
        return "\(digits(nanoseconds / unit.size)) \(unit.name)"
    }

    /// `187 ms (171 ms … 203 ms)`
    static func duration(_ estimate: Estimate) -> String {
        "\(duration(estimate.middle)) (\(duration(estimate.low)) … \(duration(estimate.high)))"
    }

    /// `13,200 (12,900 … 13,600)`
    static func rate(_ estimate: Estimate) -> String {
        "\(rate(estimate.middle)) (\(rate(estimate.low)) … \(rate(estimate.high)))"
    }

    /// A number of things in a second, to three digits: `13,200`
    static func rate(_ number: Double) -> String {
        guard number >= 1, number < 1e15 else { return digits(number) }
        var scale = 1.0
        while number / scale >= 1000 { scale *= 10 }
        return grouped(Int((number / scale).rounded() * scale))
    }

    /// `0.87`
    static func ratio(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    /// `41.2`, `187`, `2.51`
    private static func digits(_ number: Double) -> String {
        let decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0
        let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
        let whole = Int((number * scale).rounded())
        guard decimals > 0 else { return "\(whole)" }
        let fraction = String(whole % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    static func grouped(_ number: Int) -> String {
        var text = String(number)
        var place = text.count - 3
        while place > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return text
    }
}
