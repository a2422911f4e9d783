import Foundation
import IndexFacts

/// Finds out, by their text alone, which headers a unit includes for certain and which of them can be shared.
enum IncludeScan {
    /// What the `#include` lines name that no condition is around, in brackets or quotes, in their order.
    static func unconditionalIncludes(of file: String) -> [String] {
        guard let content = try? Data(contentsOf: URL(filePath: file)) else { return [] }
        var names: [String] = []
        var depth = 0
        for line in [UInt8](content).split(separator: UInt8(ascii: "\n")) {
            guard let directive = directive(in: line) else { continue }
            if directive.hasPrefix("if") {
                depth += 1
            } else if directive.hasPrefix("endif") {
                depth -= 1
            } else if depth == 0, directive.hasPrefix("include"),
                let open = directive.firstIndex(where: { $0 == "<" || $0 == "\"" }),
                let close = directive[directive.index(after: open)...]
                    .firstIndex(of: directive[open] == "<" ? ">" : "\"")
            {
                names.append(String(directive[open...close]))
            }
        }
        return names
    }

    /// Whether a header can be part of a prefix.
    static func isShareable(_ file: String) -> Bool {
        guard let content = try? Data(contentsOf: URL(filePath: file)) else { return false }
        let text = [UInt8](content)
        return isGuarded(text) && !wantsMacro(text)
    }

    /// Whether a header's text counts once however often it is included: it is all inside `#ifndef NAME`,
    /// `#define NAME`, or has `#pragma once`. Headers that are read again for another meaning have no such guard, but for those of
    /// trace events, which are read again where somebody asks for it, and otherwise only say again what they are called.
    private static func isGuarded(_ text: [UInt8]) -> Bool {
        var guardName: Substring?
        for line in withoutComments(text).split(separator: UInt8(ascii: "\n")) {
            guard let directive = directive(in: line) else {
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
                return false
            }
            let words = directive.split { $0 == " " || $0 == "\t" || $0 == "(" || $0 == ")" || $0 == "\r" }
            if let guardName { return words.first == "define" && words.count > 1 && words[1] == guardName }
            if words.first == "pragma", words.last == "once" { return true }
            if words.count == 2, words[0] == "ifndef" {
                guardName = words[1]
            } else if words.count == 3
                || words.dropFirst(3).elementsEqual(["||", "defined", "TRACE_HEADER_MULTI_READ"]),
                words[0] == "if", words[1] == "!defined"
            {
                guardName = words[2]
            } else if words.count > 1, words[0] == "undef" || words[0] == "define",
                TraceEvents.nameMacros.contains(String(words[1]))
            {
                continue
            } else {
                return false
            }
        }
        return false
    }

    /// Whether a header refuses to be read before some macro is defined: `#ifndef NAME`, `#error`. Units define it before
    /// they include the header, and a prefix cannot.
    private static func wantsMacro(_ text: [UInt8]) -> Bool {
        var isAfterCondition = false
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let directive = directive(in: line) else { continue }
            if isAfterCondition, directive.hasPrefix("error") { return true }
            isAfterCondition = directive.hasPrefix("ifndef")
        }
        return false
    }

    /// Whether a header decides what the messages of those look like that include it, and not only where they do not say it
    /// themselves.
    static func setsMessages(_ file: String) -> Bool { defines(["pr_fmt", "dev_fmt"], file) }

    /// Whether a header is of trace events. It needs types that others bring, and may define as a macro what is a function of those
    /// who do not include it.
    static func isOfTraceEvents(_ file: String) -> Bool { defines(["TRACE_SYSTEM"], file) }

    private static func defines(_ macros: Set<String>, _ file: String) -> Bool {
        guard let content = try? Data(contentsOf: URL(filePath: file)) else { return false }
        var question = ""
        for line in [UInt8](content).split(separator: UInt8(ascii: "\n")) {
            guard let directive = directive(in: line) else { continue }
            let words = directive.split { $0 == " " || $0 == "\t" || $0 == "(" }
            guard words.count > 1 else { continue }
            if words[0] == "define", macros.contains(String(words[1])), words[1] != question { return true }
            if words[0] == "ifndef" { question = String(words[1]) }
        }
        return false
    }

    /// What follows the `#` of a preprocessor line.
    private static func directive(in line: ArraySlice<UInt8>) -> Substring? {
        let text = line.drop { $0 == 0x20 || $0 == 0x09 }
        guard text.first == UInt8(ascii: "#") else { return nil }
        return Substring(String(decoding: text.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self))
    }

    private static func withoutComments(_ content: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        // A guard stands before the first declaration; what a few comments leave of 16 KiB decides.
        var rest = content.prefix(1 << 14)
        while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
            plain += rest[..<slash]
            rest = rest[slash...]
            if rest.starts(with: "/*".utf8) {
                var end = slash + 2
                while end + 1 < rest.endIndex, !rest[end...].starts(with: "*/".utf8) { end += 1 }
                rest = rest.dropFirst(end + 2 - slash)
            } else if rest.starts(with: "//".utf8) {
                rest = rest[(rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex)...]
            } else {
                plain.append(rest.removeFirst())
            }
        }
        return plain + rest
    }
}
