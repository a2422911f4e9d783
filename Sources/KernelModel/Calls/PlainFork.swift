/// What the forks of all tasks with the same ``TaskAttributes`` have in common. Nothing of it changes as long as there are such
/// tasks: credentials, `nsproxy` and `css_set` are replaced, not changed.
struct ForkPlan: Sendable {
    /// The child has its parent's attributes, no descriptors, and no number but in the initial PID namespace.
    let isPlain: Bool
    let cred: Cred
    let nproc: RLimit
    let isExemptFromNproc: Bool
    /// What the child is charged to.
    let pids: CSSID
}

/// `fork()` without anything that most tasks do not have, for who calls it millions of times.
///
/// Each of these forks is put to the same rules in the same order as in ``clone(_:flags:)``, by the same functions. Left out is
/// what only flags, descriptors, shared things or namespaces of a task's own lead to.
///
/// What is asked on this way is inlined: before a method that does not change the kernel is called, all of its members would be
/// copied.
extension Kernel {
    /// `fork()`: the same as ``clone(_:flags:)`` without flags.
    public mutating func fork(_ current: TaskID) -> Answer<TaskID> {
        let place = tasks.placeOfAttributes(of: current)
        if place >= forkPlans.count { planForks(through: place) }
        // Who makes a time namespace has children elsewhere, and a controller's function may do anything.
        guard forkPlans[place].isPlain, timeNamespaces.count == 1, hasPidsAlone, callbacks == nil else {
            return kernelClone(current, [], nil)
        }
        precondition(isLiving(current), "only a living task makes calls")
        if let refusal = plainRefusal(forkPlans[place]) { return .refused(refusal) }
        let child = tasks.appendChild(of: current)
        living += 1
        unreaped += 1
        return .success(child)
    }

    /// The checks of `copy_process` that are left, in its order, each of which takes back what those before it have counted.
    @inline(__always)
    private mutating func plainRefusal(_ plan: ForkPlan) -> Refusal? {
        let isExempt = plan.isExemptFromNproc
        if let refusal = chargeNproc(plan.cred, plan.cred, plan.nproc, isExempt: isExempt) { return refusal }
        guard let refusal = refusalOfThreads() ?? refusalOfMachinePids() ?? pidsCanFork(plan.pids) else { return nil }
        uncountProcess(plan.cred.ucounts)
        return refusal
    }

    private mutating func planForks(through place: Int) {
        while forkPlans.count <= place {
            let attributes = tasks.attributes(at: forkPlans.count)
            let child = childAttributes(of: attributes, attributes.nsproxy, nil)
            let cred = creds[attributes.realCred.index]
            forkPlans.append(
                ForkPlan(
                    isPlain: child == attributes && child.pidNS == .initial,
                    cred: cred,
                    nproc: attributes.rlimitNproc,
                    isExemptFromNproc: isExemptFromNproc(cred, cred),
                    pids: pidsState(of: attributes.cgroups)
                )
            )
        }
    }
}
