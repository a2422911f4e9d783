import ContentDigest
import KernelIndex
import KernelTree

extension IndexRequest {
    /// What all commands come to, in hexadecimal: as long as it is the same, no unit's command has changed.
    var commandsDigest: String {
        // A version of the schema plans units alike.
        var bytes = Array("\(Schema.version)\n\(sourceRoot)\n\(buildRoot ?? "")\n".utf8)
        for command in commands {
            for text in [command.directory, command.file] + command.arguments {
                bytes.append(contentsOf: text.utf8)
                bytes.append(0)
            }
            bytes.append(0)
        }
        return ContentDigest(of: bytes).hexadecimal
    }
}
