extension Kernel {
    /// A task's children, living and zombie, in the order of the `children` list.
    public func children(of task: TaskID) -> some Sequence<TaskID> { tasks.children(of: task) }

    /// A process and all that descends from it by the parent links of this moment, each after its parent, threads after their
    /// leader.
    public func descendants(of task: TaskID) -> [TaskID] {
        var found = threads(of: task)
        var next = 0
        while next < found.count {
            found.append(contentsOf: children(of: found[next]).flatMap { threads(of: $0) })
            next += 1
        }
        return found
    }

    /// `list_add_tail(&child->sibling, &parent->children)`
    mutating func link(_ child: TaskID, under parent: TaskID) { tasks.link(child, under: parent) }

    /// `list_del_init(&child->sibling)`
    mutating func unlink(_ child: TaskID) {
        guard let parent = tasks[child.index].realParent else { preconditionFailure("the first task has no siblings") }
        tasks.unlink(child, from: parent)
    }
}
