import Glibc
import Scenario

extension PuppetStage {
    /// One process, from its making to its reaping.
    struct Puppet {
        let name: TaskName
        /// Its pid in each PID namespace that it is in, from the harness's down.
        let pids: [pid_t]
        /// These namespaces, by their place among those that the program made; the harness's is 0.
        let spaces: [Int]
        /// The namespaces in which the probe chose its pid, by their place in ``pids``: programs leave it open.
        let openLevels: Set<Int>
        /// Those that its children will be in.
        var childSpaces: [Int]
        /// It is the first process of its PID namespace.
        let isFirst: Bool
        /// That of the thread that has taken its place, where one has.
        var slot: UInt32
        /// The number of its parent on the stage; nil for a child of the harness.
        var parent: Int?
        var state = State.living
        /// Orphans below it come to it.
        var isSubreaper = false
        /// Whose thread it is; nil for a process, which is its own leader.
        let leader: Int?
        /// Where /proc has a thread.
        let folder: String?
        /// The children that bombs gave it.
        var bombChildren = 0

        /// As the harness knows it.
        var pid: pid_t { pids[0] }
    }

    enum State {
        case living
        case zombie
        case reaped
    }

    /// A puppet that does not answer any more: something outside of the program killed it.
    struct Lost: Error {
        let name: TaskName
        var what = "was killed by something outside of the program"
    }
}
