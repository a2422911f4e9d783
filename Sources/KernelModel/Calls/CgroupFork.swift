extension Kernel {
    /// `cgroup_can_fork`, `kernel/cgroup/cgroup.c`: asks each controller that has a say. Where one refuses, those that
    /// had granted the child before it take that back.
    mutating func cgroupCanFork(_ cset: CSSSetID) -> Refusal? {
        for index in subsystems.indices {
            guard let canFork = subsystems[index].canFork else { continue }
            guard let refusal = canFork(&self, cset) else { continue }
            noteRefusedFork(by: subsystems[index].name)
            for earlier in 0..<index {
                if let cancelFork = subsystems[earlier].cancelFork { cancelFork(&self, cset) }
            }
            return refusal
        }
        note(.canFork)
        return nil
    }

    /// `cgroup_post_fork`: tells the controllers of a child that has become visible.
    mutating func cgroupPostFork(_ child: TaskID) {
        for index in subsystems.indices {
            if let fork = subsystems[index].fork { fork(&self, child) }
        }
        note(.fork)
    }

    /// `cgroup_exit`: tells the controllers of a task that ends.
    mutating func cgroupExit(_ task: TaskID) {
        for index in subsystems.indices {
            if let exit = subsystems[index].exit { exit(&self, task) }
        }
        note(.exit)
    }

    /// `cgroup_release`: lets the controllers take back what a reaped task was charged.
    mutating func cgroupRelease(_ task: TaskID) {
        for index in subsystems.indices {
            if let release = subsystems[index].release { release(&self, task) }
        }
        note(.release)
    }
}
