import Foundation

/// A line of a Makefile that has a file, or a folder around it, built.
public struct BuildRule: Hashable, Sendable {
    /// What is built: `pids.o`, `cgroup/`.
    public let object: String
    /// The line, shortened to what matters: `obj-$(CONFIG_CGROUP_PIDS) += pids.o`.
    public let text: String
    /// Where.
    public let place: LocatedLine
    /// The options in it and in the conditions around it.
    let options: [String]
}

/// Finds the Makefiles' lines that have files built, in one source tree. Each Makefile is read once.
final class BuildRules {
    private let root: String
    private let isSet: (String) -> Bool
    private var files: [String: Makefile?] = [:]

    /// - Parameters:
    ///   - root: the source tree.
    ///   - isSet: whether the configuration sets an option to `y` or `m`; of several lines that build a file, the one that
    ///     the configuration takes is given.
    init(root: String, isSet: @escaping (String) -> Bool) {
        self.root = root
        self.isSet = isSet
    }

    /// The lines that have a `.c` or `.S` file built: that of the outermost folder first.
    ///
    /// - Returns: nil where no Makefile names its object; a line is missing where none was found for a folder.
    func rules(ofFile path: String) -> [BuildRule]? {
        guard let dot = path.lastIndex(of: "."), [".c", ".S"].contains(String(path[dot...])) else { return nil }
        guard let (found, folder) = rules(of: "\(path[..<dot]).o", architecture: architecture(of: path)) else {
            return nil
        }
        var rules = found
        var inside = folder
        while !inside.isEmpty {
            guard let (outer, folder) = self.rules(of: "\(inside)/", architecture: architecture(of: path)) else {
                break
            }
            rules = outer + rules
            inside = folder
        }
        return rules
    }

    /// `x86` for files of that architecture, and what it is for the rest of the tree.
    private func architecture(of path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.count > 1 && parts[0] == "arch" ? String(parts[1]) : "x86"
    }

    /// Looks in the folder around an object or folder, then in those above it.
    private func rules(of path: String, architecture: String) -> (rules: [BuildRule], folder: String)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        for depth in stride(from: parts.count - 1, through: 0, by: -1) {
            let folder = parts[..<depth].joined(separator: "/")
            let object = parts[depth...].joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
            let names =
                folder.isEmpty ? ["Kbuild", "Makefile", "arch/\(architecture)/Makefile"] : ["Kbuild", "Makefile"]
            for name in names {
                let file = folder.isEmpty ? name : "\(folder)/\(name)"
                guard let makefile = makefile(file) else { continue }
                var seen: Set<String> = []
                let found = rules(of: object, in: makefile, file, &seen)
                if let best = found.first(where: { $0.allSatisfy { $0.options.allSatisfy(isSet) } }) ?? found.first {
                    return (best, folder)
                }
            }
        }
        return nil
    }

    private static let lists: Set<String> = [
        "obj", "lib", "core", "drivers", "net", "libs", "virt", "init", "head", "extra", "always", "subdir", "targets",
    ]

    /// The ways in which an object of a Makefile gets built, each as the lines from the outermost list on.
    private func rules(
        of object: String,
        in makefile: Makefile,
        _ file: String,
        _ seen: inout Set<String>
    ) -> [[BuildRule]] {
        guard seen.insert(object).inserted, seen.count < 100 else { return [] }
        var found: [[BuildRule]] = []
        for assignment in makefile.assignments where assignment.words.contains(where: { names($0, object) }) {
            let options =
                Makefile.Assignment.options(in: assignment.variable)
                + assignment.conditions.flatMap(Makefile.Assignment.options)
            let conditions = assignment.conditions.map { "\($0): " }.joined()
            let rule = BuildRule(
                object: object,
                text: "\(conditions)\(assignment.variable) \(assignment.sign) \(object)",
                place: LocatedLine(file: file, line: assignment.line, column: 1),
                options: options
            )
            let list = assignment.list
            if BuildRules.lists.contains(list) {
                found.append([rule])
                continue
            }
            // The parts of an object (pids-y for pids.o), or a variable that another list names.
            let whole = rules(of: "\(list).o", in: makefile, file, &seen)
            let variable = assignment.variable.contains("$(CONFIG_") ? "\(list)-y" : assignment.variable
            let outer = whole.isEmpty ? rules(of: "$(\(variable))", in: makefile, file, &seen) : whole
            found += outer.map { $0 + [rule] }
        }
        return found
    }

    private func names(_ word: String, _ object: String) -> Bool {
        if word == object { return true }
        // A folder may stand without its slash, and the architecture's with a variable in it.
        if object.hasSuffix("/"), word == object.dropLast() { return true }
        return object.hasPrefix("arch/") && word.contains("$(SRCARCH)")
            && word.split(separator: "/").last == object.split(separator: "/").last
            || object.hasPrefix("arch/") && word == "arch/$(SRCARCH)/"
    }

    private func makefile(_ path: String) -> Makefile? {
        if let known = files[path] { return known }
        let text = FileManager.default.contents(atPath: "\(root)/\(path)").map { String(decoding: $0, as: UTF8.self) }
        let makefile = text.map(Makefile.init)
        files[path] = makefile
        return makefile
    }
}
