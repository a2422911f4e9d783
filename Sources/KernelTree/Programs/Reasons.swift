extension Program {
    /// The line in which an apt or dpkg program says why it failed.
    static func reason(_ lines: some BidirectionalCollection<some StringProtocol>) -> String {
        let errors = lines.filter { $0.hasPrefix("E: ") || $0.hasPrefix("dpkg-deb: error") || $0.hasPrefix("tar: ") }
        // apt's last errors say that there were errors.
        let reason = errors.first ?? lines.last
        guard let reason else { return "it gave no reason" }
        return String(reason.hasPrefix("E: ") ? reason.dropFirst(3) : reason[...])
    }
}

extension StringProtocol {
    /// Without the characters at both ends that match.
    func trimming(_ isTrimmed: (Character) -> Bool) -> SubSequence {
        guard let first = firstIndex(where: { !isTrimmed($0) }), let last = lastIndex(where: { !isTrimmed($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
