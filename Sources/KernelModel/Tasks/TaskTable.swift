import KernelABI

/// Every task that was ever made, in 24 bytes each.
///
/// A fork shares most of what its parent has, as the kernel's tasks share `cred`, `nsproxy` and `css_set`: what tasks have in
/// common is kept once (``TaskAttributes``), and a row names it. A table reads and writes like an array of ``Task``.
public struct TaskTable: Sendable, RandomAccessCollection {
    /// What a task has for itself alone.
    private struct Row: Sendable {
        var parent = TaskLink()
        /// `children`, a list that is closed behind: the first child's `previous` is the last child.
        var firstChild = TaskLink()
        var previous = TaskLink()
        var next = TaskLink()
        var attributes: UInt32
        /// As `wait` reports it, in 16 bits.
        var exitCode: UInt16 = 0
        var exitState = Task.ExitState.running
    }

    private var rows: [Row] = []
    private var attributes: [TaskAttributes] = []
    private var known: [TaskAttributes: UInt32] = [:]

    /// The place of the first task.
    public var startIndex: Int { 0 }
    /// The place behind the last one.
    public var endIndex: Int { rows.count }

    /// A task, put together. Setting it writes what has changed.
    public internal(set) subscript(index: Int) -> Task {
        get {
            let row = rows[index]
            return Task(
                realParent: row.parent.task,
                attributes: attributes[Int(row.attributes)],
                exitState: row.exitState,
                exitCode: Int32(row.exitCode)
            )
        }
        set {
            rows[index].parent.task = newValue.realParent
            rows[index].exitState = newValue.exitState
            rows[index].exitCode = UInt16(truncatingIfNeeded: newValue.exitCode)
            if newValue.attributes != attributes[Int(rows[index].attributes)] {
                rows[index].attributes = place(of: newValue.attributes)
            }
        }
    }

    /// What a task shares with others.
    func attributes(of task: TaskID) -> TaskAttributes { attributes[Int(rows[task.index].attributes)] }

    /// Where a task's attributes are among all that differ.
    func placeOfAttributes(of task: TaskID) -> Int { Int(rows[task.index].attributes) }

    /// The attributes that are in such a place.
    func attributes(at place: Int) -> TaskAttributes { attributes[place] }

    /// `exit_state`
    func exitState(of task: TaskID) -> Task.ExitState { rows[task.index].exitState }

    /// Adds a child that has all that its parent has, as the last of its children.
    mutating func appendChild(of parent: TaskID) -> TaskID {
        let child = TaskID(rows.count)
        var row = Row(attributes: rows[parent.index].attributes)
        row.parent.task = parent
        let first = rows[parent.index].firstChild
        guard let place = first.task?.index else {
            row.previous.task = child
            rows.append(row)
            rows[parent.index].firstChild.task = child
            return child
        }
        let last = rows[place].previous
        row.previous = last
        rows.append(row)
        rows.withUnsafeMutableBufferPointer { rows in
            rows[place].previous.task = child
            if let last = last.task { rows[last.index].next.task = child }
        }
        return child
    }

    /// Adds a task, which has its attributes in common with `model` more often than not.
    mutating func append(_ parent: TaskID?, _ attributes: TaskAttributes, like model: TaskID? = nil) -> TaskID {
        let child = TaskID(rows.count)
        let known = model.map { rows[$0.index].attributes }
        var row = Row(
            attributes: known.flatMap { self.attributes[Int($0)] == attributes ? $0 : nil } ?? place(of: attributes)
        )
        row.parent.task = parent
        rows.append(row)
        return child
    }

    /// Makes room, and shows the memory that it is in.
    mutating func reserve(_ count: Int, _ show: (UnsafeRawBufferPointer) -> Void) {
        rows.reserveCapacity(rows.count + count)
        rows.withUnsafeBytes {
            show(UnsafeRawBufferPointer(start: $0.baseAddress, count: rows.capacity * MemoryLayout<Row>.stride))
        }
    }

    private mutating func place(of attributes: TaskAttributes) -> UInt32 {
        if let place = known[attributes] { return place }
        let place = UInt32(self.attributes.count)
        self.attributes.append(attributes)
        known[attributes] = place
        return place
    }

    // MARK: - Children

    /// A task's children, living and zombie, in the order of the list.
    func children(of parent: TaskID) -> some Sequence<TaskID> {
        let first = rows[parent.index].firstChild.task
        return sequence(state: first) { next -> TaskID? in
            guard let child = next else { return nil }
            next = rows[child.index].next.task
            return child
        }
    }

    func hasChildren(_ parent: TaskID) -> Bool { rows[parent.index].firstChild.task != nil }

    /// `list_add_tail(&child->sibling, &parent->children)`
    mutating func link(_ child: TaskID, under parent: TaskID) {
        guard let first = rows[parent.index].firstChild.task else {
            rows[parent.index].firstChild.task = child
            rows[child.index].previous.task = child
            return
        }
        let last = rows[first.index].previous.task
        rows[child.index].previous.task = last
        rows[first.index].previous.task = child
        if let last { rows[last.index].next.task = child }
    }

    /// `list_del_init(&child->sibling)`
    mutating func unlink(_ child: TaskID, from parent: TaskID) {
        guard let first = rows[parent.index].firstChild.task else { preconditionFailure("a child of nobody") }
        let previous = rows[child.index].previous.task
        let next = rows[child.index].next.task
        if child == first {
            rows[parent.index].firstChild.task = next
        } else if let previous {
            rows[previous.index].next.task = next
        }
        if let next {
            rows[next.index].previous.task = previous
        } else if child != first {
            rows[first.index].previous.task = previous
        }
        rows[child.index].previous.task = nil
        rows[child.index].next.task = nil
    }
}

/// What a child has of its parent, as long as neither changes it.
struct TaskAttributes: Hashable, Sendable {
    var realCred: CredID
    var nsproxy: NSProxyID
    var cgroups: CSSSetID
    var rlimitNproc: RLimit
    var pidNS: PIDNamespaceID = .initial
    var isDumpable = true
    /// `mm->user_ns`; since 7.3 `exec_state->user_ns`.
    var userNSOfMm: UserNamespaceID = .initial
    /// `signal->autoreap`
    var isAutoreaped = false
    /// `PFA_NO_NEW_PRIVS`
    var hasNoNewPrivs = false
    /// `PF_NPROC_EXCEEDED`
    var isOverNproc = false
    /// `parent_exec_id` is not the parent's `self_exec_id`; of those with another exit signal than `SIGCHLD`.
    var hasParentExeced = false
    var files: FilesID = .none
    var fs: FSID = .own
    /// `exit_signal`
    var exitSignal = UInt8(CloneArgs.SIGCHLD)
    var childSignal = Task.ChildSignal.default
    var isChildSubreaper = false
}

/// A task or none in four bytes.
struct TaskLink: Sendable {
    private var raw = UInt32.max

    var task: TaskID? {
        get { raw == .max ? nil : TaskID(rawValue: raw) }
        set { raw = newValue?.rawValue ?? .max }
    }
}
