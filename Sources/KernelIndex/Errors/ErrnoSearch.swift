import Failure

extension IndexStore {
    /// Finds where the errors of a system call or function can start.
    ///
    /// The walk goes from the function down through calls, direct and through fields, whose error is handed on.
    ///
    /// - Parameters:
    ///   - name: a system call's name as user space knows it, or a function's. `NAME@file` chooses among namesakes.
    ///   - errno: the name of the error; nil for every error.
    ///   - depth: how many calls to follow at most.
    ///   - within: the names of the functions to stay in; nil for all.
    ///   - limit: how many origins to tell of at most, see ``ErrnoAnswer/origins``; nil for all.
    /// - Throws: ``Failure`` of status `negative` when the name is unknown, when no indexed function returns the error,
    ///   or when none starts here.
    public func errnoOrigins(
        of name: String,
        errno: String? = nil,
        depth: Int = 64,
        within: Set<String>? = nil,
        limit: Int? = nil
    ) throws -> ErrnoAnswer {
        var notes: [String] = []
        let starts = try self.starts(named: name, notes: &notes)
        let answer = try read { reader in
            var walk = ErrorWalk(reader: reader, errno: errno, depth: depth, within: within)
            try walk.run(from: starts.map(\.id))
            return try walk.answer(starts: starts, notes: notes, limit: limit)
        }
        guard !answer.origins.isEmpty else {
            if let errno, try !read({ try $0.isReturned(errno) }) {
                throw Failure(
                    .negative,
                    "no function in \(about.inWords) returns '\(errno)'",
                    remedy: "errors are spelled as the kernel does, such as EAGAIN"
                )
            }
            let cut = answer.deeper > 0 ? " within \(depth) calls" : ""
            throw Failure(.negative, "no \(errno ?? "error") of \(name) starts\(cut) in \(about.inWords)")
        }
        return answer
    }
}

/// Walks down through the calls whose error is handed on, level by level.
private struct ErrorWalk {
    let reader: FactReader
    let errno: String?
    let depth: Int
    let within: Set<String>?
    /// For each function that was met: who handed its error on first, and by which call.
    private var parents: [Int64: (caller: Int64, line: Int)?] = [:]
    /// The functions that were met, by how many calls lead there.
    private var levels: [[Int64]] = []
    /// The call by which each function's error was handed on, as far as that was asked.
    private var edges: [Int64: CallEdge] = [:]
    /// Whether functions that were met are defined in the index.
    private var defined: [Int64: Bool] = [:]
    private var outside: Set<Int64> = []
    private var unregistered: Set<Int64> = []
    private var deeper: Set<Int64> = []
    /// With the field through which each is called, where there is one.
    private var beyond: [Int64: Int64?] = [:]

    init(reader: FactReader, errno: String?, depth: Int, within: Set<String>?) {
        self.reader = reader
        self.errno = errno
        self.depth = depth
        self.within = within
    }

    mutating func run(from starts: [Int64]) throws {
        for start in starts where parents[start] == nil { parents[start] = .some(nil) }
        var level = starts
        var steps = 0
        while !level.isEmpty {
            levels.append(level)
            var next: [Int64] = []
            let passages = try zip(level, reader.errorPassages(of: level)).map { caller, passages in
                try (caller, passages.map { (passage: $0, callees: try callees(of: $0, in: caller)) })
            }
            try define(passages.flatMap { $0.1.flatMap(\.callees) })
            for (caller, passages) in passages {
                for (passage, callees) in passages {
                    if !passage.isMember, defined[passage.callee] == false { outside.insert(passage.callee) }
                    for callee in callees where parents[callee] == nil && defined[callee] == true {
                        if let within, !within.contains(try reader.symbol(callee).name) {
                            beyond[callee] = .some(callee == passage.callee ? nil : passage.callee)
                            continue
                        }
                        guard steps < depth else {
                            deeper.insert(callee)
                            continue
                        }
                        parents[callee] = (caller, passage.line)
                        next.append(callee)
                    }
                }
            }
            level = next
            steps += 1
        }
        deeper.subtract(parents.keys)
    }

