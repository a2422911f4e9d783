/// The commands of one scope as they are kept in a build folder, with what they rest on.
struct CapturedCommands: Equatable {
    var commands: [CompileCommand]
    /// Files of the scope that the configuration does not build, relative to the source tree.
    var notBuilt: [String]
    /// What Kbuild complained about.
    var problems: [String]
    /// `Debian clang version 19.1.7 (3~deb12u1)`.
    var compiler: String
    /// The makefiles and configuration files that decided all this, with their stamps.
    var watched: [String: FileStamp]

    /// Whether all that the commands rest on is as it was.
    var isCurrent: Bool { watched.allSatisfy { FileStamp(of: $0.key) == $0.value } }

    /// Changes with every change of the form.
    private static let form = "kernaut-commands 2"

    /// The form on disk: texts that end in NUL. Each argument is written once and named by its number afterwards, since
    /// the commands of one kernel are nearly alike: 4,700 of them are 17 MB when written out.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        func put(_ text: String) {
            bytes += text.utf8
            bytes.append(0)
        }
        func put(_ texts: [String]) {
            put(String(texts.count))
            for text in texts { put(text) }
        }
        var numbers: [String: Int] = [:]
        var table: [String] = []
        func number(_ text: String) -> Int {
            if let known = numbers[text] { return known }
            numbers[text] = table.count
            table.append(text)
            return table.count - 1
        }
        let rows = commands.map { command in
            ([command.directory, command.file] + command.arguments).map(number)
        }
        put(CapturedCommands.form)
        put(compiler)
        put(notBuilt)
        put(problems)
        put(
            watched.sorted { $0.key < $1.key }
                .flatMap { [$0.key, String($0.value.size), String($0.value.nanoseconds)] }
        )
        put(table)
        put(String(rows.count))
        for row in rows {
            put(String(row.count))
            for number in row { put(String(number)) }
        }
        return bytes
    }

    /// Reads the form on disk; nil for anything that is not complete and of this form.
    init?(encoded bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard reader.text() == CapturedCommands.form, let compiler = reader.text(), let notBuilt = reader.texts(),
            let problems = reader.texts(), let stamps = reader.texts(), stamps.count.isMultiple(of: 3),
            let table = reader.texts(), let count = reader.number()
        else { return nil }

        var watched: [String: FileStamp] = [:]
        for start in stride(from: 0, to: stamps.count, by: 3) {
            guard let size = Int(stamps[start + 1]), let time = Int(stamps[start + 2]) else { return nil }
            watched[stamps[start]] = FileStamp(size: size, nanoseconds: time)
        }
        var commands: [CompileCommand] = []
        for _ in 0..<count {
            guard let length = reader.number(), length >= 2 else { return nil }
            var row: [String] = []
            row.reserveCapacity(length)
            for _ in 0..<length {
                guard let number = reader.number(), number < table.count else { return nil }
                row.append(table[number])
            }
            commands.append(CompileCommand(directory: row[0], file: row[1], arguments: Array(row[2...])))
        }
        guard reader.isAtEnd else { return nil }
        self.init(
            commands: commands,
            notBuilt: notBuilt,
            problems: problems,
            compiler: compiler,
            watched: watched
        )
    }

    init(
        commands: [CompileCommand],
        notBuilt: [String],
        problems: [String],
        compiler: String,
        watched: [String: FileStamp]
    ) {
        self.commands = commands
        self.notBuilt = notBuilt
        self.problems = problems
        self.compiler = compiler
        self.watched = watched
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func text() -> String? {
            guard let end = bytes[position...].firstIndex(of: 0) else { return nil }
            defer { position = end + 1 }
            return String(decoding: bytes[position..<end], as: UTF8.self)
        }

        /// A number, read without making a text of it: there are hundreds of thousands.
        mutating func number() -> Int? {
            var value = 0
            var index = position
            while index < bytes.count, bytes[index] != 0 {
                let digit = bytes[index]
                guard digit >= 48, digit <= 57, value < 1 << 40 else { return nil }
                value = value * 10 + Int(digit - 48)
                index += 1
            }
            guard index < bytes.count, index > position else { return nil }
            position = index + 1
            return value
        }

        mutating func texts() -> [String]? {
            guard let count = number(), count <= bytes.count else { return nil }
            var texts: [String] = []
            for _ in 0..<count {
                guard let text = text() else { return nil }
                texts.append(text)
            }
            return texts
        }
    }
}
