/// A plot of whole numbers over the moments of a run, as one SVG element.
///
/// It is readable in print, on a light and on a dark page: colours follow the reader's colour scheme, and no series is
/// told from another by colour alone (a prediction is a broad line, an observation a row of rings upon it).
public struct LinePlot: Sendable {
    /// How a series is drawn.
    public enum Style: Hashable, Sendable {
        /// A broad line.
        case predicted
        /// Rings.
        case observed
        /// One of several lines, told from the others by dashes, width and colour: 0 up to ``LinePlot/mostVariants``. Each is
        /// thinner than those before it, so that lines which run together all show.
        case variant(Int)

        var isVariant: Bool { if case .variant = self { true } else { false } }
    }

    /// How many variants can be told from each other.
    public static let mostVariants = 6

    /// A named sequence of values, one for each moment.
    public struct Series: Sendable {
        /// What the legend says.
        public var name: String
        /// How it is drawn.
        public var style: Style
        /// The value at moment 0, 1, 2…; nil leaves a gap.
        public var values: [Int?]

        /// Makes a series.
        public init(name: String, style: Style, values: [Int?]) {
            self.name = name
            self.style = style
            self.values = values
        }
    }

    /// A horizontal line at a limit.
    public struct Limit: Sendable {
        /// What stands beside the line.
        public var label: String
        /// Where it is.
        public var value: Int

        /// Makes a limit.
        public init(label: String, value: Int) {
            self.label = label
            self.value = value
        }
    }

    /// What the plot shows, in one line.
    public var title: String
    /// What a moment is called, for each moment: `start`, `round 1`.
    public var moments: [String]
    /// What is counted: `processes`.
    public var unit: String
    /// What the moments are values of, in a sweep: `pids.max`.
    public var axis: String?
    /// What is drawn.
    public var series: [Series]
    /// The limits among it.
    public var limits: [Limit]

    /// Makes a plot.
    public init(
        title: String,
        moments: [String],
        unit: String,
        axis: String? = nil,
        series: [Series],
        limits: [Limit] = []
    ) {
        self.title = title
        self.moments = moments
        self.unit = unit
        self.axis = axis
        self.series = series
        self.limits = limits
    }

    private static let leastWidth = 760.0
    private static let leastArea = 480.0
    private static let areaHeight = 252.0
    private static let left = 72.0
    private static let bottom = 60.0

    /// About what a text of the plot's font is wide, of which a renderer chooses the face.
    private static func width(of text: String) -> Double { Double(text.count) * 6.8 }

    /// Room beside the axes for the limits' names, and for half of the last moment's.
    private var right: Double {
        let longest = limits.map { LinePlot.width(of: LinePlot.short($0.label)) }.max() ?? 0
        return 24 + max(longest, 24)
    }

    private var width: Double { max(LinePlot.leastWidth, LinePlot.left + LinePlot.leastArea + right) }
    private var end: Double { width - right }
    private var top: Double { 74 + 20 * Double(legendRows.count) }
    private var height: Double { top + LinePlot.areaHeight + LinePlot.bottom }

    /// The series of each row of the legend.
    private var legendRows: [[Series]] {
        var rows: [[Series]] = []
        var used = Double.infinity
        for one in series {
            if used + LinePlot.legendWidth(one) > width {
                rows.append([])
                used = LinePlot.left
            }
            rows[rows.count - 1].append(one)
            used += LinePlot.legendWidth(one)
        }
        return rows
    }

    private static func legendWidth(_ one: Series) -> Double { 58 + width(of: short(one.name)) }

    /// What there is no room for in any plot is left out in the middle.
    private static func short(_ text: String) -> String {
        text.count <= 64 ? text : "\(text.prefix(24))…\(text.suffix(39))"
    }

