import Failure
import KernelABI
import Scenario

/// Steps with open files.
extension StepsReader {
    /// With `namespace`, a file of the process `of`; with `of` alone, a pidfd; with `cgroup`, its directory; without any of
    /// these, the directory `/`.
    func open(_ fields: Fields) throws(Failure) -> Action {
        let value = fields.required("as")
        guard let name = FileName(try value.text("as")) else {
            throw value.failure(
                "'\(try value.text("as"))' is no name of a file",
                remedy: "a name has letters, digits, '-', '_' and '.', and starts with a letter"
            )
        }
        guard !files.contains(name) else { throw value.failure("there is a file called \(name) already") }
        let task = try actor(fields)
        if let cgroup = fields["cgroup"] {
            guard fields["of"] == nil, fields["namespace"] == nil else {
                throw fields.failure("what is opened is a cgroup's directory or a file of a process, not both")
            }
            return .open(task, .cgroup(try cgroup.cgroup(of: cgroups)), as: name)
        }
        switch (fields["of"], fields["namespace"]) {
        case (let target?, let file?):
            return .open(task, .namespace(of: try knownName(target), try file.namespaceFile("namespace")), as: name)
        case (let target?, nil): return .open(task, .pidfd(of: try knownName(target)), as: name)
        case (nil, nil): return .open(task, .root, as: name)
        case (nil, .some): throw fields.failure("'namespace' needs 'of', the process whose namespace is meant")
        }
    }

    /// By a new pidfd of the process `of`, or by what was opened as `file`.
    func setns(_ fields: Fields) throws(Failure) -> Action {
        let task = try actor(fields)
        let flags = try fields["flags"]?.cloneFlags()
        switch (fields["of"], fields["file"]) {
        case (let target?, nil):
            guard let flags else { throw fields.failure("setns with 'of' needs 'flags', the kinds to enter") }
            return .setns(task, of: try knownName(target), flags: flags)
        case (nil, let file?): return .setnsFile(task, try knownFile(file), flags: flags ?? [])
        default: throw fields.failure("setns has either 'of', a process, or 'file', what was opened before")
        }
    }

    /// A cgroup's path, or the name of what was opened.
    func cloneDestination(_ value: Value) throws(Failure) -> CloneDestination {
        if try value.text("into").hasPrefix("/") { return .cgroup(try value.cgroup(of: cgroups)) }
        return .file(try knownFile(value))
    }

    /// A write by a process, to a file that lists who is in a cgroup.
    func writeMembers(
        _ fields: Fields,
        _ cgroup: CgroupPath,
        _ file: String,
        _ value: Value
    ) throws(Failure) -> Action {
        guard let list = CgroupMemberFile(rawValue: file) else {
            let names = CgroupMemberFile.allCases.map(\.rawValue).joined(separator: ", ")
            throw value.failure("a task writes \(names)", remedy: "leave 'task' out: the harness writes \(file)")
        }
        return .writeMembers(try actor(fields), cgroup, list, text: try writtenText(value, file))
    }

    func knownFile(_ value: Value) throws(Failure) -> FileName {
        let text = try value.text("file")
        guard let name = FileName(text), files.contains(name) else {
            let nearest = NearestName.of(text, among: files.map(\.description))
            throw value.failure(
                "no file is called '\(text)' by then",
                remedy: nearest.map { "did you mean \($0)?" } ?? "let a step before open it"
            )
        }
        return name
    }
}
