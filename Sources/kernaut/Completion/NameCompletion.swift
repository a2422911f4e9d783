import ArgumentParser
import Foundation
import KernelIndex
import KernelTree

extension CompletionKind {
    /// Names of functions and system calls.
    static let functionName = CompletionKind.name(of: [.function])
    /// Names of structs, and of their members behind a period.
    static let recordName = CompletionKind.name(of: [.record])
    /// Names of variables.
    static let variableName = CompletionKind.name(of: [.variable])
    /// Names of any kind.
    static let anyName = CompletionKind.name(of: nil)

    /// Kernels that have an index.
    static let kernelName = CompletionKind.custom { _, _, prefix in
        guard let home = try? KernautHome.current() else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home.indexes)) ?? []
        return names.filter { $0.hasSuffix(".sqlite") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(".sqlite".count))
        }
        .filter { $0.hasPrefix(prefix) }.sorted()
    }

    private static func name(of kinds: Set<SymbolKind>?) -> CompletionKind {
        .custom { words, _, prefix in
            // A shell that asks wants names or nothing.
            guard let store = try? NameCompletion.store(words) else { return [] }
            return (try? store.names(completing: NameCompletion.unquoted(prefix), kinds: kinds)) ?? []
        }
    }
}

/// What completions of names have in common.
enum NameCompletion {
    /// The index that the words before name: by `--kernel`, `--index`, or, after `diff`, by the second kernel.
    static func store(_ words: [String]) throws -> IndexStore {
        func value(_ option: String) -> String? {
            if let joined = words.first(where: { $0.hasPrefix("\(option)=") }) {
                return String(joined.dropFirst(option.count + 1))
            }
            return words.firstIndex(of: option).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        }
        if let file = value("--index") { return try IndexStore.open(file) }
        if let diff = words.firstIndex(of: "diff"), diff + 2 < words.count {
            return try IndexLocation.open(words[diff + 2])
        }
        return try IndexStore.open(IndexLocation.path(ofKernel: value("--kernel")))
    }

    /// A word without the quotation mark that a shell may have left at its start.
    static func unquoted(_ word: String) -> String {
        word.first == "\"" || word.first == "'" ? String(word.dropFirst()) : word
    }
}
