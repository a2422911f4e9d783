import Foundation

/// The headers that units include, as they stand in a prefix.
struct UnitHeaders {
    /// By the unit's number; without those below a condition, each once, in their order.
    private var headers: [Int: [String]] = [:]
    /// By the folders where headers are looked for, and by the header.
    private var kinds: [[String]: [String: Kind]] = [:]

    /// Which prefixes a header can be part of.
    private struct Kind {
        var isShareable: Bool
        var setsMessages = false
        var isOfTraceEvents = false
    }

    /// Reads the files of some units, on all processors.
    init(of units: [PlannedUnit], _ numbers: [Int]) {
        let found = InParts.of(numbers) { numbers in
            numbers.map { number in
                let unit = units[number]
                var seen: Set<String> = []
                return IncludeScan.unconditionalIncludes(of: unit.file).compactMap { unit.header(of: $0) }
                    .filter { seen.insert($0).inserted }
            }
        }
        for (number, headers) in zip(numbers, found) { self.headers[number] = headers }
    }

    /// The headers that many of some units include and that can be shared, in the order in which they come; those of trace events
    /// last, as units have them: what these define as a macro may be a function to the others.
    ///
    /// - Parameters:
    ///   - purpose: of the prefix.
    ///   - threshold: how many is many.
    ///   - privateThreshold: the same for headers in quotes.
    ///   - folders: where those in brackets are looked for.
    mutating func shared(
        by units: [Int],
        for purpose: PlannedPrefix.Purpose,
        threshold: Int,
        privateThreshold: Int,
        folders: [String],
        directory: String
    ) -> [String] {
        var including: [String: Int] = [:]
        var order: [String] = []
        for unit in units {
            for header in headers[unit] ?? [] {
                if including[header] == nil { order.append(header) }
                including[header, default: 0] += 1
            }
        }
        let shared = order.filter { header in
            including[header]! >= (header.hasPrefix("\"") ? privateThreshold : threshold)
                && fits(purpose, header, folders, directory)
        }
        return shared.filter { !kind(of: $0, folders, directory).isOfTraceEvents }
            + shared.filter { kind(of: $0, folders, directory).isOfTraceEvents }
    }

    /// Whether a header can be part of a prefix that serves some purpose.
    private mutating func fits(
        _ purpose: PlannedPrefix.Purpose,
        _ header: String,
        _ folders: [String],
        _ directory: String
    ) -> Bool {
        let kind = kind(of: header, folders, directory)
        guard kind.isShareable else { return false }
        return switch purpose {
        // What is made for one folder is nothing that others are on top of.
        case .common: !kind.setsMessages && !kind.isOfTraceEvents
        case .late: !kind.isOfTraceEvents
        case .units, .own: true
        }
    }

    private mutating func kind(of header: String, _ folders: [String], _ directory: String) -> Kind {
        let place = header.hasPrefix("\"") ? [] : [directory] + folders
        if let known = kinds[place]?[header] { return known }
        var kind = Kind(isShareable: false)
        if let file = UnitHeaders.file(header, folders, directory), IncludeScan.isShareable(file) {
            kind = Kind(
                isShareable: true,
                setsMessages: IncludeScan.setsMessages(file),
                isOfTraceEvents: IncludeScan.isOfTraceEvents(file)
            )
        }
        kinds[place, default: [:]][header] = kind
        return kind
    }

    private static func file(_ header: String, _ folders: [String], _ directory: String) -> String? {
        let name = String(header.dropFirst().dropLast())
        return header.hasPrefix("\"") ? name : find(name, in: folders, directory: directory)
    }

    /// The file that an include in brackets names; nil for one that is not there.
    static func find(_ name: String, in folders: [String], directory: String) -> String? {
        for folder in folders {
            let file = folder.hasPrefix("/") ? "\(folder)/\(name)" : "\(directory)/\(folder)/\(name)"
            if FileManager.default.fileExists(atPath: file) { return file }
        }
        return nil
    }
}
