import CLibclang
import IndexFacts

/// The files of one unit, found by libclang's handles.
struct UnitFiles {
    private(set) var files: [UnitFile] = []
    private var byHandle: [UInt: Int] = [:]
    private var byPath: [String: Int] = [:]
    private let mainPath: String
    /// Answers from the last question; most questions repeat it.
    private var last: (handle: UInt, number: Int) = (0, -1)

    init(mainPath: String) { self.mainPath = mainPath }

    /// The number of a file in ``files``; nil for what no file holds.
    mutating func number(of file: CXFile?, names: PathNames) -> Int? {
        guard let file else { return nil }
        let handle = UInt(bitPattern: file)
        if handle == last.handle { return last.number }
        let number: Int
        if let known = byHandle[handle] {
            number = known
        } else {
            number = self.number(of: names.name(of: String(clang_getFileName(file))))
            byHandle[handle] = number
        }
        last = (handle, number)
        return number
    }

    /// The number of a file by its path.
    mutating func number(of path: String) -> Int {
        if let known = byPath[path] { return known }
        byPath[path] = files.count
        files.append(
            UnitFile(
                path: path,
                key: pathKey(path),
                isMain: path == mainPath,
                isSource: path.hasSuffix(".c"),
                index: nil
            )
        )
        return files.count - 1
    }

    /// The index that the blob gives a file, made when it is first asked for.
    mutating func index(of number: Int, in blob: inout FactBlob) -> Int {
        if let index = files[number].index { return index }
        let index = blob.files.count
        blob.files.append(FactBlob.File(path: files[number].path, digest: [], isIncluded: false))
        files[number].index = index
        return index
    }
}
