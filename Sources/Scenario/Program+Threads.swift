import KernelABI

extension Program {
    /// Those that may be, or come to be, tasks of a process with several: a step has them make a thread, or made them one.
    public var threadedTasks: Set<TaskName> {
        var found: Set<TaskName> = []
        for step in steps {
            switch step.action {
            case .clone(let task, let flags, let child) where flags.contains(.CLONE_THREAD):
                found.formUnion([task, child])
            case .clone3(let task, let args, _, let child) where args.flags.contains(.CLONE_THREAD):
                found.formUnion([task, child])
            default: break
            }
        }
        return found
    }
}
