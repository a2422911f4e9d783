import Failure
import Glibc
public import KernelIndex

/// A language server over an index: what an editor asks, answered by what is known of the kernel.
///
/// Messages are those of the Language Server Protocol 3.17. What is no message, or asks for what is not there, is
/// answered with an error of JSON-RPC; nothing that comes in ends the server but the client's own `exit`.
///
/// ```swift
/// let server = LanguageServer(store) { bytes in standardOutput.write(bytes) }
/// server.receive(bytes)   // as they come; answers go to the closure
/// ```
public final class LanguageServer {
    /// What the server does next.
    public enum State: Equatable, Sendable {
        /// It waits for messages.
        case running
        /// The client has asked it to end, with this status: 0 after `shutdown`, else 1.
        case ended(Int32)
    }

    private enum Phase { case new, initialized, shutDown }

    /// What the server does next.
    public private(set) var state = State.running
    let view: SourceView
    var hasSymbolTrees = false
    /// What lines hang on; the configuration is read once.
    private(set) lazy var config = ConfigReader(store)
    private var phase = Phase.new
    private var reader = MessageReader()
    private let write: ([UInt8]) -> Void
    private var file: (device: UInt, inode: UInt)?

    /// - Parameters:
    ///   - store: the index that answers.
    ///   - write: takes what goes to the client.
    public init(_ store: IndexStore, write: @escaping ([UInt8]) -> Void) {
        view = SourceView(store)
        self.write = write
        file = LanguageServer.file(store.path)
    }

    var store: IndexStore { view.store }

    /// Takes bytes that came from the client, and answers the messages that are complete.
    public func receive(_ bytes: some Sequence<UInt8>) {
        reader.add(bytes)
        while state == .running, let item = reader.next() {
            switch item {
            case .damaged(let why): respond(to: .null, .failure(ResponseError(.parseError, why)))
            case .message(let content): handle(content)
            }
        }
    }

    private func handle(_ content: [UInt8]) {
        let message: JSON
        do {
            message = try JSON(content)
        } catch {
            respond(to: .null, .failure(ResponseError(.parseError, "a message is no JSON")))
            return
        }
        let identifier = message["id"]
        let isRequest: Bool
        switch identifier {
        case .integer, .string: isRequest = true
        case .null: isRequest = false
        default:
            respond(to: .null, .failure(ResponseError(.invalidRequest, "an id is a number or a text")))
            return
        }
        guard message.isObject, let method = message["method"].string else {
            // The answer to a request of this server's has no method; it never asks.
            if message["result"] != .null || message["error"] != .null { return }
            respond(to: identifier, .failure(ResponseError(.invalidRequest, "a message without a method")))
            return
        }
        guard isRequest else {
            notified(method, message["params"])
            return
        }
        respond(to: identifier, Result { try answer(method, message["params"]) }.mapError(LanguageServer.error))
    }

    private func answer(_ method: String, _ parameters: JSON) throws -> JSON {
        switch (method, phase) {
        case ("initialize", .new):
            phase = .initialized
            return initialize(parameters)
        case ("initialize", _): throw ResponseError(.invalidRequest, "this server is initialized already")
        case (_, .new): throw ResponseError(.serverNotInitialized, "'\(method)' before 'initialize'")
        case (_, .shutDown): throw ResponseError(.invalidRequest, "'\(method)' after 'shutdown'")
        case ("shutdown", _):
            phase = .shutDown
            return .null
        default: break
        }
        try openAgainIfReplaced()
        switch method {
        case "textDocument/definition", "textDocument/declaration": return try definition(parameters)
        case "textDocument/implementation": return try implementation(parameters)
        case "textDocument/references": return try references(parameters)
        case "textDocument/documentHighlight": return try highlight(parameters)
        case "textDocument/hover": return try hover(parameters)
        case "textDocument/documentSymbol": return try documentSymbols(parameters)
        case "workspace/symbol": return try workspaceSymbols(parameters)
        case "textDocument/prepareCallHierarchy": return try prepareCallHierarchy(parameters)
        case "callHierarchy/incomingCalls": return try incomingCalls(parameters)
        case "callHierarchy/outgoingCalls": return try outgoingCalls(parameters)
        default: throw ResponseError(.methodNotFound, "kernaut does not answer '\(method)'")
        }
    }

    private func notified(_ method: String, _ parameters: JSON) {
        switch method {
        case "exit": state = .ended(phase == .shutDown ? 0 : 1)
        case "textDocument/didOpen": didOpen(parameters)
        case "textDocument/didChange": didChange(parameters)
        case "textDocument/didClose":
            if let address = parameters["textDocument"]["uri"].string { view.set(nil, at: address) }
        default: break
        }
    }

    // MARK: Answers

    /// Sends a notification.
    func notify(_ method: String, _ parameters: JSON) {
        send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    private func respond(to identifier: JSON, _ result: Result<JSON, ResponseError>) {
        switch result {
        case .success(let value): send(["jsonrpc": "2.0", "id": identifier, "result": value])
        case .failure(let error): send(["jsonrpc": "2.0", "id": identifier, "error": error.json])
        }
    }

    private func send(_ message: JSON) {
        let content = message.bytes
        write(Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content)
    }

    private static func error(of error: any Error) -> ResponseError {
        switch error {
        case let error as ResponseError: error
        case let failure as Failure: ResponseError(.requestFailed, failure.line)
        default: ResponseError(.internalError, "a fault of kernaut: \(error)")
        }
    }

    // MARK: The index

    /// A new index takes the place of the old one's file; an update happens in the file itself.
    private func openAgainIfReplaced() throws {
        let now = LanguageServer.file(store.path)
        guard let now, file == nil || now != file! else { return }
        view.store = try IndexStore.open(store.path)
        config = ConfigReader(store)
        file = now
    }

    private static func file(_ path: String) -> (device: UInt, inode: UInt)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (UInt(status.st_dev), UInt(status.st_ino))
    }
}
