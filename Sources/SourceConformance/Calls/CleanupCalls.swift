import KernelIndex

/// The calls that the compiler adds where the scope of a variable ends: `guard`, `CLASS` and `__free` of
/// include/linux/cleanup.h. The caller's text names none of them.
enum CleanupCalls {
    /// What each function calls so.
    ///
    /// - Parameters:
    ///   - text: the lines of a file of the tree; nil where it cannot be read.
    ///   - macro: where a macro is defined.
    static func find(
        _ facts: CallFacts,
        text: (String) -> SourceText?,
        macro: (String) -> LocatedLine?
    ) -> [Int64: Set<Int64>] {
        var calls: [Int64: Set<Int64>] = [:]
        for (function, classes) in facts.cleanupClasses {
            for name in classes {
                // The class's own functions have the type as well.
                guard facts.functions[function]?.name.hasPrefix("class_\(name)_") == false else { continue }
                calls[function, default: []].formUnion(facts.named["class_\(name)_destructor"] ?? [])
            }
        }
        var texts: [String: SourceText?] = [:]
        func line(at place: LocatedLine) -> String? {
            let source = texts[place.file] ?? text(place.file)
            texts[place.file] = .some(source)
            return source?.lines(place.line, through: place.line).first
        }
        for (function, places) in facts.freeMacros {
            for place in places {
                guard let use = line(at: place), let name = argument(of: "__free", in: use, column: place.column) else {
                    continue
                }
                var called = facts.named["__free_\(name)"] ?? []
                // `#define __free_path_put path_put`
                if called.isEmpty, let definition = macro("__free_\(name)").flatMap(line),
                    let last = definition.split(whereSeparator: \.isWhitespace).last
                {
                    called = facts.named[String(last)] ?? []
                }
                calls[function, default: []].formUnion(called)
            }
        }
        return calls
    }

    /// `kfree` of `__free(kfree)`.
    static func argument(of macro: String, in line: String, column: Int) -> String? {
        let rest = Substring(line.utf8.dropFirst(column - 1))
        guard rest.hasPrefix("\(macro)(") else { return nil }
        let name = rest.dropFirst(macro.count + 1).prefix { $0 != ")" }
        return name.isEmpty || name.contains(" ") ? nil : String(name)
    }
}
