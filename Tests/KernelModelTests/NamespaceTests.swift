import KernelABI
import KernelModel
import Testing

struct NamespaceTests {
    @Test func aCloneWithNewutsHasItsOwnHostName() throws {
        var world = World()
        let host = world.task()
        let box = try #require(world.kernel.clone(host, flags: .CLONE_NEWUTS).value)
        #expect(world.kernel.uname(box).nodename == "start")
        #expect(world.kernel.sethostname(box, "box").refusal == nil)
        #expect(world.kernel.uname(box).nodename == "box")
        #expect(world.kernel.uname(host).nodename == "start")
    }

    @Test func aForkSharesItsParentsHostName() throws {
        var world = World()
        let parent = world.task()
        let child = try #require(world.kernel.clone(parent).value)
        _ = world.kernel.sethostname(child, "ours")
        #expect(world.kernel.uname(parent).nodename == "ours")
        #expect(world.kernel.tasks[1].nsproxy == world.kernel.tasks[2].nsproxy)
    }

    @Test func unshareLeavesTheNamesBehind() {
        var world = World()
        let one = world.task()
        let other = world.task()
        #expect(world.kernel.unshare(one, flags: .CLONE_NEWUTS).refusal == nil)
        _ = world.kernel.sethostname(one, "one")
        #expect(world.kernel.uname(other).nodename == "start")
    }

    @Test func theUnprivilegedMayNeitherMakeNorNameNamespaces() {
        var world = World()
        let user = world.kernel.addUser(name: "alice")
        let task = world.task(user: user)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUTS).refusal?.errno == .EPERM)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUTS).refusal?.errno == .EPERM)
        #expect(world.kernel.sethostname(task, String(repeating: "x", count: 65)).refusal?.errno == .EPERM)
        #expect(world.kernel.unshare(task, flags: []).refusal == nil)
        #expect(world.kernel.processes(of: user) == 1)
    }

    @Test func aHostNameHasAtMost64Bytes() {
        var world = World()
        let task = world.task()
        let longest = String(repeating: "x", count: 64)
        #expect(world.kernel.sethostname(task, longest).refusal == nil)
        #expect(world.kernel.sethostname(task, longest + "x").refusal?.errno == .EINVAL)
        #expect(world.kernel.sethostname(task, String(repeating: "é", count: 33)).refusal?.errno == .EINVAL)
        #expect(world.kernel.uname(task).nodename == longest)
        #expect(world.kernel.sethostname(task, "").refusal == nil)
        #expect(world.kernel.uname(task).nodename == "")
    }

    @Test func aRefusedCloneMakesNoNamespace() {
        var world = World()
        let full = world.cgroup(max: .limited(1))
        let task = world.task(in: full)
        #expect(world.kernel.clone(task, flags: .CLONE_NEWUTS).refusal?.rule == .pidsMax)
        #expect(world.kernel.utsNamespaces.count == 1)
    }

    private static let contradictions: [(CloneFlags, Rule.Name)] = [
        ([.CLONE_NEWNS, .CLONE_FS], .cloneNewnsWithFs),
        ([.CLONE_NEWNS, .CLONE_NEWUSER, .CLONE_FS], .cloneNewnsWithFs),
        ([.CLONE_NEWUSER, .CLONE_FS, .CLONE_THREAD], .cloneNewuserWithFs),
        ([.CLONE_THREAD], .cloneThreadWithoutSighand), ([.CLONE_THREAD, .CLONE_VM], .cloneThreadWithoutSighand),
        ([.CLONE_SIGHAND, .CLONE_NEWUTS], .cloneSighandWithoutVm),
        ([.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM, .CLONE_NEWPID], .cloneThreadElsewhere),
    ]

    @Test(arguments: contradictions)
    func flagsThatContradictAreRefusedFirst(_ flags: CloneFlags, _ rule: Rule.Name) {
        var world = World()
        let user = world.kernel.addUser(name: "alice")
        let task = world.task(in: world.cgroup(max: .limited(0)), user: user)
        #expect(world.kernel.cloneFlagsNotModelled(task, flags).isEmpty)
        let refusal = world.kernel.clone(task, flags: flags).refusal
        #expect(refusal?.rule == rule)
        #expect(refusal?.errno == .EINVAL)
    }

    @Test func flagsWithoutARuleAreNamed() {
        let kernel = World().kernel
        #expect(kernel.cloneFlagsNotModelled(Kernel.initTask, [.CLONE_NEWUTS, .CLONE_NEWTIME]) == .CLONE_NEWTIME)
        #expect(kernel.cloneFlagsNotModelled(Kernel.initTask, [.CLONE_NEWUSER, .CLONE_SETTLS]) == .CLONE_SETTLS)
        #expect(kernel.unshareFlagsNotModelled([.CLONE_NEWNET, .CLONE_NEWTIME]).isEmpty)
        #expect(kernel.unshareFlagsNotModelled([.CLONE_VFORK]).isEmpty)
    }

    @Test func unshareRefusesFlagsThatItDoesNotKnow() {
        var world = World()
        let task = world.task()
        for flag in [CloneFlags.CLONE_VFORK, .CLONE_PARENT, .CLONE_INTO_CGROUP] {
            #expect(world.kernel.unshare(task, flags: flag).refusal?.rule == .unshareFlags)
        }
        #expect(world.kernel.unshare(task, flags: [.CLONE_VM, .CLONE_SIGHAND, .CLONE_THREAD]).refusal == nil)
    }
}
