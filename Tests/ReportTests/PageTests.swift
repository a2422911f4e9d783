import Foundation
import Report
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The report's page and its plot, as files that a browser opens.
struct PageTests {
    private func plot(_ values: [Int?], limits: [LinePlot.Limit] = []) -> LinePlot {
        LinePlot(
            title: "a < b & \"c\"",
            moments: values.indices.map { "round \($0)" },
            unit: "processes",
            series: [
                LinePlot.Series(name: "predicted", style: .predicted, values: values),
                LinePlot.Series(name: "observed", style: .observed, values: values),
            ],
            limits: limits
        )
    }

    @Test(arguments: [[], [1], [1, 2, 4, 8, 8], [0, 0, 0], [nil, 3, nil], [4_194_304, 1]])
    func aPlotIsWellFormed(values: [Int?]) throws {
        let svg = plot(values, limits: [LinePlot.Limit(label: "/box <1>", value: 7)]).svg()
        #expect(XMLParser(data: Data(svg.utf8)).parse())
    }

    @Test func aPlotHasARingForEachObservation() {
        let svg = plot([1, 2, nil, 4]).svg()
        #expect(svg.components(separatedBy: "<title>round ").count - 1 == 3)
    }

    @Test func aLongNameOfALimitIsWithinThePicture() throws {
        let label = "/kubepods/burstable/shop/cache pids.max 8"
        let svg = plot([1, 8], limits: [LinePlot.Limit(label: label, value: 8)]).svg()
        let width = try #require(Self.number(in: svg, behind: "viewBox=\"0 0 "))
        let start = try #require(Self.number(in: svg, behind: "<text class=\"limit-label\" x=\""))
        // Seven units a letter, of a font of twelve.
        #expect(start + 7 * Double(label.count) <= width)
    }

    @Test func momentsAreNamedAsFarAsThereIsRoom() {
        let names = plot((0..<60).map { $0 }).svg().components(separatedBy: ">round ").count - 1
        // Each ring has its own name, and a dozen stand below.
        #expect(names < 60 + 15 && names > 60 + 5)
    }

    private static func number(in text: String, behind prefix: String) -> Double? {
        guard let start = text.range(of: prefix)?.upperBound else { return nil }
        return Double(text[start...].prefix { $0.isNumber || $0 == "." })
    }

    @Test func aPlotFollowsTheReadersColours() {
        #expect(plot([1]).svg().contains("prefers-color-scheme: dark"))
    }

    @Test func aPageEscapesWhatItShows() throws {
        let page = Page(
            title: "<script>",
            lead: "a & b",
            facts: [Page.Fact("kernel", "<6.1>")],
            sections: [
                Page.Section(
                    anchor: "x",
                    title: "x",
                    lead: "",
                    blocks: [
                        .text("<b>"), .table(Page.Table(headers: ["<h>"], rows: [[Page.Cell("<td>", .code)]])),
                        .excerpt(Page.Excerpt(file: "a.c", first: 7, text: ["if (a < b)", "x"], caption: "<c>")),
                    ]
                )
            ]
        )
        let html = try page.html()
        for raw in ["<script>", "<b>\n", "<h>", "<c>", "a < b"] { #expect(!html.contains(raw), "\(raw)") }
        #expect(html.contains("&lt;script&gt;"))
    }

    @Test func aPageNeedsNoOtherFile() throws {
        let page = Page(title: "t", lead: "l", facts: [])
        let html = try page.html()
        for reference in ["src=", "href=\"http", "@import", "url("] { #expect(!html.contains(reference)) }
    }

    @Test func anExcerptMarksItsLineAndNumbersAll() throws {
        let excerpt = Page.Excerpt(file: "a.c", first: 7, text: ["one", "two", "three"], marked: [8], caption: "")
        #expect(excerpt.place == "a.c:8")
        let page = Page(
            title: "t",
            lead: "",
            facts: [],
            sections: [Page.Section(anchor: "s", title: "s", lead: "", blocks: [.excerpt(excerpt)])]
        )
        let html = try page.html()
        #expect(html.contains("<span class=\"marked\"><b>8</b>two</span>"))
        #expect(html.contains("<b>9</b>three"))
    }
}
