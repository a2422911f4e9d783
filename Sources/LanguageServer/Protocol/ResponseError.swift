/// An error of JSON-RPC, or of the Language Server Protocol.
struct ResponseError: Error, Equatable {
    /// The numbers of the two protocols.
    enum Code: Int {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
        case internalError = -32603
        case serverNotInitialized = -32002
        case requestFailed = -32803
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var json: JSON { ["code": .integer(code.rawValue), "message": .string(message)] }
}
