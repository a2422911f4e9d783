import Foundation
import Testing

@testable import KernelIndex

/// The language server as an editor has it: the real process, over pipes, on a small kernel.
@Suite struct LanguageServerTests {
    static let files = [
        "ops.h": """
        struct css;
        struct subsys {
            int (*can_fork)(struct css *css);
            int flag;
        };
        extern struct subsys pids_subsys;
        #define EAGAIN 11
        """,
        "core.c": """
        #include "ops.h"
        /* Ünïcödé 🚀 */ int subsys_can_fork(struct subsys *ss, struct css *css)
        {
            /* 🚀 */ return ss->can_fork(css);
        }
        int copy(struct css *css)
        {
            pids_subsys.flag = 1;
            return subsys_can_fork(&pids_subsys, css);
        }
        """,
        "pids.c": """
        #include "ops.h"
        static int pids_can_fork(struct css *css) { if (css) return -EAGAIN; return 0; }
        struct subsys pids_subsys = { .can_fork = pids_can_fork };
        """,
    ]

    /// A server for the small kernel that has been greeted.
    private struct Session {
        let sources: IndexedSources
        let server: LanguageServerProcess
        let capabilities: [String: Any]

        init(_ client: [String: Any] = [:], folder: URL? = nil) throws {
            sources = try IndexedSources(LanguageServerTests.files)
            server = try LanguageServerProcess(index: sources.store.path)
            var parameters: [String: Any] = ["capabilities": client]
            if let folder { parameters["rootUri"] = folder.absoluteString }
            let result = try server.result("initialize", parameters)
            capabilities = try #require((result as? [String: Any])?["capabilities"] as? [String: Any])
            try server.notify("initialized", [:])
        }

        func address(_ file: String) -> String { "file://" + sources.tree.appending(path: file).path }

        func at(_ file: String, _ line: Int, _ character: Int) -> [String: Any] {
            ["textDocument": ["uri": address(file)], "position": ["line": line, "character": character]]
        }

        func open(_ file: String, _ text: String, at address: String? = nil) throws {
            let document: [String: Any] = [
                "uri": address ?? self.address(file), "languageId": "c", "version": 1, "text": text,
            ]
            try server.notify("textDocument/didOpen", ["textDocument": document])
        }

        /// `core.c:3:26-34` of a location or link.
        func place(_ location: [String: Any], _ key: String = "range") -> String {
            let uri = location["uri"] as? String ?? ""
            let range = location[key] as? [String: [String: Int]] ?? [:]
            let file = uri.split(separator: "/").last.map(String.init) ?? uri
            let start = range["start"] ?? [:]
            return "\(file):\(start["line"] ?? -1):\(start["character"] ?? -1)-\(range["end"]?["character"] ?? -1)"
        }
    }

    @Test func definitionOfACallIsTheFunctionsName() throws {
        let session = try Session()
        let found = try session.server.list("textDocument/definition", session.at("core.c", 8, 14))
        // UTF-16 unless the client can do better: each rocket is two units.
        #expect(found.map { session.place($0) } == ["core.c:1:21-36"])
        #expect(session.capabilities["positionEncoding"] as? String == "utf-16")
        #expect(try session.server.end() == 0)
    }

    @Test(arguments: [("utf-8", 27, 17), ("utf-16", 21, 15), ("utf-32", 20, 14)])
    func columnsAreInTheUnitsThatWereAgreedOn(encoding: String, defined: Int, dispatched: Int) throws {
        let session = try Session(["general": ["positionEncodings": [encoding, "utf-16"]]])
        #expect(session.capabilities["positionEncoding"] as? String == encoding)
        let found = try session.server.list("textDocument/definition", session.at("core.c", 8, 14))
        #expect(found.map { session.place($0) } == ["core.c:1:\(defined)-\(defined + 15)"])
        let start = dispatched + "return ss->".count - 3
        let member = try session.server.list("textDocument/definition", session.at("core.c", 3, start + 2))
        #expect(member.map { session.place($0) } == ["ops.h:2:10-18"])
    }

    @Test func implementationsOfAMemberAreTheFunctionsStoredInIt() throws {
        let session = try Session()
        let found = try session.server.list("textDocument/implementation", session.at("core.c", 3, 26))
        #expect(found.map { session.place($0) } == ["pids.c:1:11-24"])
    }

    @Test func referencesWithAndWithoutTheDefinition() throws {
        let session = try Session()
        var question = session.at("ops.h", 2, 12)
        question["context"] = ["includeDeclaration": true]
        let all = try session.server.list("textDocument/references", question).map { session.place($0) }
        #expect(all.contains("ops.h:2:10-18") && all.contains("core.c:3:24-32") && all.contains("pids.c:2:31-39"))
        question["context"] = ["includeDeclaration": false]
        #expect(try session.server.list("textDocument/references", question).count == all.count - 1)
    }

