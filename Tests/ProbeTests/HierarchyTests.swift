import Testing

@testable import Probe

/// What `/proc` says about mounts, read from texts as other machines have them.
@Suite struct MountTests {
    @Test func aVersionOneMountIsRead() throws {
        let mount = try #require(Mount("39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids"))
        #expect(mount.type == "cgroup")
        #expect(mount.point == "/sys/fs/cgroup/pids")
        #expect(mount.options == ["rw", "pids"])
    }

    @Test func optionalFieldsAndEscapesAreRead() throws {
        let mount = try #require(
            Mount("30 23 0:26 /a\\040b /sys/fs/c\\134d rw shared:9 master:1 - cgroup2 cgroup2 rw,pids_localevents")
        )
        #expect(mount.root == "/a b")
        #expect(mount.point == "/sys/fs/c\\d")
        #expect(mount.options.contains("pids_localevents"))
    }

    @Test func aMembershipOutsideOfTheMountsViewFallsBackToTheMount() throws {
        let mount = try #require(Mount("39 31 0:36 /docker/x / rw - cgroup cgroup rw,pids"))
        #expect(mount.directory(ofMembership: "/elsewhere") == "/")
        #expect(mount.directory(ofMembership: "/docker/x") == "/")
    }

    @Test func otherLinesAreNoMounts() {
        #expect(Mount("") == nil)
        #expect(Mount("1 2 3 4 5 6 7 8 9") == nil)
    }
}

@Suite struct GuardNameTests {
    @Test func onlyAnOwnersNameIsAGuard() {
        #expect(GuardName("kernaut-12-345")?.description == "kernaut-12-345")
        for other in [
            "kernaut", "kernaut-12", "kernaut-12-x", "kernaut--1", "kernaut-12-3-4", "kernaut-test-1", "x-1-2",
        ] {
            #expect(GuardName(other) == nil)
        }
    }
}
