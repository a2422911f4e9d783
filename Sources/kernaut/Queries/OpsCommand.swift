import ArgumentParser
import KernelIndex
import Report

/// `kernaut ops STRUCT[.FIELD]`
struct OpsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ops",
        abstract: "List who stores functions in a struct's fields, and who calls through them.",
        discussion: """
            Behind a registration stand the options of the configuration that it hangs on; 'kernaut config' says why.
            JSON: kernel, name, fields [field, type, registrations [field, function, object, how, file, line, column, \
            options [name, value]], dispatches [field, receiver, function, file, line, column]]; with --object: kernel, \
            object, registrations.
            """
    )

    @Argument(
        help: ArgumentHelp("A struct or a field: cgroup_subsys.can_fork.", valueName: "struct[.field]"),
        completion: .recordName
    )
    var name: String?

    @Option(
        help: ArgumentHelp("List the callbacks of this variable instead: pids_cgrp_subsys.", valueName: "variable"),
        completion: .variableName
    )
    var object: String?

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if (name == nil) == (object == nil) {
            throw ValidationError("ops takes either STRUCT[.FIELD] or --object VARIABLE")
        }
    }

    func run() throws {
        let store = try index.open()
        if let object {
            let registrations = try store.registrations(ofObject: object)
            output.show(CallbacksReport(registrations, object: object, about: store.about), from: store)
        } else if let name {
            let fields = try store.ops(named: name)
            let config = ConfigReader(store)
            var options: [LocatedLine: [ConfigOption]] = [:]
            for place in Set(fields.flatMap(\.registrations).map(\.place)) {
                options[place] = try config.needs(of: place).options
            }
            output.show(OpsReport(fields, name: name, options: options, about: store.about), from: store)
        }
    }
}
