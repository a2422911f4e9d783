import Foundation
import Glibc
import Testing

/// `kernaut lsp` as a whole process, spoken to over pipes.
final class LanguageServerProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer: [UInt8] = []
    private var lastIdentifier = 0
    /// The notifications that came between answers.
    private(set) var notifications: [[String: Any]] = []

    static let products: URL = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        return (bundle ?? URL(filePath: CommandLine.arguments[0])).deletingLastPathComponent()
    }()

    init(index: String) throws {
        process.executableURL = Self.products.appending(path: "kernaut")
        process.arguments = ["lsp", "--index", index]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Sends bytes as they are.
    func send(raw text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    /// Sends a message in its frame.
    func send(_ message: [String: Any]) throws {
        let content = try JSONSerialization.data(withJSONObject: message)
        try send(raw: "Content-Length: \(content.count)\r\n\r\n")
        try input.fileHandleForWriting.write(contentsOf: content)
    }

    func notify(_ method: String, _ parameters: [String: Any]) throws {
        try send(["jsonrpc": "2.0", "method": method, "params": parameters])
    }

    /// Asks, and waits for the answer: `result` or `error` is in it.
    func ask(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        lastIdentifier += 1
        let identifier = lastIdentifier
        try send(["jsonrpc": "2.0", "id": identifier, "method": method, "params": parameters])
        while true {
            let message = try next()
            if message["id"] as? Int == identifier { return message }
            notifications.append(message)
        }
    }

    func result(_ method: String, _ parameters: [String: Any] = [:]) throws -> Any {
        let answer = try ask(method, parameters)
        return try #require(answer["result"], "\(answer)")
    }

    func list(_ method: String, _ parameters: [String: Any] = [:]) throws -> [[String: Any]] {
        try #require(try result(method, parameters) as? [[String: Any]])
    }

    /// The number of an error, of the next message.
    func nextErrorCode() throws -> Int? {
        let message = try next()
        return (message["error"] as? [String: Any])?["code"] as? Int
    }

    /// The next message.
    func next() throws -> [String: Any] {
        while true {
            if let end = headEnd() {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                let length = try #require(head.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) })
                if buffer.count >= end + length {
                    let content = Data(buffer[end..<(end + length)])
                    buffer.removeFirst(end + length)
                    return try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
                }
            }
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the server has ended")
            buffer += more
        }
    }

    private func headEnd() -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard buffer.count >= mark.count else { return nil }
        for start in 0...(buffer.count - mark.count) where buffer[start..<(start + mark.count)].elementsEqual(mark) {
            return start + mark.count
        }
        return nil
    }

    /// Ends the session as a client should; the server's exit code.
    func end() throws -> Int32 {
        _ = try ask("shutdown")
        try notify("exit", [:])
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Closes the server's input; its exit code.
    func hangUp() throws -> Int32 {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
}
