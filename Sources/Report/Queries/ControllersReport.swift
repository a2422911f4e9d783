import KernelABI
public import KernelIndex
public import SourceConformance

/// What `controllers` shows: every controller of a kernel, and who is asked and told what, in which order.
public struct ControllersReport: QueryReport {
    /// The wire type of `controllers`.
    public struct Document: Encodable, Sendable {
        /// The kernel's version.
        public let kernel: String
        /// The release of the kernel that runs here; with `--live` alone.
        public let running: String?
        /// In the kernel's order.
        public let controllers: [ControllerDocument]
        /// By what the kernel asks or tells, in the order of `struct cgroup_subsys`.
        public let callbacks: [CallbackDocument]
        /// Controllers that run here and are not in the source; with `--live` alone.
        public let runningOnly: [String]?
    }

    /// A controller on the wire.
    public struct ControllerDocument: Encodable, Sendable {
        /// `io`
        public let name: String
        /// `blkio`
        public let legacyName: String
        /// `io_cgrp_subsys`
        public let object: String
        /// Where it is defined.
        public let file: String?
        /// The line there.
        public let line: Int?
        /// It may be in threaded cgroups.
        public let threaded: Bool
        /// The callbacks that it fills.
        public let callbacks: [RegistrationDocument]
        /// What `/proc/cgroups` says of it here: nil where it says nothing, or nobody looked.
        public let live: LiveDocument?
    }

    /// A line of `/proc/cgroups` on the wire.
    public struct LiveDocument: Encodable, Sendable {
        /// The number of its version 1 hierarchy; 0 for version 2, or for none.
        public let hierarchy: Int
        /// How many cgroups are in that.
        public let cgroups: Int
        /// It was not turned off at boot.
        public let enabled: Bool
    }

    /// A callback on the wire.
    public struct CallbackDocument: Encodable, Sendable {
        /// `can_fork`
        public let name: String
        /// Where the kernel calls it.
        public let dispatches: [DispatchDocument]
        /// Who has it, in the kernel's order.
        public let controllers: [String]
    }

    /// What the kernel asks and tells of a process from its making to its reaping: the callbacks that are shown one by one.
    private static let ofProcesses = ["can_fork", "cancel_fork", "fork", "exit", "release", "free"]

    private let controllers: [Controller]
    private let fields: [OpsField]
    private let live: [LiveController]?
    /// What `--json` prints.
    public let document: Document

    /// A report on the controllers of a kernel.
    ///
    /// - Parameters:
    ///   - fields: the callbacks of `struct cgroup_subsys`.
    ///   - live: what runs here, by its release; nil where nobody looked.
    public init(
        _ controllers: [Controller],
        fields: [OpsField],
        live: (release: String, controllers: [LiveController])?,
        about: IndexDescription
    ) {
        self.controllers = controllers
        self.fields = fields
        self.live = live?.controllers
        document = Document(
            kernel: about.kernelVersion.description,
            running: live?.release,
            controllers: controllers.map { controller in
                ControllerDocument(
                    name: controller.name,
                    legacyName: controller.legacyName,
                    object: controller.object.name,
                    file: controller.object.home?.file,
                    line: controller.object.home?.line,
                    threaded: controller.isThreaded,
                    callbacks: controller.callbacks.map(RegistrationDocument.init),
                    live: live?.controllers.first { $0.name == controller.legacyName }.map {
                        LiveDocument(hierarchy: $0.hierarchy, cgroups: $0.cgroups, enabled: $0.isEnabled)
                    }
                )
            },
            callbacks: fields.map { field in
                CallbackDocument(
                    name: field.field.name,
                    dispatches: field.dispatches.map(DispatchDocument.init),
                    controllers: controllers.filter { $0.callback(field.field.name) != nil }.map(\.name)
                )
            },
            runningOnly: live.map { live in
                live.controllers.map(\.name).filter { name in !controllers.contains { $0.legacyName == name } }
            }
        )
    }

    /// The controllers in the kernel's order, then each callback of a process's life with who has it.
    public func text(_ style: TextStyle) -> String {
        var lines = [
            "\(controllers.count) controllers of Linux \(document.kernel), in the order in which it comes by them"
        ]
        lines += table(style).lines(indent: 2)
        if let only = document.runningOnly, !only.isEmpty {
            lines.append(style.warning("  \(only.joined(separator: ", ")): in the kernel that runs here alone"))
        }
        for name in ControllersReport.ofProcesses {
            if let field = fields.first(where: { $0.field.name == name }) { lines += ["", block(field, style)] }
        }
        return lines.joined(separator: "\n")
    }

    private func table(_ style: TextStyle) -> TextTable {
        var table = TextTable()
        var heading = ["controller", "defined at"] + (live == nil ? [] : ["in \(document.running ?? "") here"])
        heading.append("asked or told of")
        table.add(row: heading.map { ($0, style.aside($0)) })
        for (controller, shown) in zip(controllers, document.controllers) {
            let place = controller.object.home?.description ?? ""
            var row = [(controller.name, style.name(controller.name)), (place, style.place(place))]
            if live != nil {
                let here = shown.live.map(ControllersReport.text) ?? "not there"
                row.append((here, shown.live == nil ? style.warning(here) : here))
            }
            let names = fields.map(\.field.name).filter { controller.callback($0) != nil }
            row.append((names.joined(separator: " "), names.joined(separator: " ")))
            table.add(row: row)
        }
        return table
    }

    private static func text(_ live: LiveDocument) -> String {
        guard live.enabled else { return "turned off" }
        if live.hierarchy == 0 { return "v2, or none" }
        return "v1 hierarchy \(live.hierarchy), \(live.cgroups) cgroup\(live.cgroups == 1 ? "" : "s")"
    }

    private func block(_ field: OpsField, _ style: TextStyle) -> String {
        let callers = field.dispatches.map { "\($0.caller.shownName) (\(style.place($0.place)))" }
        var table = TextTable()
        for controller in controllers {
            guard let registration = controller.callback(field.field.name) else { continue }
            table.add(
                (controller.name, controller.name),
                (registration.function.shownName, style.name(registration.function.shownName)),
                (registration.place.description, style.place(registration.place))
            )
        }
        let lines = table.lines(indent: 2)
        let heading = style.name(field.field.name) + "  called by " + callers.joined(separator: ", ")
        return ([heading] + (lines.isEmpty ? [style.aside("  no controller has it")] : lines)).joined(separator: "\n")
    }
}
