import KernelIndex

/// A call edge on the wire.
public struct EdgeDocument: Encodable, Sendable {
    /// The function that calls.
    public let from: String
    /// The function that is called.
    public let to: String
    /// `direct` or `ops`.
    public let evidence: String
    /// The file of the call.
    public let file: String
    /// The line of the call.
    public let line: Int
    /// The column of the call.
    public let column: Int
    /// For `ops`: the call through the field.
    public let dispatch: DispatchDocument?
    /// For `ops`: how the callee came to be in the field.
    public let registration: RegistrationDocument?
    /// Further edges between the same two functions.
    public let others: [EdgeDocument]?

    init(_ edge: CallEdge, others: [CallEdge]? = nil) {
        from = edge.caller.shownName
        to = edge.callee.shownName
        evidence = edge.evidence.rawValue
        file = edge.site.file
        line = edge.site.line
        column = edge.site.column
        dispatch = edge.dispatch.map(DispatchDocument.init)
        registration = edge.registration.map(RegistrationDocument.init)
        self.others = others.map { $0.map { EdgeDocument($0) } }
    }
}

/// A call through a field on the wire.
public struct DispatchDocument: Encodable, Sendable {
    /// The field: `cgroup_subsys.can_fork`.
    public let field: String
    /// The called expression as the source spells it.
    public let receiver: String
    /// The function that calls.
    public let function: String
    /// The file.
    public let file: String
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    init(_ dispatch: DispatchSite) {
        field = dispatch.field.shownName
        receiver = dispatch.receiver
        function = dispatch.caller.shownName
        file = dispatch.place.file
        line = dispatch.place.line
        column = dispatch.place.column
    }
}

/// A function stored in a field, on the wire.
public struct RegistrationDocument: Encodable, Sendable {
    /// The field: `cgroup_subsys.can_fork`.
    public let field: String
    /// The function that is stored.
    public let function: String
    /// The variable that is initialised, or the function that assigns.
    public let object: String?
    /// `initializer` or `assignment`.
    public let how: String
    /// The file.
    public let file: String
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int
    /// For `ops`: the options of the configuration that it hangs on; see `kernaut config`.
    public internal(set) var options: [OptionDocument]?

    init(_ registration: Registration) {
        field = registration.field.shownName
        function = registration.function.shownName
        object = registration.object?.shownName
        how = registration.how
        file = registration.place.file
        line = registration.place.line
        column = registration.place.column
    }
}

extension Registration {
    /// The object in words: `pids_cgrp_subsys`, `in fuse_init` for an assignment.
    var describedObject: String {
        guard let object else { return "an object without a name" }
        return how == "initializer" ? object.shownName : "\(how) in \(object.shownName)"
    }
}