    /// Notes of functions whether they are defined.
    private mutating func define(_ functions: [Int64]) throws {
        let new = Set(functions).filter { defined[$0] == nil }
        let found = try reader.defined(among: Array(new))
        for function in new { defined[function] = found.contains(function) }
    }

    private mutating func callees(of passage: ErrorPassage, in caller: Int64) throws -> [Int64] {
        guard passage.isMember else { return [passage.callee] }
        let stored = try reader.pointedCallees(of: caller, through: passage.callee)
        if stored.isEmpty { unregistered.insert(passage.callee) }
        return stored.keys.sorted()
    }

    /// How far away a limit still is one of what was asked about: a longer way leads through something else.
    private static let nearby = 8

    mutating func answer(starts: [Symbol], notes: [String], limit: Int?) throws -> ErrnoAnswer {
        var found: [(origin: NumberedOrigin, calls: Int, knob: Knob?)] = []
        var far: [Int64] = []
        for (calls, level) in levels.enumerated() {
            if let limit, calls > Self.nearby, found.count >= limit {
                far += level
                continue
            }
            for origin in try reader.errorOrigins(of: level, errno: errno) {
                found.append((origin, calls, Knobs.knob(behind: origin)))
            }
        }
        var left = try reader.countErrorOrigins(of: far, errno: errno)
        found.sort { left, right in
            let isLeftLimited = left.knob != nil && left.calls <= Self.nearby
            if isLeftLimited != (right.knob != nil && right.calls <= Self.nearby) { return isLeftLimited }
            if left.calls != right.calls { return left.calls < right.calls }
            if left.origin.place != right.origin.place { return left.origin.place < right.origin.place }
            return left.origin.conditions < right.origin.conditions
        }
        if let limit, found.count > limit {
            left += found.count - limit
            found.removeLast(found.count - limit)
        }
        let origins = try found.map { item in
            ErrnoOrigin(
                origin: item.origin.origin(in: try reader.symbol(item.origin.function)),
                path: try path(to: item.origin.function),
                knob: item.knob
            )
        }
        var edge = beyond
        if within != nil { for callee in outside.union(unregistered) { edge[callee] = .some(nil) } }
        let beyond = try edge.map { callee, field in
            ErrnoEdge(callee: try reader.symbol(callee), field: try field.map(reader.symbol))
        }
        return ErrnoAnswer(
            starts: starts,
            origins: origins,
            farther: left,
            functions: levels.reduce(0) { $0 + $1.count },
            outside: Set(try outside.map(reader.symbol).map { ErrorWalk.nameWithoutCount($0.shownName) }).sorted(),
            unregistered: try unregistered.map(reader.symbol).map(\.shownName).sorted(),
            deeper: deeper.count,
            beyond: beyond.sorted { ($0.callee.shownName, $0.callee.id) < ($1.callee.shownName, $1.callee.id) },
            notes: notes
        )
    }

    /// Of the slots of a static call, which the kernel counts (`__SCT__NAME_0`, `__SCT__NAME_1`), the name.
    private static func nameWithoutCount(_ name: String) -> String {
        guard name.hasPrefix("__SCT__"), let line = name.lastIndex(of: "_"),
            name[line...].dropFirst().allSatisfy(\.isNumber)
        else { return name }
        return String(name[..<line])
    }

    private mutating func path(to function: Int64) throws -> [CallEdge] {
        var path: [CallEdge] = []
        var callee = function
        while let parent = parents[callee] ?? nil {
            path.append(try edge(from: parent.caller, line: parent.line, to: callee))
            callee = parent.caller
        }
        return path.reversed()
    }

    private mutating func edge(from caller: Int64, line: Int, to callee: Int64) throws -> CallEdge {
        if let known = edges[callee] { return known }
        let found = try reader.edges(from: try reader.symbol(caller), to: try reader.symbol(callee))
        // A call in a macro's argument may be counted to another line; any edge is better than none then.
        guard let edge = found.first(where: { $0.site.line == line }) ?? found.first else { throw DamagedFact() }
        edges[callee] = edge
        return edge
    }
}
