/// The place in the kernel's source that a rule of the model stands for.
///
/// It names no line: lines move between versions. The index resolves function and condition in the tree at hand.
public struct SourceCitation: Hashable, Sendable, CustomStringConvertible {
    /// The function, in the kernel's spelling: `pids_try_charge`.
    public let function: String
    /// The file that defines it, relative to the tree: `kernel/cgroup/pids.c`.
    public let file: String
    /// A piece of the function's own text that the rule models, with white space folded; nil cites the whole function.
    public let condition: String?

    /// Makes a citation.
    public init(function: String, file: String, condition: String? = nil) {
        self.function = function
        self.file = file
        self.condition = condition
    }

    /// `kernel/cgroup/pids.c pids_try_charge: new > limit`
    public var description: String { condition.map { "\(file) \(function): \($0)" } ?? "\(file) \(function)" }
}
