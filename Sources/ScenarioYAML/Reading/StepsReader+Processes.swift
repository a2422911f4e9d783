import Failure
import KernelABI
import Scenario

/// Steps with the files of a process in `/proc`: of the process `of`, or of the one that takes the step.
extension StepsReader {
    func readProcess(_ fields: Fields) throws(Failure) -> Action {
        let value = fields.required("file")
        guard let file = ProcessFile(rawValue: try value.text("file")) else {
            let names = ProcessFile.allCases.map(\.rawValue).joined(separator: ", ")
            throw value.failure("file is one of \(names), not '\(try value.text("file"))'")
        }
        return .readProcess(try actor(fields), of: try target(fields), file)
    }

    func writeProcess(_ fields: Fields) throws(Failure) -> Action {
        let key = ProcessFile.timensOffsets.rawValue
        let value = fields.required(key)
        let text = try value.lines(key)
        guard text.utf8.count <= ProcessFile.longestText else {
            throw value.failure("what is written to \(key) has at most \(ProcessFile.longestText) bytes")
        }
        return .writeTimensOffsets(try actor(fields), of: try target(fields), text: text)
    }

    private func target(_ fields: Fields) throws(Failure) -> TaskName {
        guard let other = fields["of"] else { return try actor(fields) }
        return try knownName(other)
    }
}

extension Value {
    /// A text of several lines, without control characters but for their ends.
    func lines(_ what: String) throws(Failure) -> String {
        let text = try prose(what)
        guard text.unicodeScalars.allSatisfy({ ($0.value >= 0x20 && $0.value != 0x7f) || $0 == "\n" }) else {
            throw failure("\(what) has a control character", remedy: "write it in plain lines")
        }
        return text
    }

    /// What is expected of a read: an error's name, or the text.
    func errorOrText() throws(Failure) -> ExpectedOutcome {
        let text = try lines("expect")
        return Errno(name: text).map { .failed($0) } ?? .text(text)
    }
}
