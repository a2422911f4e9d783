public import KernelABI

/// What a descriptor stands for.
public enum OpenFile: Hashable, Sendable {
    /// A namespace's file, which holds the namespace: the kind, and which of its kind.
    case namespace(NamespaceKind, UInt32)
    /// A pidfd, which holds the process's number and not the process.
    case pidfd(TaskID)
    /// The directory of a cgroup, which holds it: it stays what it was when it is removed.
    case cgroup(CgroupID)
    /// Some other file.
    case other
}

/// The descriptors of a task, as `struct files_struct` of `include/linux/fdtable.h`: those that programs open by name.
public struct FilesStruct: Hashable, Sendable {
    /// What is open, by a number that a program gives once.
    public internal(set) var open: [Int: OpenFile] = [:]
}

extension Kernel {
    /// The file that a task has open as a descriptor.
    public func file(_ task: TaskID, _ descriptor: Int) -> OpenFile? {
        files[tasks[task.index].files.index].open[descriptor]
    }

    /// `alloc_fd` and `fd_install`: nothing refuses it.
    mutating func install(_ task: TaskID, _ descriptor: Int, _ file: OpenFile) {
        let own = filesToWrite(of: task)
        files[own.index].open[descriptor] = file
    }

    /// `close`, `fs/open.c`
    public mutating func close(_ current: TaskID, _ descriptor: Int) -> Transition<Void> {
        precondition(isLiving(current), "only a living task makes calls")
        guard file(current, descriptor) != nil else { return .refused(Refusal(.closeDescriptor, .EBADF)) }
        files[tasks[current.index].files.index].open[descriptor] = nil
        return .success(())
    }

    /// `copy_files`, `kernel/fork.c`: a child's descriptors are its parent's with `CLONE_FILES`, else a copy of them.
    mutating func copyFiles(of parent: TaskID, _ flags: CloneFlags) -> FilesID {
        if flags.contains(.CLONE_FILES) { return filesToWrite(of: parent) }
        let old = tasks[parent.index].files
        guard !files[old.index].open.isEmpty else { return .none }
        files.append(files[old.index])
        return FilesID(files.count - 1)
    }

    /// The table of a task that is to be changed or shared.
    private mutating func filesToWrite(of task: TaskID) -> FilesID {
        let known = tasks[task.index].files
        guard known == .none else { return known }
        files.append(FilesStruct())
        tasks[task.index].files = FilesID(files.count - 1)
        return tasks[task.index].files
    }

    /// `unshare_fd`, `kernel/fork.c`
    mutating func unshareFiles(_ current: TaskID) {
        tasks[current.index].files = copyFiles(of: current, [])
    }

    /// `copy_fs`, `kernel/fork.c`: a child has its parent's root and working directory with `CLONE_FS`, else a copy of them.
    mutating func copyFs(of parent: TaskID, _ flags: CloneFlags) -> FSID {
        guard flags.contains(.CLONE_FS) else { return .own }
        if tasks[parent.index].fs == .own {
            sharedRoots += 1
            tasks[parent.index].fs = FSID(rawValue: sharedRoots)
        }
        return tasks[parent.index].fs
    }

    /// `unshare_fs`, `kernel/fork.c`
    mutating func unshareFs(_ current: TaskID) { tasks[current.index].fs = .own }

    /// `fs->users != 1`: somebody else has the same root and working directory.
    func sharesFs(_ task: TaskID) -> Bool {
        let fs = tasks[task.index].fs
        guard fs != .own else { return false }
        return tasks.indices.contains { other in
            other != task.index && tasks.attributes(of: TaskID(other)).fs == fs
        }
    }

    /// `exit_files` and `exit_fs`: what a task that ends has no share in any more.
    mutating func exitFiles(_ task: TaskID) {
        let attributes = tasks.attributes(of: task)
        if attributes.files != .none { tasks[task.index].files = .none }
        if attributes.fs != .own { tasks[task.index].fs = .own }
    }
}
