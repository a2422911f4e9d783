import Failure

/// Who stores functions in a field, and who calls through it.
public struct OpsField: Sendable {
    /// The field.
    public let field: Symbol
    /// Its type as C spells it; nil where the index has no layout of the record.
    public let type: String?
    /// Every place that stores a function in the field, by place.
    public let registrations: [Registration]
    /// Every place that calls through the field, by place.
    public let dispatches: [DispatchSite]
}

extension IndexStore {
    /// The registrations and dispatch sites of a struct's fields, in the order of the source.
    ///
    /// - Parameter name: `cgroup_subsys.can_fork` for one field, `cgroup_subsys` for all that functions are stored in
    ///   or called through.
    /// - Throws: ``Failure`` of status `negative` when there is no such struct or field, or nothing uses it so.
    public func ops(named name: String) throws -> [OpsField] {
        let wanted = SymbolName(name)
        let fields = try read { reader in
            if wanted.record != nil { return try reader.opsFields(reader.symbols(named: wanted).map(\.id)) }
            let records = try reader.symbols(named: wanted)
            return try records.flatMap { record in
                try reader.opsFields(
                    reader.identifiers("SELECT symbol FROM field WHERE record = ? ORDER BY position", [record.id])
                )
                .filter { !($0.registrations.isEmpty && $0.dispatches.isEmpty) }
            }
        }
        guard fields.isEmpty else { return fields }
        if try symbols(named: name).isEmpty {
            throw try unknown(name, what: "struct or field", kind: wanted.record == nil ? .record : .field)
        }
        throw Failure(.negative, "no function is stored in a field of \(name), and none is called through one")
    }

    /// The functions that an object is initialised with, in the order of the source: the callbacks of
    /// `pids_cgrp_subsys`.
    ///
    /// - Throws: ``Failure`` of status `negative` when there is no such object, or no function is stored in it.
    public func registrations(ofObject name: String) throws -> [Registration] {
        let objects = try symbols(named: name).filter { $0.kind == .variable }
        if objects.isEmpty { throw try unknown(name, what: "variable", kind: .variable) }
        let found = try read { reader in
            try objects.flatMap { try reader.registrations("registration.object = ?", $0.id) }
        }
        guard found.isEmpty else { return found }
        throw Failure(.negative, "no function is stored in \(name)")
    }
}

extension FactReader {
    func opsFields(_ fields: [Int64]) throws -> [OpsField] {
        try fields.map { identifier in
            OpsField(
                field: try symbol(identifier),
                type: try first("SELECT type FROM field WHERE symbol = ?", [identifier]) { try $0.text(0) },
                registrations: try registrations("registration.field = ?", identifier),
                dispatches: try dispatches("dispatch.field = ?", identifier)
            )
        }
    }
}
