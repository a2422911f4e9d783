import ArgumentParser
import Failure
import Foundation
import KernelIndex
import Report
import SourceConformance

/// `kernaut controllers`
struct ControllersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controllers",
        abstract: "List the cgroup controllers, and what each does when a process is made, ends and is reaped.",
        discussion: """
            The order is the kernel's own, in which it asks and tells them. With --live, what /proc/cgroups says here \
            stands beside it.
            JSON: kernel, running, controllers [name, legacyName, object, file, line, threaded, callbacks [field, \
            function, object, how, file, line, column], live [hierarchy, cgroups, enabled]], callbacks [name, \
            dispatches [field, receiver, function, file, line, column], controllers], runningOnly.
            """
    )

    @Flag(help: "Show beside them the controllers of the kernel that runs here.")
    var live = false

    @OptionGroup var index: IndexOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try index.open()
        let report = ControllersReport(
            try store.controllers(),
            fields: try store.ops(named: "cgroup_subsys"),
            live: live ? (LiveKernel.runningRelease, try running()) : nil,
            about: store.about
        )
        output.show(report, from: store)
    }

    private func running() throws(Failure) -> [LiveController] {
        guard let text = FileManager.default.contents(atPath: LiveController.file) else {
            throw Failure(
                .unavailable,
                "the controllers of the running kernel are not shown",
                at: LiveController.file,
                remedy: "it needs CONFIG_CGROUPS and /proc"
            )
        }
        return try LiveController.all(in: String(decoding: text, as: UTF8.self))
    }
}
