import KernelABI
import KernelModel
import Testing

/// The files that list who is in a cgroup, and directories that are held open.
struct CgroupMembersTests {
    @Test(arguments: [
        ("x", Rule.Name.membersText, Errno.EINVAL), ("-1", .membersText, .EINVAL), ("1 1", .membersText, .EINVAL),
        ("2147483648", .membersText, .EINVAL), ("99999999999999999999", .membersText, .EINVAL),
        ("4194304", .membersNoProcess, .ESRCH), (" 0x400000\n", .membersNoProcess, .ESRCH),
    ])
    func whatIsNobodysPidIsRefused(_ text: String, _ rule: Rule.Name, _ errno: Errno) {
        for unified in [false, true] {
            var world = World(unified: unified)
            let cgroup = world.cgroup()
            let written = world.kernel.writeMembers(nil, cgroup, isThreadList: false, Array(text.utf8))
            #expect(written.refusal?.rule == rule)
            #expect(written.refusal?.errno == errno)
        }
    }

    @Test func zeroIsTheWriterWithItsThreadsOrAlone() throws {
        var world = World()
        let (one, other) = (world.cgroup(), world.cgroup())
        let task = world.task(in: one)
        let thread = try #require(world.kernel.clone(task, flags: [.CLONE_THREAD, .CLONE_SIGHAND, .CLONE_VM]).value)
        #expect(world.kernel.writeMembers(thread, other, isThreadList: true, Array("0".utf8)).refusal == nil)
        #expect(world.kernel.cgroup(of: thread) == other)
        #expect(world.kernel.cgroup(of: task) == one)
        #expect(world.kernel.writeMembers(thread, other, isThreadList: false, Array(" 00\n".utf8)).refusal == nil)
        #expect(world.kernel.cgroup(of: task) == other)
        #expect(world.kernel.membersNotModelled(nil, Array("0".utf8)))
        #expect(world.kernel.membersNotModelled(task, Array("7".utf8)))
    }

    @Test func theListIsForWhoMayWriteRootsFiles() {
        var world = World(unified: true)
        let cgroup = world.cgroup()
        let task = world.task(in: cgroup, user: world.kernel.addUser(name: "alice"))
        let zero = Array("0".utf8)
        #expect(world.kernel.writeMembers(task, cgroup, isThreadList: false, zero).refusal?.rule == .membersPermission)
        #expect(world.kernel.unshare(task, flags: .CLONE_NEWUSER).refusal == nil)
        #expect(world.kernel.writeMembers(task, cgroup, isThreadList: false, zero).refusal?.errno == .EACCES)
        #expect(world.kernel.mapIDs(of: task).refusal == nil)
        #expect(world.kernel.writeMembers(task, cgroup, isThreadList: false, zero).refusal == nil)
    }

    @Test func aHeldDirectoryIsOfTheCgroupThatWasThere() throws {
        var world = World(unified: true)
        let task = world.task()
        let box = try #require(world.kernel.mkdir("box", in: Kernel.rootCgroup).value)
        #expect(world.kernel.openDirectory(task, of: box, as: 0).refusal == nil)
        let args = CloneArgs(flags: .CLONE_INTO_CGROUP)
        let child = try #require(world.kernel.clone3(task, args, into: .cgroup(box)).value)
        #expect(world.kernel.cgroup(of: child) == box)
        world.kernel.exit(child, code: 0)
        #expect(world.kernel.rmdir("box", in: Kernel.rootCgroup).value != nil)
        _ = world.kernel.mkdir("box", in: Kernel.rootCgroup)
        #expect(world.kernel.file(task, 0) == .cgroup(box))
        let refusal = world.kernel.clone3(task, args, into: .cgroup(box)).refusal
        #expect(refusal?.rule == .cloneIntoRemoved)
        #expect(refusal?.errno == .ENOENT)
        #expect(world.kernel.clone3(task, args, into: .other).refusal?.rule == .cloneIntoOtherFile)
    }
}
