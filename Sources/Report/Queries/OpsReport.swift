import KernelABI
public import KernelIndex

/// What `ops` shows of a struct's fields: who stores functions there, who calls through them.
public struct OpsReport: QueryReport {
    /// The wire type of `ops`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The struct or field that was asked for.
        public let name: String
        /// The fields in the order of the source.
        public let fields: [FieldDocument]
    }

    /// A field on the wire.
    public struct FieldDocument: Encodable, Sendable {
        /// `cgroup_subsys.can_fork`
        public let field: String
        /// Its type as C spells it.
        public let type: String?
        /// Every place that stores a function there.
        public let registrations: [RegistrationDocument]
        /// Every place that calls through it.
        public let dispatches: [DispatchDocument]
    }

    let fields: [OpsField]
    private let options: [LocatedLine: [ConfigOption]]
    /// What `--json` prints.
    public let document: Document

    /// A report of fields.
    ///
    /// - Parameter options: the options that registrations hang on, by place.
    public init(
        _ fields: [OpsField],
        name: String,
        options: [LocatedLine: [ConfigOption]] = [:],
        about: IndexDescription
    ) {
        self.fields = fields
        self.options = options
        document = Document(
            kernel: about.kernelVersion.description,
            name: name,
            fields: fields.map { field in
                FieldDocument(
                    field: field.field.shownName,
                    type: field.type,
                    registrations: field.registrations.map { registration in
                        var document = RegistrationDocument(registration)
                        document.options = options[registration.place]?.map(OptionDocument.init)
                        return document
                    },
                    dispatches: field.dispatches.map(DispatchDocument.init)
                )
            }
        )
    }

    private func inWords(_ place: LocatedLine) -> String {
        (options[place] ?? []).map(\.inWords).joined(separator: " ")
    }

    /// A heading for each field, then its registrations, then its dispatch sites.
    public func text(_ style: TextStyle) -> String {
        fields.map { field in
            var table = TextTable()
            for registration in field.registrations {
                table.add(
                    ("registration", style.evidence("registration")),
                    (registration.place.description, style.place(registration.place)),
                    (registration.function.shownName, style.name(registration.function.shownName)),
                    (registration.describedObject, registration.describedObject),
                    (inWords(registration.place), style.aside(inWords(registration.place)))
                )
            }
            for dispatch in field.dispatches {
                table.add(
                    ("dispatch", style.evidence("dispatch")),
                    (dispatch.place.description, style.place(dispatch.place)),
                    (dispatch.caller.shownName, style.name(dispatch.caller.shownName)),
                    (dispatch.receiver, dispatch.receiver)
                )
            }
            var heading = style.name(field.field.shownName)
            if let type = field.type { heading += "  \(type)" }
            let missing = [
                field.registrations.isEmpty ? "  nothing is stored in it" : nil,
                field.dispatches.isEmpty ? "  nothing calls through it" : nil,
            ]
            return ([heading] + table.lines(indent: 2) + missing.compactMap { $0.map(style.aside) })
                .joined(separator: "\n")
        }
        .joined(separator: "\n\n")
    }
}

/// What `ops --object` shows: the functions that an object is initialised with.
public struct CallbacksReport: QueryReport {
    /// The wire type of `ops --object`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The object that was asked for.
        public let object: String
        /// The functions stored in it, by place.
        public let registrations: [RegistrationDocument]
    }

    let registrations: [Registration]
    /// What `--json` prints.
    public let document: Document

    /// A report of an object's callbacks.
    public init(_ registrations: [Registration], object: String, about: IndexDescription) {
        self.registrations = registrations
        document = Document(
            kernel: about.kernelVersion.description,
            object: object,
            registrations: registrations.map(RegistrationDocument.init)
        )
    }

    /// A line for each callback: field, function, place.
    public func text(_ style: TextStyle) -> String {
        var table = TextTable()
        for registration in registrations {
            table.add(
                (registration.field.shownName, registration.field.shownName),
                (registration.function.shownName, style.name(registration.function.shownName)),
                (registration.place.description, style.place(registration.place))
            )
        }
        return ([style.name(document.object)] + table.lines(indent: 2)).joined(separator: "\n")
    }
}