    @Test func hoverHasLayoutErrorsAndWhatIsStored() throws {
        let session = try Session()
        func hover(_ file: String, _ line: Int, _ character: Int) throws -> String {
            let result = try session.server.result("textDocument/hover", session.at(file, line, character))
            let contents = (result as? [String: Any])?["contents"] as? [String: Any]
            return contents?["value"] as? String ?? ""
        }
        let record = try hover("ops.h", 1, 8)
        #expect(record.contains("16 bytes") && record.contains("(hole)"))
        #expect(try hover("core.c", 3, 26).contains("pids_can_fork"))
        let function = try hover("pids.c", 1, 13)
        #expect(function.contains("EAGAIN") && function.contains("when `css`"))
        #expect(try hover("ops.h", 6, 9).contains("#define EAGAIN 11"))
        #expect(try session.server.result("textDocument/hover", session.at("core.c", 2, 0)) is NSNull)
    }

    @Test func callHierarchyGoesThroughTheTableOfFunctions() throws {
        let session = try Session()
        let server = session.server
        let prepared = try server.list("textDocument/prepareCallHierarchy", session.at("pids.c", 1, 14))
        let item = try #require(prepared.first)
        #expect(item["name"] as? String == "pids_can_fork")
        let incoming = try server.list("callHierarchy/incomingCalls", ["item": item])
        let caller = try #require(incoming.first?["from"] as? [String: Any])
        #expect(caller["name"] as? String == "subsys_can_fork")
        #expect((caller["detail"] as? String)?.contains("through subsys.can_fork") == true)
        #expect((incoming.first?["fromRanges"] as? [Any])?.count == 1)
        let outgoing = try server.list("callHierarchy/outgoingCalls", ["item": caller])
        #expect(outgoing.compactMap { ($0["to"] as? [String: Any])?["name"] as? String } == ["pids_can_fork"])
        let above = try server.list("callHierarchy/incomingCalls", ["item": caller])
        #expect(above.compactMap { ($0["from"] as? [String: Any])?["name"] as? String } == ["copy"])
        // The member itself: who calls through it, and what is stored there.
        let member = try #require(
            try server.list("textDocument/prepareCallHierarchy", session.at("ops.h", 2, 12)).first
        )
        let stored = try server.list("callHierarchy/outgoingCalls", ["item": member])
        #expect(stored.compactMap { ($0["to"] as? [String: Any])?["name"] as? String } == ["pids_can_fork"])
        #expect(try server.ask("callHierarchy/incomingCalls", ["item": ["name": "x"]])["error"] != nil)
    }

    @Test func symbolsOfADocumentAndOfTheKernel() throws {
        let trees = ["textDocument": ["documentSymbol": ["hierarchicalDocumentSymbolSupport": true]]]
        let session = try Session(trees)
        let document = ["textDocument": ["uri": session.address("ops.h")]]
        let symbols = try session.server.list("textDocument/documentSymbol", document)
        #expect(symbols.compactMap { $0["name"] as? String } == ["subsys", "EAGAIN"])
        let members = symbols[0]["children"] as? [[String: Any]] ?? []
        #expect(members.compactMap { $0["name"] as? String } == ["can_fork", "flag"])
        let found = try session.server.list("workspace/symbol", ["query": "can_fork"])
        #expect(Set(found.compactMap { $0["name"] as? String }).isSuperset(of: ["pids_can_fork", "subsys_can_fork"]))
        #expect(try session.server.list("workspace/symbol", ["query": ""]).isEmpty)
    }

    @Test func aChangedDocumentIsFollowedAroundItsChange() throws {
        let session = try Session()
        let text = Self.files["core.c"]!
        try session.open("core.c", text)
        let lines = ["start": ["line": 1, "character": 0], "end": ["line": 1, "character": 0]]
        try session.server.notify(
            "textDocument/didChange",
            [
                "textDocument": ["uri": session.address("core.c"), "version": 2],
                "contentChanges": [["range": lines, "text": "int new_line;\nint copy_of(void);\n"]],
            ]
        )
        // Two lines further down than in the index, both in the question and in the answer.
        let found = try session.server.list("textDocument/definition", session.at("core.c", 10, 14))
        #expect(found.map { session.place($0) } == ["core.c:3:21-36"])
        // What is new is looked up by its name.
        #expect(try session.server.list("textDocument/definition", session.at("core.c", 1, 5)).isEmpty)
        try session.server.notify(
            "textDocument/didClose",
            ["textDocument": ["uri": session.address("core.c")]]
        )
        let closed = try session.server.list("textDocument/definition", session.at("core.c", 8, 14))
        #expect(closed.map { session.place($0) } == ["core.c:1:21-36"])
    }

    @Test func aFileOfAnotherTreeIsAnsweredFromTheIndexedOne() throws {
        let other = FileManager.default.temporaryDirectory.appending(path: "kernaut-other-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: other) }
        let file = other.appending(path: "pids.c")
        try Data(Self.files["pids.c"]!.utf8).write(to: file)
        let session = try Session(folder: other)
        try session.open("pids.c", Self.files["pids.c"]!, at: file.absoluteString)
        let question: [String: Any] = [
            "textDocument": ["uri": file.absoluteString], "position": ["line": 2, "character": 45],
        ]
        let found = try session.server.list("textDocument/definition", question)
        #expect(found.map { $0["uri"] as? String } == [session.address("pids.c")])
        let logged = session.server.notifications.compactMap { ($0["params"] as? [String: Any])?["message"] as? String }
        #expect(logged.contains { $0.contains("answers are of the indexed source") })
    }

    @Test func aFileThatIsNotIndexedIsLookedUpByNames() throws {
        let session = try Session()
        try session.open("x.c", "int f(void) { return copy(0); }\n", at: "untitled:x.c")
        let question: [String: Any] = [
            "textDocument": ["uri": "untitled:x.c"], "position": ["line": 0, "character": 22],
        ]
        let found = try session.server.list("textDocument/definition", question)
        #expect(found.map { session.place($0) } == ["core.c:5:4-8"])
        #expect(try session.server.list("textDocument/documentSymbol", question).isEmpty)
    }

    @Test func whatIsNoMessageIsAnErrorAndTheServerGoesOn() throws {
        let session = try Session()
        let server = session.server
        for (text, code) in [
            ("Content-Length: 5\r\n\r\n{oops", -32700), ("Content-Length: x\r\n\r\n", -32700),
            ("Hello: you\n\n", -32700),
            ("Content-Length: 2\r\n\r\n[]", -32600), ("Content-Length: 4\r\n\r\nnull", -32600),
            ("Content-Length: 21\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\"", -32700),
            ("Content-Length: 8\r\n\r\n{\"id\":1}", -32600),
            ("Content-Length: 0\r\n\r\n", -32700), ("Content-Length: 99999999999999999999\r\n\r\n", -32700),
            ("Content-Length: 19\r\n\r\n{\"id\":[],\"method\":1", -32700),
        ] {
            try server.send(raw: text)
            #expect(try server.nextErrorCode() == code, "\(text)")
        }
        func code(_ answer: [String: Any]) -> Int? { (answer["error"] as? [String: Any])?["code"] as? Int }
        #expect(code(try server.ask("textDocument/unheardOf")) == -32601)
        #expect(code(try server.ask("textDocument/definition", ["position": "here"])) == -32602)
        #expect(code(try server.ask("initialize")) == -32600)
        try server.notify("$/unheardOf", [:])
        try server.notify("textDocument/didChange", ["contentChanges": 5])
        for place in [(-5, -5), (1_000_000, 0), (0, 1_000_000), (Int.max, Int.max)] {
            #expect(try server.ask("textDocument/definition", session.at("core.c", place.0, place.1))["result"] != nil)
        }
        let deep = String(repeating: "[", count: 100_000)
        try server.send(raw: "Content-Length: \(deep.utf8.count)\r\n\r\n\(deep)")
        #expect(try server.nextErrorCode() == -32700)
        #expect(try server.end() == 0)
    }

    @Test func questionsBeforeTheGreetingAndAfterTheEndAreRefused() throws {
        let sources = try IndexedSources(Self.files)
        let server = try LanguageServerProcess(index: sources.store.path)
        func code(_ answer: [String: Any]) -> Int? { (answer["error"] as? [String: Any])?["code"] as? Int }
        #expect(code(try server.ask("textDocument/hover")) == -32002)
        _ = try server.result("initialize", ["capabilities": [:]])
        _ = try server.ask("shutdown")
        #expect(code(try server.ask("textDocument/hover")) == -32600)
        #expect(try server.hangUp() == 1)
    }

    @Test func aClientThatHangsUpEndsTheServer() throws {
        let session = try Session()
        #expect(try session.server.hangUp() == 1)
    }

    @Test func anIndexThatIsReplacedIsOpenedAgain() throws {
        let session = try Session()
        let other = try IndexedSources(["new.c": "int brand_new(void) { return 0; }\n"])
        let database = URL(filePath: session.sources.store.path)
        #expect(try session.server.list("workspace/symbol", ["query": "brand_new"]).isEmpty)
        let copy = database.deletingLastPathComponent().appending(path: "copy.sqlite")
        try FileManager.default.copyItem(at: URL(filePath: other.store.path), to: copy)
        #expect(rename(copy.path, database.path) == 0)
        #expect(try session.server.list("workspace/symbol", ["query": "brand_new"]).count == 1)
    }
}
