import KernelABI
public import KernelIndex

/// What `syscall` shows.
public struct SystemCallReport: QueryReport {
    /// The wire type of `syscall`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The system calls by number; those without a number last.
        public let systemCalls: [SystemCallDocument]
    }

    /// A system call on the wire.
    public struct SystemCallDocument: Encodable, Sendable {
        /// What user space calls it.
        public let name: String
        /// The number in the 64-bit table; absent where the table has no entry.
        public let number: Int?
        /// `common`, `64` or `x32`.
        public let abi: String?
        /// What the table names: `sys_newuname`.
        public let entry: String?
        /// What the `SYSCALL_DEFINE` names: `newuname`; absent where no indexed file defines it.
        public let definition: String?
        /// The function that is the body: `__do_sys_newuname`.
        public let function: String?
        /// The file of the `SYSCALL_DEFINE`.
        public let file: String?
        /// The line of the `SYSCALL_DEFINE`.
        public let line: Int?
        /// How many arguments it has.
        public let arguments: Int?
        /// Whether it is a `COMPAT_SYSCALL_DEFINE`.
        public let isCompat: Bool
    }

    let calls: [SystemCall]
    /// What `--json` prints.
    public let document: Document

    /// A report of system calls.
    public init(_ calls: [SystemCall], about: IndexDescription) {
        self.calls = calls
        document = Document(
            kernel: about.kernelVersion.description,
            systemCalls: calls.map { call in
                SystemCallDocument(
                    name: call.name,
                    number: call.number,
                    abi: call.abi,
                    entry: call.entry,
                    definition: call.function?.systemCall?.definition,
                    function: call.function?.name,
                    file: call.place?.file,
                    line: call.place?.line,
                    arguments: call.arguments,
                    isCompat: call.isCompat
                )
            }
        )
    }

    /// A line for each: number, name, entry, place, arguments.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        for call in calls {
            let number = call.number.map(String.init) ?? "-"
            let abi = call.abi ?? "no entry"
            let entry = call.entry ?? ""
            let place = call.place?.description ?? "not in the indexed files"
            let arguments = call.arguments.map { "\($0) argument\($0 == 1 ? "" : "s")" } ?? ""
            table.add(
                (number, style.aside(number)),
                (call.name, style.name(call.name)),
                (abi, abi),
                (entry, entry),
                (place, call.place == nil ? style.aside(place) : style.place(place)),
                (arguments, arguments)
            )
        }
        return table.lines().joined(separator: "\n")
    }
}
