import Failure
import KernelABI
public import KernelIndex
import KernelModel

/// The model's controllers held against those of an index.
public enum ControllerCheck {
    /// What differs, each in a line; nothing where the index has the same controllers in the same order, and each fills in the
    /// same functions for what happens to tasks.
    public static func differences(_ store: IndexStore) throws -> [String] {
        let modelled = KernelConfiguration(version: store.about.kernelVersion, unified: true).controllers
        let found: [Controller]
        do {
            found = try store.controllers()
        } catch let failure as Failure where failure.status == .negative {
            return [failure.what]
        }
        let names = found.map(\.name)
        guard names == modelled.map(\.name) else {
            return [
                "the controllers are \(names.joined(separator: " ")), not "
                    + modelled.map(\.name).joined(separator: " ")
            ]
        }
        return zip(found, modelled).flatMap { controller, model in
            SubsysCallback.allCases.compactMap { callback in
                let function = controller.callback(callback.rawValue)?.function.name
                guard function != model.callbacks[callback] else { return nil }
                return "\(controller.name).\(callback.rawValue) is \(function ?? "empty"), not "
                    + (model.callbacks[callback] ?? "empty")
            }
        }
    }
}
