import ClangFacts
import Foundation
import IndexFacts
import Testing

/// A unit was refused that has to be parsed.
struct Refused: Error {}

/// A small C source, parsed by the real libclang.
struct Source {
    let blob: FactBlob
    /// Whether dispatches and registrations are told by the structures that they go through.
    var isShowingBases = false

    /// - Parameters:
    ///   - text: the content of `main.c`.
    ///   - headers: other files, by name.
    ///   - program: what the unit is linked into where that is not the kernel.
    init(
        _ text: String,
        headers: [String: String] = [:],
        arguments: [String] = ["-w", "-std=gnu11"],
        program: String? = nil
    ) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "main.c")
        for (name, content) in headers { try folder.write(content, to: name) }
        let order = WorkOrder(
            task: .unit(mayBeRefused: false),
            // The directory is the whole process's, and tests run side by side.
            directory: "/",
            file: "\(folder.path)/main.c",
            arguments: arguments,
            sourceRoot: folder.path,
            buildRoot: nil,
            program: program
        )
        guard case .facts(let blob) = try UnitParser().facts(for: order) else { throw Refused() }
        self.blob = blob
    }

    /// Every fact of a kind as one line; places are `file:line:column`, symbols are identities.
    func lines(_ kind: String) -> [String] { blob.facts.map(line).filter { $0.hasPrefix(kind + " ") } }

    private func line(_ fact: Fact) -> String {
        switch fact {
        case .definition(let symbol, let place, let endLine, let isDefinition):
            "\(isDefinition ? "definition" : "declaration") \(name(symbol)) \(at(place))-\(endLine)"
        case .reference(let symbol, let place, let role, let within):
            "reference \(role.rawValue) \(name(symbol)) \(at(place)) in \(within.map(name) ?? "-")"
        case .call(let caller, let callee, let place): "call \(name(caller)) -> \(name(callee)) \(at(place))"
        case .dispatch(let caller, let field, let receiver, let base, let place):
            isShowingBases
                ? "base \(name(field)) '\(receiver)' of \(node(base)) \(at(place))"
                : "dispatch \(name(caller)) -> \(name(field)) '\(receiver)' \(at(place))"
        case .registration(let field, let function, _, _, let base, _) where isShowingBases:
            "base \(name(field)) = \(name(function)) of \(node(base))"
        case .flow(let to, let from, let within, let place):
            "flow \(node(to)) <- \(node(from)) in \(within.map(name) ?? "-") \(at(place))"
        case .pointerCall(let caller, let through, let receiver, let place):
            "through \(name(caller)) -> \(node(through)) '\(receiver)' \(at(place))"
        case .registration(let field, let function, let object, let isInitializer, _, let place):
            "registration \(name(field)) = \(name(function)) by \(isInitializer ? "initializer" : "assignment") "
                + "in \(object.map(name) ?? "-") \(at(place))"
        case .argument(let function, let callee, let position, let within, let place):
            "argument \(name(function)) to \(name(callee)) #\(position) in \(within.map(name) ?? "-") \(at(place))"
        case .record(let symbol, let sizeBits, let alignBits, let isUnion):
            "\(isUnion ? "union" : "struct") \(name(symbol)) size \(sizeBits) align \(alignBits)"
        case .field(let field):
            "field \(name(field.symbol)) #\(field.position) depth \(field.depth) '\(field.type)' at \(field.offsetBits) "
                + "size \(field.sizeBits)\(field.isBitfield ? " bits" : "") target \(field.target.map(name) ?? "-") "
                + "pointers \(field.pointers) elements \(field.elements.map(String.init) ?? "-")"
        case .systemCall(let text, let function, let isCompat, let arguments, let place):
            "syscall \(text) \(name(function)) \(isCompat ? "compat " : "")(\(arguments)) \(at(place))"
        case .errorOrigin(let origin):
            "origin \(name(origin.function)) \(origin.errno) \(at(origin.place)) '\(origin.condition ?? "-")'"
                + (origin.decisionLine.map { " @\($0)" } ?? "")
                + (origin.surroundings.map { " in '\($0.replacing("\n", with: "' '"))'" } ?? "")
        case .errorPassage(let function, let callee, let place):
            "passage \(name(function)) <- \(name(callee)) \(at(place))"
        case .weakDefinition(let function): "weak \(name(function))"
        }
    }

    private func node(_ node: PointerPlace) -> String {
        switch node {
        case .unknown: "unknown"
        case .function(let symbol): "function \(name(symbol))"
        case .object(let symbol): "object \(name(symbol))"
        case .member(let symbol): "member \(name(symbol))"
        case .embedded(let symbol): "embedded \(name(symbol))"
        case .variable(let symbol): "variable \(name(symbol))"
        case .parameter(let function, let position): "parameter \(name(function)) #\(position)"
        case .result(let function): "result \(name(function))"
        case .parameterThrough(let member, let position): "parameter through \(name(member)) #\(position)"
        case .resultThrough(let member): "result through \(name(member))"
        }
    }

    private func name(_ symbol: Int) -> String { blob.symbols[symbol].identity }

    private func at(_ place: Place) -> String { "\(blob.files[place.file].path):\(place.line):\(place.column)" }
}

/// Holds the facts of one kind about a source to what a reader of the source would say, whatever their order.
func check(
    _ text: String,
    headers: [String: String] = [:],
    _ kind: String,
    _ expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let found = try Source(text, headers: headers).lines(kind).map { $0.dropFirst(kind.count + 1) }
    #expect(found.sorted() == expected.map { Substring($0) }.sorted(), sourceLocation: sourceLocation)
}

/// A folder that goes when its owner does.
final class TemporaryFolder {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kernaut-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.resolvingSymlinksInPath().path
    }

    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try text.write(to: file, atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
