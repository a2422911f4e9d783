import KernelABI
import Scenario

/// wait4 and waitid with their options: what a zombie is to each of them.
extension ProgramGenerator {
    mutating func waitCall(_ number: Int) -> Action {
        let task = sketch.people[number].name
        switch random.below(9) {
        case 0, 1:
            // What is refused is cheap: several.
            isScene = true
            sequel = (0..<3).map { _ in .waitCall(task, wrongWait()) }
            return .waitCall(task, wrongWait())
        case 2: return lookedAt(number)
        case 3, 4: return childrenOfBothKinds(number)
        case 5, 7: return waitForTheLiving(number)
        case 6:
            // Somebody, whoever it is: many are nobody's child.
            let other = random.pick(sketch.people).name
            return .waitCall(
                task,
                WaitCall(random.pick([.wait4, .P_PID, .P_PIDFD]), .task(other), [.WNOHANG, .WEXITED])
            )
        default:
            return .waitCall(task, anyChild(random.pick([[.WNOHANG], [.WNOHANG, .__WALL], [.WNOHANG, .WNOWAIT]])))
        }
    }

    /// Any child, without waiting for it.
    private mutating func anyChild(_ options: WaitOptions) -> WaitCall {
        switch random.below(4) {
        case 0 where !options.contains(.WNOWAIT): WaitCall(.wait4, .number(-1), options)
        case 1 where !options.contains(.WNOWAIT): WaitCall(.wait4, .number(0), options)
        case 2: WaitCall(.P_PGID, .number(0), options.union(.WEXITED))
        default: WaitCall(.P_ALL, .number(0), options.union(.WEXITED))
        }
    }

    private mutating func wrongWait() -> WaitCall {
        random.pick([
            WaitCall(.wait4, .number(-1), .WEXITED), WaitCall(.wait4, .number(-1), [.WNOHANG, .WNOWAIT]),
            WaitCall(.wait4, .number(-1), WaitOptions(rawValue: 0x10)), WaitCall(.wait4, .number(.min), .WNOHANG),
            WaitCall(.wait4, .number(.min), .WEXITED), WaitCall(.wait4, .number(.min), .WNOHANG),
            WaitCall(.P_ALL, .number(0), .WNOHANG), WaitCall(.P_ALL, .number(0), WaitOptions(rawValue: 0x14)),
            WaitCall(.P_ALL, .number(0), [.WNOHANG, .WNOWAIT]), WaitCall(.P_PID, .number(0), .WEXITED),
            WaitCall(.P_PID, .number(-1), .WEXITED), WaitCall(.P_PID, .number(-1), .WNOHANG),
            WaitCall(.P_PID, .number(0), WaitOptions(rawValue: 0x14)), WaitCall(.P_PGID, .number(-1), .WEXITED),
            WaitCall(.P_PIDFD, .number(-1), .WEXITED), WaitCall(.P_PIDFD, .number(-1), .WNOHANG),
            WaitCall(.P_PIDFD, .number(77), .WEXITED), WaitCall(.P_PIDFD, .number(77), []),
            WaitCall(.P_PIDFD_NONBLOCK, .number(77), .WEXITED),
        ])
    }

    /// A zombie that is looked at stays one: its charge, its pid, and the next wait find it.
    private mutating func lookedAt(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        let which: WaitCall.Which = random.pick([.P_PID, .P_PIDFD, .P_PIDFD_NONBLOCK])
        let look = WaitCall(which, .task(child), [.WEXITED, .WNOWAIT])
        isScene = true
        sequel = [
            .exit(child, status: UInt8(random.number(0...255))), .waitCall(task, look),
            .signal(task, to: child, signal: .none), .waitCall(task, WaitCall(which, .task(child), .WEXITED)),
            .signal(task, to: child, signal: .none), .waitCall(task, look),
        ]
        if random.once(in: 3) {
            // Who asks for those that have stopped alone never gets one that has ended.
            let stopped = WaitCall(which, .task(child), [random.pick([.WUNTRACED, .WCONTINUED]), .WNOHANG])
            sequel.insert(.waitCall(task, stopped), at: 1)
            sequel.insert(.waitCall(task, stopped), at: 0)
        }
        if random.once(in: 3) { sequel[0] = .signal(task, to: child, signal: .kill) }
        return .fork(task, child: child)
    }

    /// One child that SIGCHLD tells of, and one that it does not.
    private mutating func childrenOfBothKinds(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let usual = sketch.child(of: number)
        let silent = sketch.child(of: number)
        sketch.end(sketch.people.count - 1)
        sketch.end(sketch.people.count - 2)
        let kind: WaitOptions = random.pick([[], .__WCLONE, .__WALL, [.__WALL, .__WCLONE]])
        let args = CloneArgs(exitSignal: random.pick([0, 0, 18, 23, 28]))
        let target: [WaitCall.ID] = [.task(usual), .task(silent), .task(silent), .number(-1)]
        isScene = true
        sequel = [
            .clone3(task, args, into: nil, child: silent), .exit(silent, status: 2),
            .waitCall(task, WaitCall(.wait4, random.pick(target), kind.union(.WNOHANG))), .exit(usual, status: 1),
            .waitCall(task, WaitCall(.wait4, random.pick(target), kind.union(.WNOHANG))),
            .waitCall(task, anyChild([.__WALL, .WNOHANG])),
        ]
        return .fork(task, child: usual)
    }

    /// A child that lives: nothing, or an error where it is the pidfd that asks not to wait.
    private mutating func waitForTheLiving(_ number: Int) -> Action {
        let task = sketch.people[number].name
        let child = sketch.child(of: number)
        let nonblocking = WaitCall(
            .P_PIDFD_NONBLOCK,
            .task(child),
            random.pick([.WEXITED, .WEXITED, [.WEXITED, .WNOHANG]])
        )
        isScene = true
        sequel = [
            .waitCall(task, nonblocking), .waitCall(task, WaitCall(.P_PIDFD, .task(child), [.WEXITED, .WNOHANG])),
            .waitCall(child, WaitCall(.wait4, .number(-1), .WNOHANG)),
        ]
        return .fork(task, child: child)
    }
}
