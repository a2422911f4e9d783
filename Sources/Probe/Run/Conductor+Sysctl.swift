import CLinux
import Glibc
import KernelABI
import Scenario

/// Settings of the kernel.
extension Conductor {
    /// A write by a process, or as the harness.
    func sysctl(_ task: TaskName?, _ setting: Sysctl, _ number: UInt32, _ call: String) throws(Stop) -> [Event] {
        guard let task else {
            let refused = try required { () throws(SystemError) in
                try SystemFile.write("\(number)", to: setting.path)
            }
            return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
        }
        guard let puppet = stage.living(task) else { return [] }
        if !cgroup.isOfGuest { try requireOwnSettings(of: puppet) }
        let text = "\(number)"
        stage.setText(puppet, "\(setting.path)\0\(text)")
        return try simple(task, call, KERNAUT_WRITE_FILE, UInt64(text.utf8.count))
    }

    /// On a host, only what a user namespace of the program's own has is written.
    private func requireOwnSettings(of number: Int) throws(Stop) {
        let isOwn = try required { () throws(SystemError) in
            let folder = try ProcessFolder.path(ofPid: stage.puppets[number].pid)
            return try SystemFile.link("\(folder)/ns/user") != SystemFile.link("/proc/self/ns/user")
        }
        let name = stage.puppets[number].name
        guard isOwn else { throw Stop(ending: .unsupported(reason: "\(name): \(MachineSettings.ofThisMachine)")) }
        var status = statvfs()
        if statvfs("/proc/sys/user", &status) == 0, status.f_flag & UInt(ST_RDONLY) != 0 {
            throw Stop(ending: .skipped(reason: "/proc/sys is read-only here"))
        }
    }
}

extension Sysctl {
    /// Where the setting is: `/proc/sys/user/max_uts_namespaces`.
    var path: String { "/proc/sys/" + description.split(separator: ".").joined(separator: "/") }
}
