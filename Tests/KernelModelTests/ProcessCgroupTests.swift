import KernelABI
import KernelModel
import Testing

struct ProcessCgroupTests {
    /// `/a`, `/a/c` and `/b`, by their names.
    private struct Tree {
        var world: World
        let a: CgroupID
        let c: CgroupID
        let b: CgroupID

        init(unified: Bool = true) {
            world = World(unified: unified)
            a = world.kernel.makeCgroup(name: "a", in: Kernel.rootCgroup)
            c = world.kernel.makeCgroup(name: "c", in: a)
            b = world.kernel.makeCgroup(name: "b", in: Kernel.rootCgroup)
        }
    }

    private static func path(_ world: World, _ reader: TaskID, _ target: TaskID) -> String? {
        world.kernel.readCgroup(reader, of: target).value
    }

    @Test func aNamespaceShowsCgroupsFromWhereItsMakerWas() {
        var tree = Tree()
        let (one, other) = (tree.world.task(in: tree.c), tree.world.task(in: tree.b))
        #expect(Self.path(tree.world, one, one) == "/a/c")
        #expect(tree.world.kernel.seesWholeHierarchy(one))
        _ = tree.world.kernel.unshare(one, flags: .CLONE_NEWCGROUP)
        #expect(!tree.world.kernel.seesWholeHierarchy(one))
        #expect(Self.path(tree.world, one, one) == "/")
        #expect(Self.path(tree.world, one, other) == "/../../b")
        #expect(Self.path(tree.world, other, one) == "/a/c")
        // It stays there when the maker moves.
        _ = tree.world.kernel.attach(one, to: tree.a)
        #expect(Self.path(tree.world, one, one) == "/..")
        _ = tree.world.kernel.attach(one, to: Kernel.rootCgroup)
        #expect(Self.path(tree.world, one, one) == "/../..")
        _ = tree.world.kernel.attach(other, to: tree.c)
        #expect(Self.path(tree.world, one, other) == "/")
    }

    @Test func whoEntersANamespaceSeesAsTheOthersDo() {
        var tree = Tree()
        let (one, other) = (tree.world.task(in: tree.a), tree.world.task(in: tree.b))
        _ = tree.world.kernel.unshare(one, flags: .CLONE_NEWCGROUP)
        _ = tree.world.kernel.setns(other, of: one, flags: .CLONE_NEWCGROUP)
        #expect(Self.path(tree.world, other, other) == "/../b")
        #expect(Self.path(tree.world, other, one) == "/")
    }

    @Test func theRootIsWhereTheChildIsBornAndNotWhereItsMakerIs() throws {
        var tree = Tree()
        let maker = tree.world.task(in: tree.a)
        let args = CloneArgs(flags: [.CLONE_NEWCGROUP, .CLONE_INTO_CGROUP])
        let child = try #require(tree.world.kernel.clone3(maker, args, into: .cgroup(tree.c)).value)
        #expect(Self.path(tree.world, child, child) == "/")
        #expect(Self.path(tree.world, child, maker) == "/..")
    }

    @Test func aZombieIsWhereItEndedAndSaysThatThisIsGone() throws {
        var tree = Tree()
        let reader = tree.world.task(in: tree.a)
        let child = tree.world.task(in: tree.c)
        tree.world.kernel.exit(child, code: 0)
        #expect(Self.path(tree.world, reader, child) == "/a/c")
        #expect(tree.world.kernel.rmdir("c", in: tree.a).refusal == nil)
        #expect(Self.path(tree.world, reader, child) == "/a/c (deleted)")
        _ = tree.world.kernel.unshare(reader, flags: .CLONE_NEWCGROUP)
        #expect(Self.path(tree.world, reader, child) == "/c (deleted)")
        tree.world.kernel.release(child)
        #expect(tree.world.kernel.readCgroup(reader, of: child).refusal?.errno == .ENOENT)
    }

    @Test func inVersion1WhoHasEndedIsAtTheRoot() {
        var tree = Tree(unified: false)
        let reader = tree.world.task(in: tree.a)
        let child = tree.world.task(in: tree.c)
        _ = tree.world.kernel.unshare(reader, flags: .CLONE_NEWCGROUP)
        #expect(Self.path(tree.world, reader, child) == "/c")
        tree.world.kernel.exit(child, code: 0)
        #expect(Self.path(tree.world, reader, child) == "/")
        #expect(tree.world.kernel.rmdir("c", in: tree.a).refusal == nil)
        #expect(Self.path(tree.world, reader, child) == "/")
    }

    @Test func aNamespacesRootMayBeGone() {
        var tree = Tree()
        let task = tree.world.task(in: tree.c)
        _ = tree.world.kernel.unshare(task, flags: .CLONE_NEWCGROUP)
        _ = tree.world.kernel.attach(task, to: tree.b)
        #expect(tree.world.kernel.rmdir("c", in: tree.a).refusal == nil)
        #expect(Self.path(tree.world, task, task) == "/../../b")
    }
}
