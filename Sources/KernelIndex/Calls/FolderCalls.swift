extension IndexStore {
    /// The direct calls from outside of a folder to functions that are defined in it, by place.
    ///
    /// - Parameter folder: a path in the source tree that ends with a slash: `kernel/cgroup/`.
    /// - Throws: ``Failure`` only when the index is damaged.
    public func calls(intoFolder folder: String) throws -> [CallEdge] {
        try read { reader in
            // No pattern of LIKE: in one, the underscores of paths would stand for any character.
            let edges = try reader.all(
                """
                SELECT DISTINCT call.caller, call.callee, file.path, call.line, call.column
                FROM file AS home
                JOIN definition ON definition.file = home.id AND definition.is_definition = 1
                JOIN call ON call.callee = definition.symbol
                JOIN file ON file.id = call.file
                WHERE substr(home.path, 1, length(?1)) = ?1 AND substr(file.path, 1, length(?1)) <> ?1
                """,
                [folder]
            ) { row in
                CallEdge(
                    caller: try reader.symbol(try row.identifier(0)),
                    callee: try reader.symbol(try row.identifier(1)),
                    evidence: .direct,
                    site: try row.place(2)
                )
            }
            return CallEdge.inShownOrder(edges)
        }
    }
}
