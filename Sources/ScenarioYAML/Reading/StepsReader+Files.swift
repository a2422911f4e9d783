import Failure
import KernelABI
import Scenario

/// Steps with open files.
extension StepsReader {
    /// With `namespace`, a file of the process `of`; with `of` alone, a pidfd; without either, the directory `/`.
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
