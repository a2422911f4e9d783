public import Failure
import Foundation
public import Scenario

/// A scenario as a file has it: a program, what is expected of it, and where each step stands.
///
/// The format is described by `models/scenario.schema.json`; ``Grammar`` has the same keys.
public struct ScenarioFile: Hashable, Sendable {
    /// The most bytes that a scenario file may have.
    public static let largest = 1 << 20

    /// What the file is called in messages.
    public let path: String
    /// What the scenario is about, in the author's words; nil where the file does not say.
    public let about: String?
    /// The program.
    public let program: Program
    /// What the scenario expects, in the order of the file.
    public let expectations: [Expectation]
    /// The steps that the file lists below `concurrently`, by their places in the program; none of a text.
    public let concurrent: [Range<Int>]
    private let stepLines: [Int]

    /// Reads a file.
    ///
    /// - Throws: `Failure` with status `badInput`, at `file:line`, for whatever is no scenario.
    public init(path: String) throws(Failure) {
        try self.init(bytes: try ScenarioFile.bytes(of: path), path: path)
    }

    /// Reads a text; `path` is what it is called in messages.
    ///
    /// - Throws: `Failure` with status `badInput`, at `file:line`, for whatever is no scenario.
    public init(text: String, path: String) throws(Failure) {
        try self.init(bytes: Data(text.utf8), path: path)
    }

    private init(bytes: Data, path: String) throws(Failure) {
        guard bytes.count <= ScenarioFile.largest else {
            throw Failure(.badInput, "the file is larger than \(ScenarioFile.largest) bytes", at: path)
        }
        if let text = ScenarioFile.programText(bytes) {
            try self.init(program: text, path: path)
            return
        }
        let scenario = try ScenarioReader(try Document(bytes: bytes, path: path)).read()
        self.init(
            path: path,
            about: scenario.about,
            program: Program(
                name: scenario.name,
                hierarchy: scenario.hierarchy,
                world: scenario.world,
                steps: scenario.steps.map(\.step)
            ),
            expectations: scenario.steps.compactMap(\.expectation) + scenario.finalExpectations,
            concurrent: scenario.concurrent,
            stepLines: scenario.steps.map(\.line)
        )
    }

    private init(
        path: String,
        about: String?,
        program: Program,
        expectations: [Expectation],
        concurrent: [Range<Int>],
        stepLines: [Int]
    ) {
        self.path = path
        self.about = about
        self.program = program
        self.expectations = expectations
        self.concurrent = concurrent
        self.stepLines = stepLines
    }

    /// The text of a file that is a program rather than YAML: its first line that says something begins with `program "`.
    private static func programText(_ bytes: Data) -> String? {
        guard let text = String(data: bytes, encoding: .utf8) else { return nil }
        let first = text.split(separator: "\n").first { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) }
        return first?.hasPrefix("program \"") == true ? text : nil
    }

    private init(program text: String, path: String) throws(Failure) {
        let program: Program
        do {
            program = try Program(text: text)
        } catch {
            throw Failure(.badInput, "expected \(error.expected)", at: "\(path):\(error.line)")
        }
        // Steps are the lines that say who acts.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $0.element.contains(": ") && !$0.element.hasPrefix("#") }.map { $0.offset + 1 }
        self.init(path: path, about: nil, program: program, expectations: [], concurrent: [], stepLines: lines)
    }

    /// `file:line` of a step, counted from 0; the file alone for nil, or for a step that the file does not have.
    public func place(ofStep step: Int?) -> String {
        guard let step, stepLines.indices.contains(step) else { return path }
        return "\(path):\(stepLines[step])"
    }

    private static func bytes(of path: String) throws(Failure) -> Data {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            let reason = FileManager.default.fileExists(atPath: path) ? "cannot be opened" : "there is no such file"
            throw Failure(
                .badInput,
                reason,
                at: path,
                remedy: "give the path of a scenario, such as models/fork-bomb.yaml"
            )
        }
        do {
            // One byte more than may be, so that a file that is too large shows.
            return try handle.read(upToCount: largest + 1) ?? Data()
        } catch {
            throw Failure(.badInput, "cannot be read as a file", at: path)
        }
    }
}
