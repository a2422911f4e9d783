import CLinux
import Glibc
import KernelABI
import Scenario

/// Settings of the kernel.
extension Conductor {
    /// A write by a process, or as the harness.
    mutating func sysctl(
        _ task: TaskName?,
        _ setting: Sysctl,
        _ value: SysctlValue,
        _ call: String
    ) throws(Stop) -> [Event] {
        if setting == .pidMax, case .number(let number) = value { try requireKnownMinimum(number) }
        guard let task else {
            let text: String
            switch value {
            case .number(let number): text = "\(number)"
            case .room(let room): return [try leave(Int(room), setting, call)]
            }
            let refused = try required { () throws(SystemError) in try SystemFile.write(text, to: setting.path) }
            return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
        }
        guard let puppet = stage.living(task) else { return [] }
        if !cgroup.isOfGuest { try requireOwn(setting, of: puppet) }
        return try write(task, value.description, to: setting.path, call)
    }

    // MARK: - A room

    /// Writes the number that leaves room for so many, as counted while nothing beside the program came or went.
    private mutating func leave(_ room: Int, _ setting: Sysctl, _ call: String) throws(Stop) -> Event {
        for _ in 0..<5 {
            let before = try required { () throws(SystemError) in try OtherThreads(beside: stage) }
            if let others, others != before { break }
            let threads = before.present + stage.puppets.count { $0.state != .reaped }
            let number = try required { () throws(SystemError) in
                setting == .threadsMax ? threads + room : try FreePids.limit(room: room, threads: threads)
            }
            let refused = try required { () throws(SystemError) in
                try SystemFile.write("\(number)", to: setting.path)
            }
            if let refused { throw fault("write \(number) to \(setting): \(refused)") }
            let after = try required { () throws(SystemError) in try OtherThreads(beside: stage) }
            if before == after {
                others = before
                return Event(task: nil, call: call, outcome: .done)
            }
        }
        throw Stop(ending: .disturbed)
    }

    /// What a room leaves is known only where the machine's other threads are what they were.
    func requireSameOthers() throws(Stop) {
        guard let others else { return }
        let now = try required { () throws(SystemError) in try OtherThreads(beside: stage) }
        if now != others { throw Stop(ending: .disturbed) }
    }

    // MARK: - On this machine

    /// Boot raises the smallest `pid_max` to 8 for each processor that the machine may have: 301 is taken for it.
    private func requireKnownMinimum(_ number: UInt32) throws(Stop) {
        guard let text = try? SystemFile.read("/sys/devices/system/cpu/possible"),
            let last = text.split(whereSeparator: { "-,\n".contains($0) }).last.flatMap({ UInt32($0) })
        else { return }
        guard number > 300, number < (last + 1) * 8 else { return }
        throw Stop(ending: .unsupported(reason: "this machine's smallest kernel.pid_max is above \(number)"))
    }

    /// On a host, only what a namespace of the program's own has is written.
    private func requireOwn(_ setting: Sysctl, of number: Int) throws(Stop) {
        let isOwn: Bool
        if setting == .pidMax {
            isOwn = stage.puppets[number].spaces.count > 1 && Conductor.hasPidMaxOfNamespaces
        } else {
            isOwn = try required { () throws(SystemError) in
                let folder = try ProcessFolder.path(ofPid: stage.puppets[number].pid)
                return try SystemFile.link("\(folder)/ns/user") != SystemFile.link("/proc/self/ns/user")
            }
        }
        let name = stage.puppets[number].name
        guard isOwn else { throw Stop(ending: .unsupported(reason: "\(name): \(MachineSettings.ofThisMachine)")) }
        var status = statvfs()
        if statvfs("/proc/sys/kernel", &status) == 0, status.f_flag & UInt(ST_RDONLY) != 0 {
            throw Stop(ending: .skipped(reason: "/proc/sys is read-only here"))
        }
    }

    /// `kernel.pid_max` is a PID namespace's own, so that a write in there changes nothing of the machine's.
    private static let hasPidMaxOfNamespaces: Bool = {
        guard let version = KernelVersion(Probe.release()) else { return false }
        return version.release >= KernelVersion(6, 14)
    }()
}

extension Sysctl {
    /// Where the setting is: `/proc/sys/user/max_uts_namespaces`.
    var path: String { "/proc/sys/" + description.split(separator: ".").joined(separator: "/") }
}
