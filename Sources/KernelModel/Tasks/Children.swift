extension Kernel {
    /// A task's children, living and zombie, in the order of the `children` list.
    public func children(of task: TaskID) -> some Sequence<TaskID> {
        sequence(state: tasks[task.index].firstChild.task) { next -> TaskID? in
            guard let child = next else { return nil }
            next = tasks[child.index].nextSibling.task
            return child
        }
    }

    /// A task and all that descends from it by the parent links of this moment, each after its parent.
    public func descendants(of task: TaskID) -> [TaskID] {
        var found = [task]
        var next = 0
        while next < found.count {
            found.append(contentsOf: children(of: found[next]))
            next += 1
        }
        return found
    }

    /// `list_add_tail(&child->sibling, &parent->children)`
    mutating func link(_ child: TaskID, under parent: TaskID) {
        if let last = tasks[parent.index].lastChild.task {
            tasks[last.index].nextSibling.task = child
            tasks[child.index].previousSibling.task = last
        } else {
            tasks[parent.index].firstChild.task = child
        }
        tasks[parent.index].lastChild.task = child
    }

    /// `list_del_init(&child->sibling)`
    mutating func unlink(_ child: TaskID) {
        guard let parent = tasks[child.index].realParent else { preconditionFailure("the first task has no siblings") }
        let previous = tasks[child.index].previousSibling.task
        let next = tasks[child.index].nextSibling.task
        if let previous {
            tasks[previous.index].nextSibling.task = next
        } else {
            tasks[parent.index].firstChild.task = next
        }
        if let next {
            tasks[next.index].previousSibling.task = previous
        } else {
            tasks[parent.index].lastChild.task = previous
        }
        tasks[child.index].previousSibling.task = nil
        tasks[child.index].nextSibling.task = nil
    }
}
