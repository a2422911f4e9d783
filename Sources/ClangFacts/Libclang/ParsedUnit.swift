import CLibclang
import Glibc

/// A translation unit that libclang has parsed; it goes when this does.
final class ParsedUnit {
    /// Why there is no unit at all.
    struct Unparsable: Error {
        let reason: String
    }

    private let index: CXIndex
    let unit: CXTranslationUnit

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - arguments: for clang, without its name and without the file.
    ///   - isPrefix: whether it is to be written precompiled.
    init(file: String, arguments: [String], isPrefix: Bool) throws(Unparsable) {
        // Declarations of a precompiled prefix are left out: the prefix itself has been asked for them.
        guard let index = clang_createIndex(1, 0) else { throw Unparsable(reason: "libclang makes no index") }
        var options = CXTranslationUnit_DetailedPreprocessingRecord.rawValue
        if isPrefix {
            options |= CXTranslationUnit_ForSerialization.rawValue | CXTranslationUnit_Incomplete.rawValue
        }
        var unit: CXTranslationUnit?
        let copies = arguments.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let result = copies.map { UnsafePointer($0) }.withUnsafeBufferPointer { pointers in
            clang_parseTranslationUnit2(
                index,
                file,
                pointers.baseAddress,
                Int32(pointers.count),
                nil,
                0,
                options,
                &unit
            )
        }
        guard result == CXError_Success, let unit else {
            clang_disposeIndex(index)
            throw Unparsable(reason: ParsedUnit.reason(of: result))
        }
        self.index = index
        self.unit = unit
    }

    deinit {
        clang_disposeTranslationUnit(unit)
        clang_disposeIndex(index)
    }

    /// The unit's root.
    var cursor: CXCursor { clang_getTranslationUnitCursor(unit) }

    /// The errors, in one line: how many, and the first; nil when there is none.
    var errors: String? {
        var first: String?
        var count = 0
        for number in 0..<clang_getNumDiagnostics(unit) {
            guard let diagnostic = clang_getDiagnostic(unit, number) else { continue }
            defer { clang_disposeDiagnostic(diagnostic) }
            let severity = clang_getDiagnosticSeverity(diagnostic)
            guard severity == CXDiagnostic_Error || severity == CXDiagnostic_Fatal else { continue }
            count += 1
            guard first == nil else { continue }
            let place = kernaut_place_of(clang_getDiagnosticLocation(diagnostic))
            let text = String(clang_getDiagnosticSpelling(diagnostic))
            let file = place.file.map { String(clang_getFileName($0)) } ?? ""
            first = file.isEmpty ? text : "\(file):\(place.line): \(text)"
        }
        guard let first else { return nil }
        return count == 1 ? "1 error: \(first)" : "\(count) errors, the first: \(first)"
    }

    /// Writes the unit precompiled; false when libclang cannot.
    func save(to path: String) -> Bool { clang_saveTranslationUnit(unit, path, 0) == CXSaveError_None.rawValue }

    private static func reason(of error: CXErrorCode) -> String {
        switch error {
        case CXError_Crashed: "libclang crashed"
        case CXError_InvalidArguments: "libclang does not take the arguments"
        case CXError_ASTReadError: "libclang cannot read the file"
        default: "libclang failed"
        }
    }
}
