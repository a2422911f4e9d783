import Failure
import Mustache

extension Page {
    /// The page as one HTML file that needs no other: no script, no font, no picture from elsewhere.
    public func html() throws -> String {
        do {
            return try MustacheTemplate(string: Page.template).render(self)
        } catch {
            throw Failure(.internalFault, "the report's template could not be read: \(error)")
        }
    }

    private static let template = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}}</title>
        <style>
        \(stylesheet)
        </style>
        </head>
        <body>
        <header>
        <h1>{{title}}</h1>
        <p class="lead">{{lead}}</p>
        <dl>{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        <nav>{{#sections}}<a href="#{{anchor}}">{{title}}</a>{{/sections}}</nav>
        </header>
        <main>
        {{#sections}}
        <section id="{{anchor}}">
        <h2>{{title}}</h2>
        <p class="lead">{{lead}}</p>
        {{#blocks}}
        {{#text}}<p>{{.}}</p>{{/text}}
        {{#table}}<div class="wide"><table>
        <thead><tr>{{#headers}}<th>{{.}}</th>{{/headers}}</tr></thead>
        <tbody>{{#rows}}<tr>{{#cells}}<td class="{{look}}">{{text}}</td>{{/cells}}</tr>{{/rows}}</tbody>
        </table></div>{{/table}}
        {{#excerpt}}<figure><figcaption><code>{{place}}</code> {{caption}}</figcaption>
        <pre>{{#lines}}<span class="{{look}}"><b>{{number}}</b>{{text}}</span>{{/lines}}</pre></figure>{{/excerpt}}
        {{#figure}}<figure>{{{svg}}}<figcaption>{{caption}}</figcaption></figure>{{/figure}}
        {{/blocks}}
        </section>
        {{/sections}}
        </main>
        </body>
        </html>
        """

    private static let stylesheet = """
        :root { --ground: #fff; --ink: #1b1f24; --quiet: #57606a; --edge: #d8dee4; --soft: #f6f8fa; --link: #0b5cad;
          --good: #146c2e; --bad: #b42318; --mark: #fff3c4; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #12161c; --ink: #e6edf3; --quiet: #9aa5b1; --edge: #2b333d; --soft: #1a2029; --link: #79b8ff;
            --good: #6fdd8b; --bad: #ff8a7a; --mark: #3d3416; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
        header, main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem; }
        header { border-bottom: 1px solid var(--edge); }
        h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .3rem; }
        .lead { color: var(--quiet); margin: 0 0 1rem; max-width: 48rem; }
        dl { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: 0 0 1rem; }
        dt { color: var(--quiet); font-size: .78rem; } dd { margin: 0; font-size: .92rem; }
        nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; font-size: .92rem; } nav a { color: var(--link); }
        .wide { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { text-align: left; vertical-align: top; white-space: pre-line; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--edge); }
        th { color: var(--quiet); font-weight: 600; }
        td.code, code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .84rem; }
        td.number { font-variant-numeric: tabular-nums; }
        td.good { color: var(--good); font-weight: 600; } td.bad { color: var(--bad); font-weight: 600; }
        figure { margin: 1.2rem 0; } figcaption { color: var(--quiet); font-size: .88rem; margin: .3rem 0; }
        pre { background: var(--soft); border: 1px solid var(--edge); border-radius: 6px; padding: .7rem 0; margin: .3rem 0;
          overflow-x: auto; tab-size: 8; line-height: 1.45; }
        pre span { display: block; padding: 0 .9rem; min-width: max-content; } pre span.marked { background: var(--mark); }
        pre b { display: inline-block; width: 3.2rem; color: var(--quiet); font-weight: 400; user-select: none; }
        svg { max-width: 100%; height: auto; border: 1px solid var(--edge); border-radius: 6px; }
        @media print { nav { display: none; } pre, .wide { overflow: visible; } section { break-inside: avoid-page; } }
        """
}
