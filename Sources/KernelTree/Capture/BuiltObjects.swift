/// Which objects the configuration builds.
///
/// Since Linux 6.1, Kbuild makes any single target that is asked of it, whether the configuration has it or not. So its
/// own makefiles are asked first: they are read as for a build, and print their lists instead of following them.
struct BuiltObjects {
    private let kbuild: Kbuild
    private let makefile: String
    private var folders: [String: Folder] = [:]

    private struct Folder {
        let objects: Set<String>
        let subfolders: Set<String>
    }

    /// The build folder has to be prepared: its `auto.conf` is read.
    init(of kbuild: Kbuild) throws {
        self.kbuild = kbuild
        makefile = Path.join(kbuild.notes, "objects.mk")
        let text = """
            include $(srctree)/scripts/Makefile.build
            .PHONY: kernaut-objects
            kernaut-objects:
            \t$(foreach object,$(real-obj-y) $(real-obj-m) $(lib-y),$(info object $(object)))
            \t$(foreach folder,$(subdir-ym),$(info folder $(folder)))
            \t@:

            """
        try CacheFiles.write(Array(text.utf8), to: makefile)
    }

    /// Whether an object, such as `kernel/fork.o`, is built. When Kbuild gives no answer, it is taken to be.
    mutating func contains(_ object: String) async throws -> Bool {
        let folder = Path.parent(object)
        guard let listed = try await list(folder) else { return true }
        guard listed.objects.contains(object) else { return false }

        // A folder counts when Kbuild descends into it. An architecture's folders are named by its own makefile, which
        // is not read here.
        var inner = folder
        while !inner.hasPrefix("arch/"), inner != "." {
            let outer = Path.parent(inner)
            if let above = try await list(outer), !above.subfolders.isEmpty || outer != ".",
                !above.subfolders.contains(inner)
            {
                return false
            }
            inner = outer
        }
        return true
    }

    private mutating func list(_ folder: String) async throws -> Folder? {
        if let known = folders[folder] { return known }
        let outcome = try await Program.run(
            [
                "make", "-rR", "--no-print-directory", "-f", makefile, "obj=\(folder)", "srctree=\(kbuild.source)",
                "srcroot=\(kbuild.source)", "objtree=.", "VPATH=\(kbuild.source)", "KBUILD_BUILTIN=1",
                "KBUILD_MODULES=1", "need-builtin=1", "need-modorder=1", "ARCH=\(Kbuild.architectureFolder)",
                "SRCARCH=\(Kbuild.architectureFolder)", "BITS=64", "CONFIG_SHELL=sh",
                // Before 6.0 makefiles name each other without $(srctree).
                "--include-dir=\(kbuild.source)",
                // Makefiles ask the compiler for flags; no flag is wanted here.
                "CC=true",
                // The top makefile hands the folders of libraries to the list of all folders.
                "ARCH_LIB=lib/", "kernaut-objects",
            ],
            environment: kbuild.toolchain.environment(object: kbuild.emptyObject),
            in: kbuild.build
        )
        guard outcome.status == 0 else { return nil }
        func names(after word: String) -> Set<String> {
            Set(
                outcome.output.split(separator: "\n").filter { $0.hasPrefix(word) }
                    .map { Path.normal(String($0.dropFirst(word.count))) }
            )
        }
        let listed = Folder(objects: names(after: "object "), subfolders: names(after: "folder "))
        folders[folder] = listed
        return listed
    }
}
