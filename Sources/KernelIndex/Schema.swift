/// The layout of an index database.
///
/// Facts belong to the unit that brought them (`unit` columns), so that a unit's facts go when it is parsed again.
/// Lines and columns count from 1; offsets and sizes are in bits. Paths are relative to the source tree; files that the
/// kernel's build generated start with `@build/`, files outside both are absolute.
public enum Schema {
    /// Raised with every change of the layout, of what the facts mean, of how units are planned, or of the keys of groups:
    /// an update would take groups under other keys for lost. An index of another version is refused.
    public static let version = 10

    /// The statements that make an empty index.
    static let statements = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        -- Every file that a unit read. digest: XXH3-128 of the content.
        -- stamp: what the file system said of it then, its time and size; an equal one spares reading the file again.
        CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, stamp TEXT);

        -- A translation unit, or the shared prefix (kind 'prefix'). status: 'ok' or 'failed' with its message.
        CREATE TABLE unit (
            id INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES file, kind TEXT NOT NULL,
            command_digest BLOB NOT NULL, used_prefix INTEGER NOT NULL, status TEXT NOT NULL, message TEXT
        );

        CREATE INDEX unit_failed ON unit (status) WHERE status <> 'ok';

        -- What a unit read, and what its facts name: ascending numbers, their differences in base 128.
        CREATE TABLE unit_list (unit INTEGER PRIMARY KEY, files BLOB NOT NULL, symbols BLOB NOT NULL);

        -- Which groups of facts (a declaration, a macro, an expansion) a unit owns in a header that it shares with
        -- others: their keys, 8 bytes each. Only the indexer reads it.
        CREATE TABLE header_group (
            file INTEGER NOT NULL, unit INTEGER NOT NULL, keys BLOB NOT NULL, PRIMARY KEY (file, unit)
        ) WITHOUT ROWID;
        CREATE INDEX header_group_unit ON header_group (unit);

        -- Texts that many rows share: types, and what is around the name in an identity.
        CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
        CREATE INDEX text_end ON text (substr(value, -12));

        -- identity tells apart what shares a name: 'f:copy_process@kernel/fork.c' is static, 'f:kernel_clone' is not.
        -- kind: 0 function, 1 variable, 2 record, 3 field, 4 enum, 5 enumerator, 6 typedef, 7 macro. qualifier: the
        -- text that gives the identity when the line feed in it becomes the name. Read it as the view `symbol`.
        CREATE TABLE symbol_row (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind INTEGER NOT NULL, is_static INTEGER NOT NULL,
            qualifier INTEGER NOT NULL, type INTEGER
        );
        CREATE INDEX symbol_name ON symbol_row (name, qualifier);
        CREATE INDEX symbol_variable ON symbol_row (type) WHERE kind = 1;
        -- Members are asked for by the record's name, which many members have as well.
        CREATE INDEX symbol_record ON symbol_row (name) WHERE kind = 2;
        CREATE VIEW symbol AS SELECT
            id, replace((SELECT value FROM text WHERE text.id = qualifier), char(10), name) AS identity, name,
            CASE kind WHEN 0 THEN 'function' WHEN 1 THEN 'variable' WHEN 2 THEN 'record' WHEN 3 THEN 'field'
                WHEN 4 THEN 'enum' WHEN 5 THEN 'enumerator' WHEN 6 THEN 'typedef' ELSE 'macro' END AS kind,
            is_static, (SELECT value FROM text WHERE text.id = symbol_row.type) AS type
        FROM symbol_row;

        -- In which blocks of symbols names contain three characters in a row: see `NameParts`.
        CREATE TABLE name_part (part INTEGER PRIMARY KEY, blocks BLOB NOT NULL);

        -- Where a symbol is defined (is_definition 1) or merely declared (0).
        CREATE TABLE definition (
            symbol INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL,
            end_line INTEGER NOT NULL, is_definition INTEGER NOT NULL, unit INTEGER NOT NULL,
            PRIMARY KEY (symbol, unit, file, line, column, is_definition, end_line)
        ) WITHOUT ROWID;

        -- A unit's body of a function that the linker takes only where there is no other one (`__weak`). replaced: where there is,
        -- the symbol that has this body's facts; NULL where the function has them.
        CREATE TABLE weak_definition (
            function INTEGER NOT NULL, unit INTEGER NOT NULL, replaced INTEGER, PRIMARY KEY (function, unit)
        ) WITHOUT ROWID;

        -- The places where a unit uses a symbol: file, line, column, how, and the function or variable around it, in the
        -- form of `UseList`.
        CREATE TABLE reference (
            symbol INTEGER NOT NULL, unit INTEGER NOT NULL, uses BLOB NOT NULL, PRIMARY KEY (symbol, unit)
        ) WITHOUT ROWID;

        -- A direct call. Line and column are those of the call's expansion in the file that the reader sees.
        CREATE TABLE call (
            caller INTEGER NOT NULL, callee INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,
            column INTEGER NOT NULL, unit INTEGER NOT NULL,
            PRIMARY KEY (caller, callee, file, line, column, unit)
        ) WITHOUT ROWID;
        CREATE INDEX call_callee ON call (callee);

        -- A call through a field; receiver is the called expression as the source spells it: 'ss->can_fork'. Where the
        -- structure comes from is a node of `flow`; several rows of one place have one each.
        CREATE TABLE dispatch (
            caller INTEGER NOT NULL, field INTEGER NOT NULL, receiver TEXT NOT NULL, base_kind INTEGER NOT NULL,
            base INTEGER NOT NULL, base_position INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,
            column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX dispatch_caller ON dispatch (caller);
        CREATE INDEX dispatch_field ON dispatch (field);

        -- field = function, by 'initializer' (of the variable `object`) or 'assignment' (in the function `object`).
        CREATE TABLE registration (
            field INTEGER NOT NULL, function INTEGER NOT NULL, object INTEGER, how TEXT NOT NULL,
            base_kind INTEGER NOT NULL, base INTEGER NOT NULL, base_position INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX registration_field ON registration (field, object);
        CREATE INDEX registration_function ON registration (function);

        -- A function passed to `callee` as argument number `position` (from 0).
        CREATE TABLE argument (
            function INTEGER NOT NULL, callee INTEGER NOT NULL, position INTEGER NOT NULL, within INTEGER,
            file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX argument_function ON argument (function);
        CREATE INDEX argument_callee ON argument (callee);
        CREATE INDEX argument_within ON argument (within);

        -- What is in one place gets into another. A place is a kind, a symbol and, of parameters, a position from 0. Kinds:
        -- 0 not followed (symbol 0), 1 a function, 2 a variable's address, 3 the pointer in a member, 4 the structure
        -- that a member is, 5 the pointer in a variable or in an array, 6 a parameter, 7 a result, 8 a parameter of what
        -- is called through the member, 9 its result. within: the function, or the variable with the initializer.
        CREATE TABLE flow (
            to_symbol INTEGER NOT NULL, to_kind INTEGER NOT NULL, to_position INTEGER NOT NULL,
            from_kind INTEGER NOT NULL, from_symbol INTEGER NOT NULL, from_position INTEGER NOT NULL,
            within INTEGER, file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX flow_to ON flow (to_symbol);
        CREATE INDEX flow_from ON flow (from_symbol);

        -- A call of what is in a place (see `flow`) other than by a member that the call names.
        CREATE TABLE pointer_call (
            caller INTEGER NOT NULL, kind INTEGER NOT NULL, symbol INTEGER NOT NULL, position INTEGER NOT NULL,
            receiver TEXT NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL,
            unit INTEGER NOT NULL
        );
        CREATE INDEX pointer_call_caller ON pointer_call (caller);
        CREATE INDEX pointer_call_symbol ON pointer_call (symbol);

        -- The layout of a complete struct or union.
        CREATE TABLE record (
            symbol INTEGER PRIMARY KEY, size_bits INTEGER NOT NULL, align_bits INTEGER NOT NULL,
            is_union INTEGER NOT NULL, unit INTEGER NOT NULL
        );

        -- A member, in the order of the source. Members of anonymous structs and unions belong to the named record
        -- around them (depth > 0) with their offset in it. target: the record that the type is made of, behind
        -- `pointers` pointers; 0 pointers means embedded. elements: of an array, else NULL.
        CREATE TABLE field (
            symbol INTEGER PRIMARY KEY, record INTEGER NOT NULL, position INTEGER NOT NULL, depth INTEGER NOT NULL,
            type TEXT NOT NULL, offset_bits INTEGER NOT NULL, size_bits INTEGER NOT NULL, is_bitfield INTEGER NOT NULL,
            target INTEGER, pointers INTEGER NOT NULL, elements INTEGER, unit INTEGER NOT NULL
        );
        CREATE INDEX field_record ON field (record, position);
        CREATE INDEX field_target ON field (target);

        -- A SYSCALL_DEFINE: `function` is the symbol of the body (__do_sys_NAME), name is what the macro names.
        CREATE TABLE syscall_definition (
            name TEXT NOT NULL, function INTEGER NOT NULL, is_compat INTEGER NOT NULL, arguments INTEGER NOT NULL,
            file INTEGER NOT NULL, line INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX syscall_definition_function ON syscall_definition (function);

        -- An error constant that starts its way out of a function. condition: what decides, in the source's words, with
        -- '!(...)' around what must not hold, on line decision_line of the same file; NULL when nothing decides.
        -- surroundings: the conditions of the if and switch statements around the decision, outermost first, one a line.
        CREATE TABLE errno_origin (
            function INTEGER NOT NULL, errno TEXT NOT NULL, condition TEXT, decision_line INTEGER, surroundings TEXT,
            file INTEGER NOT NULL, line INTEGER NOT NULL, column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX errno_origin_function ON errno_origin (function);

        -- A call whose error the function may return. callee: a function, or the field that is called through. The place
        -- is that of the call or dispatch.
        CREATE TABLE errno_passage (
            function INTEGER NOT NULL, callee INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,
            column INTEGER NOT NULL, unit INTEGER NOT NULL
        );
        CREATE INDEX errno_passage_function ON errno_passage (function);

        -- A row of the architecture's syscall table, read from the tree: what user space calls the entry.
        CREATE TABLE syscall_entry (
            number INTEGER NOT NULL, abi TEXT NOT NULL, name TEXT NOT NULL, entry TEXT, line INTEGER NOT NULL,
            file INTEGER NOT NULL
        );
        """

    /// The same, one by one.
    static var all: [String] {
        statements.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n").split(separator: ";")
            .map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    }
}
