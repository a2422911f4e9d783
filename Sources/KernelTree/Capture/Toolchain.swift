import Failure
import Foundation
import Subprocess

/// The programs with which Kbuild runs: the newest clang whose library can parse what it compiles.
struct Toolchain: Sendable {
    /// `/usr/lib/llvm-19`.
    let root: String

    var clang: String { Path.join(root, "bin/clang") }

    /// Finds the newest LLVM that has libclang's headers, and checks that all is there which Kbuild needs.
    ///
    /// - Parameter needsTypeInformation: whether the configuration asks for BTF. Kconfig drops that, and with it members
    ///   of structures, when `pahole` is missing.
    /// - Throws: `Failure` (69) that names the missing Debian packages.
    static func newest(needsTypeInformation: Bool, base: String = "/usr/lib") throws -> Toolchain {
        let releases = CacheFiles.names(in: base)
            .compactMap { $0.hasPrefix("llvm-") ? Int($0.dropFirst("llvm-".count)) : nil }
            .filter { Path.exists("\(base)/llvm-\($0)/include/clang-c/Index.h") }
        let release = releases.max()
        let root = "\(base)/llvm-\(release ?? 19)"

        var needed = [
            ("\(root)/include/clang-c/Index.h", "libclang-\(release ?? 19)-dev"),
            ("\(root)/bin/clang", "clang-\(release ?? 19)"),
            ("\(root)/bin/ld.lld", "lld-\(release ?? 19)"),
            ("\(root)/bin/llvm-nm", "llvm-\(release ?? 19)"),
            ("/usr/include/openssl/opensslv.h", "libssl-dev"),
        ]
        needed += ["make", "gcc", "flex", "bison", "bc", "perl"].map { ($0, $0) }
        if needsTypeInformation { needed.append(("pahole", "dwarves")) }
        let missing = needed.filter { !isThere($0.0) }.map(\.1)
        guard missing.isEmpty else {
            throw Failure(
                .unavailable,
                "what Kbuild needs is not installed: \(missing.joined(separator: ", "))",
                remedy: "apt-get install \(missing.joined(separator: " "))"
            )
        }
        return Toolchain(root: root)
    }

    private static func isThere(_ what: String) -> Bool {
        what.hasPrefix("/") ? Path.exists(what) : Program.isInstalled(what)
    }

    /// What make gets to see. kernaut may itself run below a make, or where variables steer Kbuild (ARCH, KCFLAGS), so
    /// nothing is handed on but what programs need to run at all.
    func environment(object: String) -> Environment {
        let own = ProcessInfo.processInfo.environment
        var values: [Environment.Key: String] = [
            "PATH": "\(root)/bin:\(own["PATH"] ?? "/usr/bin:/bin")",
            "LC_ALL": "C",
            "KERNAUT_CC_COMPILER": clang,
            "KERNAUT_CC_OBJECT": object,
        ]
        for name in ["HOME", "TMPDIR", "USER"] { values[Environment.Key(stringLiteral: name)] = own[name] }
        return .custom(values)
    }

    /// What makes this toolchain this one: the compiler's place, size and time.
    var identity: String {
        let real = URL(fileURLWithPath: clang).resolvingSymlinksInPath().path
        return FileStamp(of: real).map { "\(real) \($0.size) \($0.nanoseconds)" } ?? real
    }

    /// `Debian clang version 19.1.7 (3~deb12u1)`.
    func compilerVersion() async throws -> String {
        let outcome = try await Program.run([clang, "--version"])
        return outcome.output.split(separator: "\n").first.map(String.init) ?? clang
    }
}
