import IndexFacts

extension UnitParser {
    /// What came of a unit on top of a prefix.
    enum OnPrefix {
        /// Its facts, which are the same by itself, and the files of the prefix that it would have read.
        case same(UnitFacts, PrefixContents, Set<Int>)
        /// Perhaps something else, see ``UnitFacts/OnPrefix``; and where the prefix below the one at fault is precompiled.
        case different(bySource: Bool, below: String?)
    }

    func parse(_ order: WorkOrder, onTopOf precompiled: String) -> OnPrefix {
        guard let contents = prefixContents(of: precompiled),
            let parsed = try? parsed(order, onTopOf: precompiled, isPrefix: false), parsed.errors == nil
        else { return .different(bySource: false, below: nil) }
        let facts = newFacts(parsed, order)
        var found = OnPrefix.different(bySource: false, below: nil)
        facts.collect { [unowned facts] in
            switch facts.comparison(with: contents) {
            case .same(let read):
                facts.foreignFiles = contents.paths(without: read)
                found = .same(facts, contents, read)
                return true
            case .different(let bySource, let file):
                found = .different(bySource: bySource, below: contents.base(below: file)?.precompiled)
                return false
            }
        }
        return found
    }

    /// The facts of a prefix's headers: on top of another prefix where they are the same there, else by themselves.
    ///
    /// - Parameter preprocessed: called before the walk through the declarations; tells whether they are wanted.
    /// - Returns: the facts, with the prefix below and all its files, since the headers are to be read again when one changes.
    func headerFacts(
        of order: WorkOrder,
        _ preprocessed: @escaping (UnitFacts, PrefixBase?) -> Bool
    ) throws(Unparsable) -> (UnitFacts, (contents: PrefixContents, read: [Int])?) {
        if let precompiled = order.prefix, let contents = prefixContents(of: precompiled),
            let facts = headerFacts(of: order, onTopOf: (precompiled, contents), preprocessed)
        {
            return (facts, (contents, Array(0..<contents.count)))
        }
        let parsed = try parsed(order, onTopOf: nil, isPrefix: true)
        if let errors = parsed.errors { throw Unparsable(reason: errors) }
        let facts = newHeaderFacts(parsed, order)
        facts.collect { [unowned facts] in preprocessed(facts, nil) }
        return (facts, nil)
    }

    private func headerFacts(
        of order: WorkOrder,
        onTopOf base: PrefixBase,
        _ preprocessed: @escaping (UnitFacts, PrefixBase?) -> Bool
    ) -> UnitFacts? {
        var macros = TouchedMacros(of: base.contents, arguments: order.arguments, names: pathNames(for: order))
        guard macros.append(to: order.file),
            let parsed = try? parsed(order, onTopOf: base.precompiled, isPrefix: true), parsed.errors == nil
        else { return nil }
        let facts = newHeaderFacts(parsed, order)
        var isSame = false
        facts.collect { [unowned facts] in
            guard case .same(let read) = facts.comparison(with: base.contents) else { return false }
            isSame = true
            facts.foreignFiles = base.contents.paths(without: read)
            return preprocessed(facts, base)
        }
        return isSame ? facts : nil
    }

    private func newHeaderFacts(_ parsed: ParsedUnit, _ order: WorkOrder) -> UnitFacts {
        pathNames(for: order).rename(order.file, to: PathNames.prefix)
        return newFacts(parsed, order, mainPath: PathNames.prefix)
    }

    private func prefixContents(of precompiled: String) -> PrefixContents? {
        if let known = contents[precompiled] { return known }
        guard let bytes = read(PrefixContents.path(for: precompiled)) else { return nil }
        contents[precompiled] = try? PrefixContents(decoding: bytes, below: prefixContents(of:))
        return contents[precompiled]
    }
}

extension UnitFacts {
    /// Writes the headers precompiled, and what they hold. Units need not wait for the walk through their declarations.
    ///
    /// - Returns: why that failed; nil when it did not.
    func precompile(to precompiled: String, onTopOf base: PrefixBase?) -> String? {
        let contents = PrefixContents(of: self, onTopOf: base).encoded
        guard parsed.save(to: precompiled), write(contents, to: PrefixContents.path(for: precompiled)) else {
            return "\(precompiled): the precompiled prefix cannot be written"
        }
        return nil
    }
}
