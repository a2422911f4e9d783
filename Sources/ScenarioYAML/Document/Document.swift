import Failure
import Foundation
import Yams

/// A YAML document that is safe to walk: bounded, without anchors and aliases, a mapping at its top.
struct Document {
    let path: String
    let root: Fields

    init(bytes: Data, path: String) throws(Failure) {
        self.path = path
        let text = try Document.text(bytes, path)
        guard let node = try Document.compose(text, path) else {
            throw Failure(.badInput, "the file is empty", at: path, remedy: "a scenario starts with 'kernaut: 1'")
        }
        root = try Fields(node, what: "a scenario", path: path)
    }

    private static func text(_ bytes: Data, _ path: String) throws(Failure) -> String {
        guard !bytes.contains(0), let text = String(data: bytes, encoding: .utf8) else {
            throw Failure(.badInput, "the file is no UTF-8 text", at: path, remedy: "a scenario is a YAML file")
        }
        return text
    }

    private static func compose(_ text: String, _ path: String) throws(Failure) -> Node? {
        // An alias is expanded while the document is composed, and a few lines of them grow without bound. They are
        // looked for in the text, before that.
        if let line = AliasScan.firstAlias(in: text) { throw anchors(at: line, path) }
        if let line = NestingScan.tooDeep(in: text) {
            throw Failure(.badInput, "the file is nested too deeply", at: "\(path):\(line)")
        }
        do {
            let parser = try Parser(yaml: text)
            guard let node = try parser.singleRoot() else { return nil }
            // The nodes refer to their anchors weakly; the parser owns them.
            try withExtendedLifetime(parser) { try refuseAnchors(node, path) }
            return node
        } catch let error as YamlError {
            throw failure(error, path)
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(.badInput, "the file is no YAML", at: path)
        }
    }

    private static func failure(_ error: YamlError, _ path: String) -> Failure {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Failure(.badInput, "no YAML: \(problem)", at: "\(path):\(mark.line)")
        case .reader(let problem, _, _, _): Failure(.badInput, "no YAML: \(problem)", at: path)
        case .duplicatedKeysInMapping(let duplicates, let context):
            Failure(
                .badInput,
                "the key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) is there twice, first here",
                at: "\(path):\(context.mark.line)",
                remedy: "keep one"
            )
        default: Failure(.badInput, "the file is no YAML", at: path)
        }
    }

    private static func refuseAnchors(_ node: Node, _ path: String) throws(Failure) {
        if node.anchor != nil { throw anchors(at: node.mark?.line ?? 1, path) }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(key, path)
                try refuseAnchors(value, path)
            }
        case .sequence(let sequence):
            for element in sequence { try refuseAnchors(element, path) }
        case .scalar, .alias: break
        }
    }

    private static func anchors(at line: Int, _ path: String) -> Failure {
        Failure(
            .badInput,
            "anchors and aliases (& and *) are not taken",
            at: "\(path):\(line)",
            remedy: "write the value out"
        )
    }
}
