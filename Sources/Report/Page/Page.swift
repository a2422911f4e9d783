/// A self-contained report page, as values. ``html()`` renders it.
public struct Page: Sendable {
    /// The heading of the page.
    public var title: String
    /// One or two sentences below it.
    public var lead: String
    /// What the page rests on: kernel, configuration, versions.
    public var facts: [Fact]
    /// The parts, in order.
    public var sections: [Section]

    /// Makes a page.
    public init(title: String, lead: String, facts: [Fact], sections: [Section] = []) {
        self.title = title
        self.lead = lead
        self.facts = facts
        self.sections = sections
    }

    /// A name and its value.
    public struct Fact: Sendable {
        /// What it is.
        public var name: String
        /// Its value.
        public var value: String

        /// Makes a fact.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A part of the page.
    public struct Section: Sendable {
        /// The anchor that the table of contents uses: ASCII letters and `-`.
        public var anchor: String
        /// Its heading.
        public var title: String
        /// What the reader sees here, in a sentence or two.
        public var lead: String
        /// Its content, in order.
        public var blocks: [Block]

        /// Makes a section.
        public init(anchor: String, title: String, lead: String, blocks: [Block]) {
            self.anchor = anchor
            self.title = title
            self.lead = lead
            self.blocks = blocks
        }
    }

    /// One piece of content; exactly one member is set.
    public struct Block: Sendable {
        var text: String?
        var table: Table?
        var excerpt: Excerpt?
        var figure: Figure?

        /// A paragraph.
        public static func text(_ text: String) -> Block { Block(text: text) }
        /// A table.
        public static func table(_ table: Table) -> Block { Block(table: table) }
        /// A piece of source.
        public static func excerpt(_ excerpt: Excerpt) -> Block { Block(excerpt: excerpt) }
        /// A picture: SVG text, taken as it is, and its caption.
        public static func figure(svg: String, caption: String) -> Block {
            Block(figure: Figure(svg: svg, caption: caption))
        }
    }

    /// A picture with its caption.
    struct Figure: Sendable {
        var svg: String
        var caption: String
    }

    /// Rows of cells under headers.
    public struct Table: Sendable {
        /// The columns' names.
        public var headers: [String]
        /// The rows.
        public var rows: [Row]

        /// Makes a table.
        public init(headers: [String], rows: [[Cell]]) {
            self.headers = headers
            self.rows = rows.map(Row.init)
        }
    }

    /// One row of a table.
    public struct Row: Sendable {
        /// Its cells.
        public var cells: [Cell]

        init(_ cells: [Cell]) { self.cells = cells }
    }

    /// One cell of a table.
    public struct Cell: Sendable {
        /// How a cell looks.
        public enum Look: String, Sendable {
            /// Prose.
            case plain
            /// Names, paths, code.
            case code
            /// A number, set to the right.
            case number
            /// A verdict that is good.
            case good
            /// A verdict that is bad.
            case bad
        }

        /// What it says.
        public var text: String
        /// How it looks, as the style sheet's class.
        public var look: String

        /// Makes a cell.
        public init(_ text: String, _ look: Look = .plain) {
            self.text = text
            self.look = look.rawValue
        }
    }

    /// A piece of source, read from the tree when the page was made.
    public struct Excerpt: Sendable {
        /// Where it stands: `kernel/cgroup/pids.c:148`.
        public var place: String
        /// Why it is shown.
        public var caption: String
        /// Its lines.
        public var lines: [Line]

        /// Makes an excerpt of text that starts at line `first`, with some lines marked.
        public init(file: String, first: Int, text: [String], marked: Set<Int> = [], caption: String) {
            place = "\(file):\(marked.min() ?? first)"
            self.caption = caption
            lines = text.enumerated().map { index, text in
                Line(number: first + index, text: text, look: marked.contains(first + index) ? "marked" : "line")
            }
        }
    }

    /// A line of source.
    public struct Line: Sendable {
        var number: Int
        var text: String
        var look: String
    }
}
