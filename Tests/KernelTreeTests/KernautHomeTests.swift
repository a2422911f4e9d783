import Failure
import Testing

@testable import KernelTree

@Suite struct KernautHomeTests {
    private func home(_ environment: [String: String], in folder: String = "/nowhere") throws -> KernautHome {
        try KernautHome.located(environment: environment, currentDirectory: folder, executable: nil)
    }

    @Test func theOwnVariableComesBeforeTheCacheDirectoryAndThatBeforeHome() throws {
        let all = ["KERNAUT_HOME": "/k", "XDG_CACHE_HOME": "/x", "HOME": "/h"]
        #expect(try home(all).cache == "/k")
        #expect(try home(all.filter { $0.key != "KERNAUT_HOME" }).cache == "/x/kernaut")
        #expect(try home(["HOME": "/h"]).cache == "/h/.cache/kernaut")
    }

    @Test func anEmptyVariableCountsAsNone() throws {
        #expect(try home(["KERNAUT_HOME": "", "XDG_CACHE_HOME": "", "HOME": "/h"]).cache == "/h/.cache/kernaut")
    }

    @Test func aRelativeHomeStartsInTheCurrentDirectory() throws {
        #expect(try home(["KERNAUT_HOME": "../cache"], in: "/a/b").cache == "/a/cache")
    }

    @Test func aRelativeCacheDirectoryIsIgnoredAsItsSpecificationSays() throws {
        #expect(try home(["XDG_CACHE_HOME": "x", "HOME": "/h"]).cache == "/h/.cache/kernaut")
    }

    @Test func withoutAnyHomeThereIsOneLineThatSaysWhatToSet() {
        let failure = #expect(throws: Failure.self) { try home([:]) }
        #expect(failure?.status == .unavailable)
        #expect(failure?.line.contains("KERNAUT_HOME") == true)
    }

    @Test func theSharedFoldersAreFoundInAParentOfTheCurrentDirectory() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "kernel-refs/linux-6.1.yaml")
        try folder.write("", to: "a/b/file")
        let home = try home(["HOME": "/h"], in: folder.path + "/a/b")
        #expect(home.share == folder.path)
        #expect(try home.kernelRefs() == folder.path + "/kernel-refs")
        #expect(throws: Failure.self) { try home.models() }
    }

    @Test func theSharedFoldersAreFoundBesideAnInstalledProgram() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "share/kernaut/kernel-refs/linux-6.1.yaml")
        let home = try KernautHome.located(
            environment: ["HOME": "/h"],
            currentDirectory: "/nowhere",
            executable: folder.path + "/bin/kernaut"
        )
        #expect(home.share == folder.path + "/share/kernaut")
    }

    @Test(arguments: [
        ("/a/./b//c", "/a/b/c"), ("/a/../b", "/b"), ("/../a", "/a"), ("a/../../b", "../b"), ("/", "/"),
    ])
    func pathsAreNormal(_ path: String, _ normal: String) {
        #expect(Path.normal(path) == normal)
    }
}
