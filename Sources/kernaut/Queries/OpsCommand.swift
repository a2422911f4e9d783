import ArgumentParser
import KernelIndex
import Report

/// `kernaut ops STRUCT[.FIELD]`
struct OpsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ops",
        abstract: "List who stores functions in a struct's fields, and who calls through them.",
        discussion: """
            JSON: kernel, name, fields [field, type, registrations [field, function, object, how, file, line, column], \
            dispatches [field, receiver, function, file, line, column]]; with --object: kernel, object, registrations.
            """
    )

    @Argument(help: ArgumentHelp("A struct or a field: cgroup_subsys.can_fork.", valueName: "struct[.field]"))
    var name: String?

    @Option(help: ArgumentHelp("List the callbacks of this variable instead: pids_cgrp_subsys.", valueName: "variable"))
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
            output.show(OpsReport(try store.ops(named: name), name: name, about: store.about), from: store)
        }
    }
}
