import Scenario

/// The settings of a guest that a program may change, as they were before it.
struct MachineSettings {
    /// Why a host runs no program that writes them.
    static let ofThisMachine = "it would change this machine's own settings"

    private let texts: [(path: String, text: String)]

    /// Reads those that some step of a program writes.
    init(before program: Program) throws(SystemError) {
        var known: Set<Sysctl> = []
        var texts: [(path: String, text: String)] = []
        for step in program.steps {
            guard case .sysctl(_, let setting, _) = step.action, known.insert(setting).inserted else { continue }
            texts.append((setting.path, try SystemFile.read(setting.path)))
        }
        self.texts = texts
    }

    /// Why a machine cannot run a program: it writes a setting that this kernel does not have.
    static func missing(for program: Program) -> String? {
        for step in program.steps {
            guard case .sysctl(_, .unprivilegedUsernsClone, _) = step.action else { continue }
            let setting = Sysctl.unprivilegedUsernsClone
            if !SystemFile.exists(setting.path) { return "\(step.text): this kernel has no \(setting)" }
        }
        return nil
    }

    /// Sets them as they were.
    func putBack() throws(SystemError) {
        for (path, text) in texts { try SystemFile.put(text, into: path) }
    }

    /// Why a program is not for a host: it changes a setting there. Where namespaces have a setting of their own, it is seen when
    /// a process writes it: in such a namespace it changes nothing of the machine's.
    static func changed(by program: Program) -> String? {
        for step in program.steps {
            guard case .sysctl(let task, let setting, _) = step.action else { continue }
            if task == nil || !setting.isOfNamespace { return "\(step.text): \(ofThisMachine)" }
        }
        return nil
    }
}
