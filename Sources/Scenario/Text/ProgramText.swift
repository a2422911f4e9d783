import KernelABI

extension Program {
    /// The program as lines that can be read, compared and parsed again without loss; the last one is `end`.
    ///
    ///     program "fork-bomb"
    ///     hierarchy v2
    ///     cgroups domain
    ///     cgroup /box max 20
    ///     task bomb in /box as root
    ///     task user in / as "alice" nproc 5
    ///     bomb: bomb(6)
    ///     user: clone(CLONE_NEWUTS) as child
    ///     @host: write /box pids.max "3"
    ///     end
    public var text: String {
        var lines = ["program \(TextQuoting.quoted(name))"]
        if let hierarchy { lines.append("hierarchy \(hierarchy.rawValue)") }
        if world.cgroupType != .threaded { lines.append("cgroups \(world.cgroupType.rawValue)") }
        lines += world.cgroups.map { "cgroup \($0.path) max \($0.pidsMax)" }
        lines += world.tasks.map { task in
            let user =
                switch task.user {
                case .root: "root"
                case .named(let name): TextQuoting.quoted(name)
                }
            let nproc = task.nproc.map { " nproc \($0)" } ?? ""
            return "task \(task.name) in \(task.cgroup) as \(user)\(nproc)"
        }
        lines += steps.map(\.text)
        lines.append("end")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The program of a text. Empty lines and lines that start with `#` are passed over; nothing may follow `end`.
    ///
    /// Form is checked here, sense (a task in a cgroup that does not exist, say) by whoever runs the program.
    public init(text: some StringProtocol) throws(TextError) {
        var name: String?
        var hierarchy: Platform.Hierarchy?
        var world = World(cgroups: [], tasks: [])
        var steps: [Step] = []
        var ended = false
        var lineNumber = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lineNumber += 1
            var cursor = TextCursor(Substring(line), line: lineNumber)
            if cursor.isAtEnd || cursor.skipsComment() { continue }
            if ended { throw cursor.error(expected: "nothing after \"end\"") }
            if name == nil {
                try cursor.expect("program")
                name = try cursor.quoted("the program's name")
            } else if let wanted = try cursor.hierarchy() {
                guard hierarchy == nil, world.cgroups.isEmpty, world.tasks.isEmpty, steps.isEmpty else {
                    throw TextError(line: lineNumber, expected: "one hierarchy, before all else", found: "hierarchy")
                }
                hierarchy = wanted
            } else if let type = try cursor.cgroupType() {
                guard world.cgroups.isEmpty, world.tasks.isEmpty, steps.isEmpty else {
                    throw TextError(line: lineNumber, expected: "the cgroups' type before them", found: "cgroups")
                }
                world.cgroupType = type
            } else if cursor.isAtEndMark() {
                ended = true
            } else if let setup = try cursor.cgroupSetup() {
                guard steps.isEmpty, world.tasks.isEmpty else {
                    throw TextError(line: lineNumber, expected: "cgroups before tasks and steps", found: "cgroup")
                }
                world.cgroups.append(setup)
            } else if let setup = try cursor.taskSetup() {
                guard steps.isEmpty else {
                    throw TextError(line: lineNumber, expected: "tasks before steps", found: "task")
                }
                world.tasks.append(setup)
            } else {
                steps.append(Step(try cursor.action()))
            }
            try cursor.expectEnd()
        }
        guard let name else { throw TextError(line: lineNumber, expected: "program", found: "") }
        guard ended else { throw TextError(line: lineNumber, expected: "end", found: "") }
        self.init(name: name, hierarchy: hierarchy, world: world, steps: steps)
    }
}

extension TextCursor {
    fileprivate func skipsComment() -> Bool {
        var ahead = self
        return ahead.skip("#")
    }

    fileprivate mutating func isAtEndMark() -> Bool {
        var ahead = self
        guard ahead.skip("end"), ahead.isAtEnd else { return false }
        self = ahead
        return true
    }

    mutating func task(_ what: String = "a task's name") throws(TextError) -> TaskName {
        try value(what) { TaskName($0) }
    }

    mutating func limit() throws(TextError) -> PidsLimit {
        try value("\"max\" or a number from 0 to \(PidsLimit.largest)") { PidsLimit($0) }
    }

    fileprivate mutating func hierarchy() throws(TextError) -> Platform.Hierarchy? {
        var ahead = self
        guard ahead.skip("hierarchy"), !ahead.skip(":") else { return nil }
        self = ahead
        return try value("\"v1\" or \"v2\"") { Platform.Hierarchy(rawValue: $0) }
    }

    fileprivate mutating func cgroupType() throws(TextError) -> CgroupType? {
        var ahead = self
        guard ahead.skip("cgroups"), !ahead.skip(":") else { return nil }
        self = ahead
        return try value("\"threaded\" or \"domain\"") { CgroupType(rawValue: $0) }
    }

    // A task may be called `cgroup` or `task`; then a colon follows its name.
    fileprivate mutating func cgroupSetup() throws(TextError) -> CgroupSetup? {
        var ahead = self
        guard ahead.skip("cgroup"), !ahead.skip(":") else { return nil }
        let path = try ahead.path()
        try ahead.expect("max")
        let limit = try ahead.limit()
        self = ahead
        return CgroupSetup(path: path, pidsMax: limit)
    }

    fileprivate mutating func taskSetup() throws(TextError) -> TaskSetup? {
        var ahead = self
        guard ahead.skip("task"), !ahead.skip(":") else { return nil }
        let name = try ahead.task()
        try ahead.expect("in")
        let cgroup = try ahead.path()
        try ahead.expect("as")
        let user: ScenarioUser = ahead.skip("root") ? .root : .named(try ahead.quoted("\"root\", or a user's name"))
        let nproc: UInt64? = ahead.skip("nproc") ? try ahead.number("a limit, at least 0") : nil
        self = ahead
        return TaskSetup(name: name, cgroup: cgroup, user: user, nproc: nproc)
    }
}
