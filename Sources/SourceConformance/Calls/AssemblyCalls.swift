import Failure
import Foundation

/// What the kernel's assembly calls, read from the tree: the index knows C only.
///
/// A symbol starts with `SYM_FUNC_START(name)` or another of `include/linux/linkage.h`'s macros and ends with the
/// `SYM_…_END` of its name; `call` and jumps in between that name a symbol are its calls. `THUNK name, func` of
/// `arch/x86/entry/thunk_64.S` makes a symbol that calls a function.
public struct AssemblyCalls: Sendable {
    /// A call, and where it is.
    public struct Call: Hashable, Sendable {
        /// What is called.
        public let callee: String
        /// `arch/x86/entry/entry_64.S:264`
        public let place: String
    }

    /// The calls of each symbol; a symbol that calls nothing is here as well.
    public private(set) var calls: [String: [Call]] = [:]
    /// The functions that the exception table names where it stands for each instruction which one handles its faults
    /// (before Linux 5.17): `_ASM_EXTABLE_HANDLE(from, to, handler)`.
    public private(set) var exceptionHandlers: [Call] = []

    /// Knows no symbol.
    public init() {}

    /// Reads the assembly of a tree for 64-bit x86.
    public init(tree: String) {
        for folder in ["arch/x86/entry", "arch/x86/kernel", "arch/x86/lib", "arch/x86/xen"] {
            let root = URL(filePath: tree).appending(path: folder)
            guard let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else {
                continue
            }
            for case let file as URL in files where file.pathExtension == "S" {
                let path = folder + file.path.dropFirst(root.path.count)
                guard !path.contains("vdso/"), !path.hasSuffix("_32.S"),
                    let text = try? String(contentsOf: file, encoding: .utf8)
                else { continue }
                read(text, path: path)
            }
        }
        let headers = URL(filePath: tree).appending(path: AssemblyCalls.headers)
        guard let files = FileManager.default.enumerator(at: headers, includingPropertiesForKeys: nil) else { return }
        for case let file as URL in files where file.pathExtension == "h" {
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            readExceptionTable(text, path: AssemblyCalls.headers + file.path.dropFirst(headers.path.count))
        }
        exceptionHandlers.sort { ($0.callee, $0.place) < ($1.callee, $1.place) }
    }

    private static let headers = "arch/x86/include/asm"

    /// Reads the macros and inline assembly of one header.
    mutating func readExceptionTable(_ text: String, path: String) {
        let macro = "_ASM_EXTABLE_HANDLE("
        guard text.utf8.contains(macro.utf8) else { return }
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard let use = line.range(of: macro), let end = line[use.upperBound...].firstIndex(of: ")"),
                let handler = line[use.upperBound..<end].split(separator: ",").last
            else { continue }
            let name = handler.trimmingCharacters(in: .whitespaces)
            if AssemblyCalls.isName(name) { exceptionHandlers.append(Call(callee: name, place: "\(path):\(number)")) }
        }
    }

    /// Reads one file.
    mutating func read(_ text: String, path: String) {
        var open: [String] = []
        var number = 0
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let words = Substring(line).split { " \t(),;\"".contains($0) }
            guard let first = words.first, words.count > 1 else { continue }
            let name = String(words[1])
            if first.hasPrefix("SYM_"), first.contains("_START") {
                open.append(name)
                calls[name, default: []] += []
            } else if first.hasPrefix("SYM_"), first.contains("_END") {
                open.removeAll { $0 == name }
            } else if first.hasPrefix("SYM_"), first.contains("_ALIAS"), words.count > 2 {
                // SYM_FUNC_ALIAS(memcpy, __memcpy)
                calls[name, default: []] += calls[String(words[2])] ?? []
            } else if first == "THUNK", words.count > 2 {
                calls[name, default: []].append(Call(callee: String(words[2]), place: "\(path):\(number)"))
            } else if !open.isEmpty {
                for (at, word) in words.enumerated() where at + 1 < words.count && AssemblyCalls.isCall(word) {
                    let target = String(words[at + 1])
                    guard AssemblyCalls.isName(target) else { continue }
                    for symbol in open { calls[symbol]!.append(Call(callee: target, place: "\(path):\(number)")) }
                }
            }
        }
    }

    private static func isCall(_ word: Substring) -> Bool {
        word == "call" || (word.first == "j" && word.count <= 4 && word.allSatisfy { $0.isLetter })
    }

    private static func isName(_ word: String) -> Bool {
        guard let first = word.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return word.unicodeScalars.allSatisfy {
            $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
        }
    }
}
