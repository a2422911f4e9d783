/// The line form of layouts, in which `kernaut-probe layouts` tells what it found.
///
///     layout struct task_struct 9728        the kind, the name and the size in bytes
///     member 0 192 1 thread_info struct thread_info     depth, offset and size in bits, …
///     bitfield 0 8544 1 frozen unsigned int             … name, and the type to the end of the line
///     end
///     missing no_such_struct
public enum BTFLayoutText {
    /// What a kernel said about one name that it was asked for.
    public enum Entry: Hashable, Sendable {
        /// A layout.
        case layout(BTFLayout)
        /// The kernel has no complete struct or union of this name.
        case missing(String)
    }

    /// A line that cannot be read, counted from 1.
    public struct Misread: Error, Hashable, Sendable {
        /// The line's number; one past the last where the text ends too early.
        public let line: Int
    }

    /// The lines of a layout.
    public static func lines(of layout: BTFLayout) -> [String] {
        let kind = layout.isUnion ? "union" : "struct"
        let members = layout.members.map { member in
            let word = member.isBitfield ? "bitfield" : "member"
            return "\(word) \(member.depth) \(member.offsetBits) \(member.sizeBits) \(member.name) \(member.type)"
        }
        return ["layout \(kind) \(layout.name) \(layout.sizeBytes)"] + members + ["end"]
    }

    /// The line that says that a kernel has no record of a name.
    public static func line(missing name: String) -> String { "missing \(name)" }

    /// Reads what ``lines(of:)`` and ``line(missing:)`` wrote.
    public static func read(_ text: String) throws(Misread) -> [Entry] {
        var entries: [Entry] = []
        var open: Heading?
        var members: [BTFLayout.Member] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty { continue }
            let words = line.split(separator: " ", maxSplits: 5)
            switch (words[0], open) {
            case ("layout", nil):
                guard let heading = Heading(words) else { throw Misread(line: number) }
                open = heading
            case ("missing", nil) where words.count == 2:
                entries.append(.missing(String(words[1])))
            case ("member", .some), ("bitfield", .some):
                guard let member = BTFLayout.Member(words) else { throw Misread(line: number) }
                members.append(member)
            case ("end", .some(let heading)) where words.count == 1:
                entries.append(.layout(heading.layout(members)))
                open = nil
                members = []
            default: throw Misread(line: number)
            }
        }
        guard open == nil else { throw Misread(line: number + 1) }
        return entries
    }

    private struct Heading {
        let name: String
        let isUnion: Bool
        let sizeBytes: Int

        init?(_ words: [Substring]) {
            guard words.count == 4, words[1] == "struct" || words[1] == "union", let size = Int(words[3]), size >= 0
            else { return nil }
            name = String(words[2])
            isUnion = words[1] == "union"
            sizeBytes = size
        }

        func layout(_ members: [BTFLayout.Member]) -> BTFLayout {
            BTFLayout(name: name, isUnion: isUnion, sizeBytes: sizeBytes, members: members)
        }
    }
}

extension BTFLayout.Member {
    fileprivate init?(_ words: [Substring]) {
        guard words.count == 6, let depth = Int(words[1]), let offset = Int(words[2]), let size = Int(words[3]),
            depth >= 0, offset >= 0, size >= 0
        else { return nil }
        self.init(
            name: String(words[4]),
            offsetBits: offset,
            sizeBits: size,
            isBitfield: words[0] == "bitfield",
            depth: depth,
            type: String(words[5])
        )
    }
}
