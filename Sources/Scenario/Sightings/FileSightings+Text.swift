extension FileSightings {
    /// One line for the kernel, then for each path one line and its lines or names, each after a bar:
    ///
    ///     kernel "6.18.44-cloud-amd64"
    ///     file "/proc/cgroups"
    ///     | "pids\t0\t1\t1"
    ///     folder "/proc/self/ns"
    ///     | "cgroup"
    ///     absent "/proc/none"
    ///     unreadable "/proc/kmsg" "EPERM"
    public var text: String {
        var text = "kernel \(TextQuoting.quoted(release))\n"
        for file in files {
            let path = TextQuoting.quoted(file.path)
            switch file.content {
            case .file(let lines): text += "file \(path)\n" + FileSightings.text(of: lines)
            case .folder(let names): text += "folder \(path)\n" + FileSightings.text(of: names)
            case .absent: text += "absent \(path)\n"
            case .unreadable(let reason): text += "unreadable \(path) \(TextQuoting.quoted(reason))\n"
            }
        }
        return text
    }

    private static func text(of entries: [String]) -> String {
        entries.map { "| \(TextQuoting.quoted($0))\n" }.joined()
    }

    /// Reads what ``text`` writes.
    public init(text: some StringProtocol) throws(TextError) {
        var release: String?
        var files: [FileSighting] = []
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
            number += 1
            var cursor = TextCursor(Substring(line), line: number)
            if release == nil {
                try cursor.expect("kernel")
                release = try cursor.quoted("a kernel's release")
            } else if cursor.skip("|") {
                let entry = try cursor.quoted("a line or a name")
                guard let last = files.popLast(), let longer = last.adding(entry) else {
                    throw cursor.error(expected: "a file or a folder before its lines")
                }
                files.append(longer)
            } else {
                files.append(try FileSighting(&cursor))
            }
            try cursor.expectEnd()
        }
        guard let release else {
            throw TextError(line: number + 1, expected: "kernel \"RELEASE\"", found: "")
        }
        self.init(release: release, files: files)
    }
}

extension FileSighting {
    /// The first line of a path.
    fileprivate init(_ cursor: inout TextCursor) throws(TextError) {
        let kind = try cursor.value("file, folder, absent or unreadable") { word in
            ["file", "folder", "absent", "unreadable"].contains(word) ? word : nil
        }
        let path = try cursor.quoted("a path")
        let content: Content
        switch kind {
        case "file": content = .file(lines: [])
        case "folder": content = .folder(names: [])
        case "absent": content = .absent
        default: content = .unreadable(reason: try cursor.quoted("a reason"))
        }
        self.init(path: path, content: content)
    }

    /// The same with one line or name more; nil for what has none.
    fileprivate func adding(_ entry: String) -> FileSighting? {
        switch content {
        case .file(let lines): FileSighting(path: path, content: .file(lines: lines + [entry]))
        case .folder(let names): FileSighting(path: path, content: .folder(names: names + [entry]))
        case .absent, .unreadable: nil
        }
    }
}
