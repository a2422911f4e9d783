import Testing

@testable import KernelTree

struct ImagePlaceTests {
    @Test func anImageIsFoundInBootWithItsRelease() throws {
        let folder = try TemporaryFolder()
        try folder.write("k", to: "boot/System.map-6.1.0-56-cloud-amd64")
        try folder.write("k", to: "boot/vmlinuz-6.1.0-56-cloud-amd64")
        let found = try #require(KernelUnpacking.image(in: folder.path))
        #expect(found.release == "6.1.0-56-cloud-amd64")
        #expect(found.path == folder.path + "/boot/vmlinuz-6.1.0-56-cloud-amd64")
    }

    @Test func anImageIsFoundBesideItsModules() throws {
        let folder = try TemporaryFolder()
        try folder.write("k", to: "usr/lib/modules/7.3.4+deb13-cloud-amd64/vmlinuz")
        let found = try #require(KernelUnpacking.image(in: folder.path))
        #expect(found.release == "7.3.4+deb13-cloud-amd64")
        #expect(found.path.hasSuffix("/7.3.4+deb13-cloud-amd64/vmlinuz"))
    }

    @Test func aPackageOfModulesAloneHoldsNoImage() throws {
        let folder = try TemporaryFolder()
        try folder.write("k", to: "usr/lib/modules/7.3.4+deb13-cloud-amd64/kernel/fs/fuse/fuse.ko")
        #expect(KernelUnpacking.image(in: folder.path) == nil)
    }
}
