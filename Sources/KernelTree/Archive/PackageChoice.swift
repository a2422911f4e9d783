import Failure
import Glibc

/// The packages that make up one kernel, all in one version.
struct PackageChoice: Equatable {
    let version: String
    let source: String
    let configuration: String
    let image: String

    /// Chooses the newest version in which the archive has source, configuration and image.
    ///
    /// The image is built from the very source only when the versions are the same; a signed image may be published a
    /// day after its source.
    /// - Throws: `Failure` (69) when there is none.
    static func newest(for reference: KernelRef, in archive: AptArchive) async throws -> PackageChoice {
        let versions = try await archive.versions(of: reference.sourcePackage)
        let configurations = Set(try await archive.versions(of: reference.configurationPackage))
        for version in versions where configurations.contains(version) {
            guard let image = try await image(of: reference, version: version, in: archive) else { continue }
            return PackageChoice(
                version: version,
                source: reference.sourcePackage,
                configuration: reference.configurationPackage,
                image: image
            )
        }
        let found = versions.isEmpty ? "it has no \(reference.sourcePackage)" : "it has \(versions[0]) of the source"
        throw Failure(
            .unavailable,
            "the archive has no version of Linux \(reference.name) with source, configuration and image: \(found)",
            at: reference.origin,
            remedy: "correct the names there, or wait until the archive has the image"
        )
    }

    private static func image(
        of reference: KernelRef,
        version: String,
        in archive: AptArchive
    ) async throws -> String? {
        switch reference.image {
        case .of(let metaPackage):
            guard try await archive.versions(of: metaPackage).contains(version),
                let depends = try await archive.field("Depends", of: metaPackage, version: version)
            else { return nil }
            return dependency(in: depends, version: version)
        case .matching(let pattern):
            let fixed = String(pattern.prefix { !"*?[".contains($0) })
            let names = try await archive.packages(startingWith: fixed).filter { fnmatch(pattern, $0, 0) == 0 }
            for name in names.sorted() where try await archive.versions(of: name).contains(version) { return name }
            return nil
        }
    }

    /// The package that a meta package depends on in exactly a version: `linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)`.
    static func dependency(in depends: String, version: String) -> String? {
        for item in depends.split(separator: ",") {
            let words = item.split(separator: " ")
            if words.count == 3, words[1] == "(=", words[2] == "\(version))" { return String(words[0]) }
        }
        return nil
    }
}
