import CLinux
import Glibc
import KernelABI
import Scenario

/// Forks by the clock, in place of a bomb's rounds.
extension Conductor {
    /// Times what is to be timed in a bomb's place, and tells of it.
    mutating func time(_ task: TaskName, _ timing: BombTiming, step: Int) throws(Stop) {
        guard let number = stage.living(task) else {
            throw Stop(ending: .badProgram(reason: "\(task) does not live when its bomb's turn comes"))
        }
        guard case .freeBomb(let watched) = timing.subject else {
            let address = UInt64(UInt(bitPattern: timing.memory))
            let result = try lossless { () throws(PuppetStage.Lost) in try stage.call(number, KERNAUT_TIMING, address) }
            if case .failure(let errno) = result { throw fault("timing forks: \(errno)") }
            return
        }
        kernaut_bomb_start(stage.table, stage.puppets[number].slot, timing.memory)
        let counts = try watch(timing, milliseconds: watched)
        guard output.send("\(counts.text)\n") else { throw Stop(ending: .interrupted) }
        // Told as a race's forks are: with them it is made sure that the guard's own limit refused nothing.
        let outcome = Outcome.forks(made: counts.made, refused: .EAGAIN)
        try tell(step: step, round: 1, events: [Event(task: task, call: "fork", outcome: outcome)])
    }

    /// Lets a bomb run until it has been refused and has then made nothing for some time, and stops it. How long it takes
    /// to be refused is the machine's affair: the supervisor's time bounds it.
    private func watch(_ timing: BombTiming, milliseconds: Int) throws(Stop) -> FreeBombCounts {
        var counts = kernaut_bomb_counts(timing.memory)
        while counts.first_refusal_ns < 0, counts.error == 0 {
            usleep(1000)
            counts = kernaut_bomb_counts(timing.memory)
        }
        var first: kernaut_bomb_counts
        var last = counts
        // A refusal may come before the last place is taken: two forks at once count themselves before RLIMIT_NPROC is
        // looked at, and then both are refused.
        repeat {
            first = last
            usleep(UInt32(milliseconds) * 1000)
            last = kernaut_bomb_counts(timing.memory)
        } while last.made != first.made && last.error == 0
        kernaut_bomb_stop(timing.memory)
        // Each process has to have a processor once to see that; the supervisor's time bounds the wait.
        repeat {
            usleep(1000)
            counts = kernaut_bomb_counts(timing.memory)
        } while counts.parked < counts.made + 1 && counts.error == 0
        if counts.error != 0 { throw fault("the bomb: \(Errno(rawValue: counts.error))") }
        return FreeBombCounts(
            cpus: timing.cpus,
            made: Int(counts.made),
            refused: Int(counts.refused),
            firstRefusal_ns: counts.first_refusal_ns < 0 ? nil : counts.first_refusal_ns,
            startedByFirstRefusal: Int(counts.started_by_first_refusal),
            cpuByFirstRefusal_ns: counts.cpu_by_first_refusal_ns,
            window_ns: last.now_ns - first.now_ns,
            windowRefused: Int(last.refused - first.refused),
            windowCPU_ns: last.cpu_ns - first.cpu_ns
        )
    }
}
