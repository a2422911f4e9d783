import StrictYAML

/// Reads one part of a statement.
enum PartReader {
    /// The keys that a part may have.
    static let keys = Set(["says", "weight", "otherwise", "outside", "observe"]).union(CheckReader.keys)

    static func read(_ entry: StrictMapping) throws -> ClaimPart {
        let checks = entry.keys.filter(CheckReader.keys.contains)
        guard checks.count <= 1 else {
            throw entry.failure(
                "a part has one check, not \(checks.count): \(checks.joined(separator: ", "))",
                at: checks[1]
            )
        }
        let check = try checks.first.map { try CheckReader.read($0, entry) }
        let observation = entry.has("observe") ? try ObservationReader.read(entry) : nil
        let outside = entry.has("outside") ? ClaimsFile.folded(try entry.text("outside")) : nil
        guard (outside == nil) != (check == nil && observation == nil) else {
            throw entry.failure("a part needs a check or 'observe', else 'outside' with the reason", at: "says")
        }
        return ClaimPart(
            says: ClaimsFile.folded(try entry.text("says")),
            weight: entry.has("weight") ? try entry.choice("weight", ClaimPart.Weight.self) : .core,
            check: check,
            observation: observation,
            outside: outside,
            otherwise: entry.has("otherwise") ? ClaimsFile.folded(try entry.text("otherwise")) : nil
        )
    }
}

extension StrictMapping {
    /// One of the words that a type knows.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String, _ type: Choice.Type) throws -> Choice {
        let word = try text(key)
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("'\(key)' is one of \(known), not '\(word)'", at: key)
        }
        return choice
    }

    /// A text where the key is there.
    func textIfPresent(_ key: String) throws -> String? { has(key) ? try text(key) : nil }

    /// A word that is `true` or `false`; false where the key is not there.
    func flag(_ key: String) throws -> Bool {
        switch try textIfPresent(key) {
        case nil, "false": false
        case "true": true
        case let other?: throw failure("'\(key)' is true or false, not '\(other)'", at: key)
        }
    }
}