    /// The SVG text. It stands alone as a file and inside a page alike.
    public func svg() -> String {
        let highest = max(1, (series.flatMap(\.values).compactMap { $0 } + limits.map(\.value)).max() ?? 1)
        let step = LinePlot.niceStep(covering: highest)
        let ceiling = (highest + step - 1) / step * step
        var parts: [String] = []
        parts.append(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(text(width)) \(text(height))" \
            role="img" class="kernaut-plot" font-family="system-ui, sans-serif" font-size="12">
            <title>\(escaped(title))</title>
            \(LinePlot.stylesheet)
            <rect class="ground" width="100%" height="100%"/>
            <text class="title" x="\(text(LinePlot.left))" y="24" font-size="15">\(escaped(title))</text>
            """
        )
        parts.append(legend())
        parts.append(axes(ceiling: ceiling, step: step))
        parts.append(limitLines(ceiling: ceiling))
        for one in series where one.style == .predicted { parts.append(line(one, ceiling: ceiling)) }
        for one in series where one.style.isVariant { parts.append(line(one, ceiling: ceiling)) }
        for one in series where one.style == .observed { parts.append(rings(one, ceiling: ceiling)) }
        parts.append("</svg>")
        return parts.joined(separator: "\n") + "\n"
    }

    /// 1, 2 or 5 times a power of ten, so that five to ten lines cover `highest`.
    static func niceStep(covering highest: Int) -> Int {
        var power = 1
        while true {
            for factor in [1, 2, 5] where highest <= power * factor * 8 { return power * factor }
            power *= 10
        }
    }

    private func x(_ moment: Int) -> Double {
        let count = max(1, moments.count - 1)
        return LinePlot.left + (end - LinePlot.left) * Double(moment) / Double(count)
    }

    private func y(_ value: Int, _ ceiling: Int) -> Double {
        top + LinePlot.areaHeight * (1 - Double(value) / Double(ceiling))
    }

    private func legend() -> String {
        var parts: [String] = []
        for (row, shown) in legendRows.enumerated() {
            let y = 45 + 20 * row
            var at = LinePlot.left
            for one in shown {
                let sample =
                    one.style == .observed
                    ? "<circle class=\"observed\" cx=\"\(text(at + 13))\" cy=\"\(y)\" r=\"4\"/>"
                    : "<line class=\"\(LinePlot.lineClass(one.style))\" x1=\"\(text(at))\" y1=\"\(y)\" "
                        + "x2=\"\(text(at + 26))\" y2=\"\(y)\"/>"
                parts.append(
                    sample + "<text x=\"\(text(at + 34))\" y=\"\(y + 4)\">\(escaped(LinePlot.short(one.name)))</text>"
                )
                at += LinePlot.legendWidth(one)
            }
        }
        return parts.joined(separator: "\n")
    }

    private func axes(ceiling: Int, step: Int) -> String {
        var parts: [String] = []
        for value in stride(from: 0, through: ceiling, by: step) {
            let height = text(y(value, ceiling))
            parts.append(
                "<line class=\"grid\" x1=\"\(text(LinePlot.left))\" x2=\"\(text(end))\" y1=\"\(height)\" y2=\"\(height)\"/>"
                    + "<text class=\"tick\" text-anchor=\"end\" x=\"\(text(LinePlot.left - 8))\" "
                    + "y=\"\(text(y(value, ceiling) + 4))\">\(value)</text>"
            )
        }
        // As many as fit under the axis without touching.
        let widest = moments.map(LinePlot.width(of:)).max() ?? 0
        let room = (end - LinePlot.left) / Double(max(1, moments.count - 1))
        let every = max(1, Int(((widest + 10) / room).rounded(.up)))
        let base = top + LinePlot.areaHeight
        for (moment, name) in moments.enumerated() where moment % every == 0 {
            parts.append(
                "<text class=\"tick\" text-anchor=\"middle\" x=\"\(text(x(moment)))\" "
                    + "y=\"\(text(base + 20))\">\(escaped(name))</text>"
            )
        }
        if let axis {
            parts.append(
                "<text class=\"tick\" text-anchor=\"middle\" x=\"\(text((LinePlot.left + end) / 2))\" "
                    + "y=\"\(text(base + 42))\">\(escaped(axis))</text>"
            )
        }
        parts.append(
            "<text class=\"tick\" x=\"16\" y=\"\(text(top - 16))\">\(escaped(unit))</text>"
        )
        return parts.joined(separator: "\n")
    }

    private func limitLines(ceiling: Int) -> String {
        // Labels of limits that lie close together would cover each other: each keeps a line's distance from the last.
        var lowest = Double.infinity
        return limits.sorted { $0.value > $1.value }.reversed().map { limit in
            let height = y(limit.value, ceiling)
            let label = min(height + 4, lowest - 14)
            lowest = label
            return "<line class=\"limit\" x1=\"\(text(LinePlot.left))\" x2=\"\(text(end))\" y1=\"\(text(height))\" "
                + "y2=\"\(text(height))\"/>"
                + "<text class=\"limit-label\" x=\"\(text(end + 8))\" y=\"\(text(label))\">"
                + "\(escaped(LinePlot.short(limit.label)))</text>"
        }.joined(separator: "\n")
    }

    private func line(_ one: Series, ceiling: Int) -> String {
        var path = ""
        var drawing = false
        for (moment, value) in one.values.enumerated() {
            guard let value else {
                drawing = false
                continue
            }
            path += "\(drawing ? "L" : "M")\(text(x(moment))) \(text(y(value, ceiling))) "
            drawing = true
        }
        return "<path class=\"\(LinePlot.lineClass(one.style))\" fill=\"none\" d=\"\(path)\"/>"
    }

    private static func lineClass(_ style: Style) -> String {
        if case .variant(let number) = style { "variant v\(number % mostVariants)" } else { "predicted" }
    }

    private func rings(_ one: Series, ceiling: Int) -> String {
        one.values.enumerated().compactMap { moment, value in
            value.map { value in
                let where_ = "cx=\"\(text(x(moment)))\" cy=\"\(text(y(value, ceiling)))\""
                let name = moment < moments.count ? moments[moment] : "\(moment)"
                return
                    "<circle class=\"observed\" \(where_) r=\"4\"><title>\(escaped("\(name): \(value)"))</title></circle>"
            }
        }.joined(separator: "\n")
    }

    private func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static let stylesheet = """
        <style>
        .kernaut-plot .ground { fill: #fff; }
        .kernaut-plot text { fill: #1b1f24; }
        .kernaut-plot .tick { fill: #57606a; }
        .kernaut-plot .grid { stroke: #d8dee4; stroke-width: 1; }
        .kernaut-plot .limit { stroke: #b42318; stroke-width: 1.2; stroke-dasharray: 6 4; }
        .kernaut-plot .limit-label { fill: #b42318; }
        .kernaut-plot .predicted { stroke: #4a8fd4; stroke-width: 7; stroke-linejoin: round; stroke-linecap: round; }
        .kernaut-plot .observed { fill: #fff; stroke: #0b3d78; stroke-width: 2; }
        .kernaut-plot .variant { stroke-linejoin: round; }
        .kernaut-plot .v0 { stroke: #0b5cad; stroke-width: 8; }
        .kernaut-plot .v1 { stroke: #b35900; stroke-width: 6; stroke-dasharray: 16 9; }
        .kernaut-plot .v2 { stroke: #1a7f37; stroke-width: 4.6; stroke-dasharray: 5 6; }
        .kernaut-plot .v3 { stroke: #8250df; stroke-width: 3.4; stroke-dasharray: 14 5 4 5; }
        .kernaut-plot .v4 { stroke: #bf3989; stroke-width: 2.4; stroke-dasharray: 7 4; }
        .kernaut-plot .v5 { stroke: #1b1f24; stroke-width: 1.6; stroke-dasharray: 2 5; }
        @media (prefers-color-scheme: dark) {
        .kernaut-plot .v0 { stroke: #79b8ff; }
        .kernaut-plot .v1 { stroke: #ffb870; }
        .kernaut-plot .v2 { stroke: #7ee787; }
        .kernaut-plot .v3 { stroke: #d2a8ff; }
        .kernaut-plot .v4 { stroke: #ff9bce; }
        .kernaut-plot .v5 { stroke: #f0f3f6; }
        .kernaut-plot .ground { fill: #12161c; }
        .kernaut-plot text { fill: #e6edf3; }
        .kernaut-plot .tick { fill: #9aa5b1; }
        .kernaut-plot .grid { stroke: #2b333d; }
        .kernaut-plot .limit { stroke: #ff8a7a; }
        .kernaut-plot .limit-label { fill: #ff8a7a; }
        .kernaut-plot .predicted { stroke: #2f6db3; }
        .kernaut-plot .observed { fill: #12161c; stroke: #cfe3fb; }
        }
        </style>
        """
}
