import CLinux
import Glibc
import KernelABI
import Scenario

/// What the harness does to cgroups.
extension Conductor {
    mutating func makeCgroup(_ path: CgroupPath, _ call: String) throws(Stop) -> [Event] {
        let refused = try required { () throws(SystemError) in
            try cgroup.makeDirectory(of: path, program.world.cgroupType)
        }
        if refused == nil {
            do { try files.add(path, of: cgroup) } catch { throw fault(error.description) }
        }
        return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
    }

    mutating func removeCgroup(_ path: CgroupPath, _ call: String) throws(Stop) -> [Event] {
        guard rmdir(cgroup.directory(of: path)) == 0 else {
            return [Event(task: nil, call: call, outcome: .failed(SystemFile.lastErrno()))]
        }
        files.remove(path)
        return [Event(task: nil, call: call, outcome: .done)]
    }

    /// Reads a cgroup's file as the harness.
    func read(_ cgroupPath: CgroupPath, _ file: String, _ call: String) throws(Stop) -> [Event] {
        let path = "\(cgroup.directory(of: cgroupPath))/\(file)"
        guard SystemFile.exists(path) else { return [Event(task: nil, call: call, outcome: .failed(.ENOENT))] }
        let text =
            file == "cgroup.events"
            ? try settledEvents(of: cgroupPath, path)
            : try required { () throws(SystemError) in try SystemFile.read(path) }
        return [Event(task: nil, call: call, outcome: .text(text))]
    }

    /// Writes a cgroup's file as the harness.
    mutating func write(_ text: String, to path: CgroupPath, _ file: String, _ call: String) throws(Stop) -> [Event] {
        let directory = cgroup.directory(of: path)
        guard SystemFile.exists("\(directory)/\(file)") else {
            return [Event(task: nil, call: call, outcome: .failed(.ENOENT))]
        }
        let threatened = file == "cgroup.kill" ? try inhabitants(of: directory) : []
        let refused = try required { () throws(SystemError) in try SystemFile.write(text, to: "\(directory)/\(file)") }
        if refused == nil {
            if file == "cgroup.kill", !text.isEmpty { try awaitEnds(of: threatened) }
            if file == "cgroup.freeze" { try settle(path) }
            if file == "cgroup.subtree_control" {
                try required { () throws(SystemError) in try files.renewCounters(below: path, of: cgroup) }
            }
        }
        return [Event(task: nil, call: call, outcome: refused.map { .failed($0) } ?? .done)]
    }

    /// The processes of the program that a cgroup and those below it list. A process of a nested PID namespace is one of the
    /// harness's, too, and has a pid here.
    private func inhabitants(of directory: String) throws(Stop) -> [Int] {
        let list = try required { () throws(SystemError) in try SystemFile.read("\(directory)/cgroup.threads") }
        var found = list.split(separator: "\n").compactMap { pid_t($0).flatMap { pid in stage.number(ofPid: pid) } }
        for name in SystemFile.directories(in: directory) { found += try inhabitants(of: "\(directory)/\(name)") }
        return found
    }

    /// Waits for the ends of processes that the kernel was told to kill.
    private mutating func awaitEnds(of numbers: [Int]) throws(Stop) {
        let processes = Set(numbers.map(stage.leader)).filter { stage.alive($0) != nil }.sorted()
        for number in processes {
            // Who was in a PID namespace whose first process is dead may be gone altogether.
            try awaitDeath(of: number, orGone: true)
        }
        for number in processes where stage.alive(number) != nil {
            do { try stage.noteEnd(of: number) } catch { throw lost(error) }
        }
    }

    /// Waits until all in a cgroup and below stand still, or go on, as they were told.
    ///
    /// Without that, 5.10 to 6.12 may keep a cgroup `frozen 1` that is frozen no more: the end of its last task makes it so
    /// whatever is below (`cgroup_update_frozen`, `kernel/cgroup/freezer.c`), and where nobody below stood still yet,
    /// `cgroup_do_freeze` sees nothing to revisit.
    private func settle(_ path: CgroupPath) throws(Stop) {
        let directory = cgroup.directory(of: path)
        _ = try settledEvents(of: path, "\(directory)/cgroup.events")
        for name in SystemFile.directories(in: directory) {
            if let below = path.child(name) { try settle(below) }
        }
    }

    /// Who is told to stand still does so when it next comes by the place where it takes signals, and who is told to go on
    /// likewise. What was asked for is given a second to come about. Guests of 5.10 and 6.1 were seen to say `frozen 0` for a
    /// moment after they had said `frozen 1`, so the text that was waited for is the one that counts, and is not read again.
    private func settledEvents(of path: CgroupPath, _ events: String) throws(Stop) -> String {
        var isAsked = false
        var level: CgroupPath? = path
        while let current = level {
            let flag = try required { () throws(SystemError) in
                try SystemFile.read("\(cgroup.directory(of: current))/cgroup.freeze")
            }
            isAsked = isAsked || flag == "1\n"
            level = current.parent
        }
        var text = ""
        for _ in 0..<1000 {
            text = try required { () throws(SystemError) in try SystemFile.read(events) }
            if text.contains(isAsked ? "frozen 1" : "frozen 0") { break }
            usleep(1000)
        }
        return text
    }
}
