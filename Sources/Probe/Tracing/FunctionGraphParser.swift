import KernelTrace

/// Turns what function_graph prints, in the order of time over all processors, into pairs of caller and callee.
///
/// Each task has a stack of its own, which follows it from processor to processor. An interrupt's functions are below
/// the interrupted one's in the text, as they are on the stack; here its first function is an entry, and the functions
/// below that have their callers among the interrupt's own.
struct FunctionGraphParser {
    private struct Frame {
        /// -1 where the start was not seen.
        var function: Int
        var context: CallContext
        var isHardirq: Bool
        /// Whether it is one of those that an interrupt starts or ends with.
        var isInterruptEdge: Bool
        /// Whether what it calls next may be what handles its page fault.
        var hasFaulted = false
        /// Whether what it calls next may be what an interrupt of it ends with.
        var wasInterrupted = false
    }

    private struct Stack {
        var frames: [Frame] = []
        var wasSwitched = false
    }

    private struct Pair: Hashable {
        var caller: Int
        var callee: Int
        var context: CallContext
    }

    private struct Count {
        var all = 0
        var resumed = 0
        var interrupted = 0
    }

    private var names: [String] = []
    private var numbers: [Substring: Int] = [:]
    private var stacks: [Int: Stack] = [:]
    private var current: [Int: Int] = [:]
    private var pairs: [Pair: Count] = [:]
    private var entries: [Pair: Int] = [:]
    private var entered = 0
    private var unclear = 0
    private var lost = 0
    /// The first line that has a form that is not known, if there was one.
    private(set) var strange: String?

    /// Takes one line, without its newline.
    mutating func read(_ text: Substring) {
        guard let line = FunctionGraphLine(text) else {
            if strange == nil { strange = String(text.prefix(120)) }
            return
        }
        // The idle task has one number on all processors.
        let key = line.task == 0 ? -1 - line.cpu : line.task
        switch line.content {
        case .nothing: break
        case .lost(let count): lost += count
        case .event(let name):
            noteSwitch(to: key, on: line.cpu)
            guard name == EntryPoints.pageFault, let last = stacks[key]?.frames.indices.last else { break }
            stacks[key]!.frames[last].hasFaulted = true
        case .start(let function, let depth, let isLeaf):
            noteSwitch(to: key, on: line.cpu)
            start(function, depth: depth, isLeaf: isLeaf, line, key)
        case .end(let depth):
            noteSwitch(to: key, on: line.cpu)
            guard let count = stacks[key]?.frames.count, count > depth else { break }
            stacks[key]!.frames.removeLast(count - depth)
        }
    }

    private mutating func noteSwitch(to key: Int, on cpu: Int) {
        guard current[cpu] != key else { return }
        if current[cpu] != nil { stacks[key, default: Stack()].wasSwitched = true }
        current[cpu] = key
    }

    private mutating func start(
        _ function: Substring,
        depth: Int,
        isLeaf: Bool,
        _ line: FunctionGraphLine,
        _ key: Int
    ) {
        entered += 1
        let number = number(of: function)
        var stack = stacks[key] ?? Stack()
        // What is deeper has ended without being seen to: a task that exits, a stack of an earlier task of the number.
        if stack.frames.count > depth { stack.frames.removeLast(stack.frames.count - depth) }
        if stack.frames.count < depth {
            let unseen = Frame(function: -1, context: .task, isHardirq: line.isHardirq, isInterruptEdge: false)
            stack.frames += Array(repeating: unseen, count: depth - stack.frames.count)
        }
        let parent = stack.frames.last
        let isEdge = EntryPoints.interrupt.contains(function)
        let interrupts = line.isHardirq && !(parent?.isHardirq ?? false) && !(parent?.isInterruptEdge ?? false)
        let returns = EntryPoints.returnToKernel.contains(function) && !isReturning(parent)
        let faults = EntryPoints.exception.contains(function)
        let isEntry = depth == 0 || interrupts || returns || faults || (isEdge && !(parent?.isInterruptEdge ?? false))
        let context: CallContext =
            if line.isHardirq || isEdge {
                .hardirq
            } else if line.isSoftirq {
                .softirq
            } else if faults {
                .exception
            } else if returns {
                .task
            } else {
                // What an interrupt ends with runs without a flag of its own, as its caller does.
                parent?.context ?? .task
            }
        // The way back from an interrupt runs with interrupts off, which they were not when it came.
        // So does __schedule, which a function is led to by the interrupt's wish to let another task run.
        let isPreempted = line.shouldLetOthersRun && function == EntryPoints.scheduling
        let wasInterrupted = ((parent?.wasInterrupted ?? false) || isPreempted) && line.areInterruptsOff
        if let last = stack.frames.indices.last {
            stack.frames[last].wasInterrupted = isEdge || wasInterrupted
        }
        if isEntry {
            entries[Pair(caller: -1, callee: number, context: context), default: 0] += 1
        } else if let parent, parent.function >= 0 {
            let pair = Pair(caller: parent.function, callee: number, context: context)
            pairs[pair, default: Count()].all += 1
            if stack.wasSwitched { pairs[pair]!.resumed += 1 }
            if parent.hasFaulted || wasInterrupted { pairs[pair]!.interrupted += 1 }
        } else {
            unclear += 1
        }
        stack.wasSwitched = false
        if !isLeaf {
            stack.frames.append(
                Frame(function: number, context: context, isHardirq: line.isHardirq, isInterruptEdge: isEdge)
            )
        }
        stacks[key] = stack
    }

    /// raw_irqentry_exit_cond_resched calls preempt_schedule_irq; where both are seen, only the outer one is an entry.
    private func isReturning(_ parent: Frame?) -> Bool {
        guard let parent, parent.function >= 0 else { return false }
        return EntryPoints.returnToKernel.contains(Substring(names[parent.function]))
    }

    private mutating func number(of function: Substring) -> Int {
        if let known = numbers[function] { return known }
        let name = String(function)
        numbers[Substring(name)] = names.count
        names.append(name)
        return names.count - 1
    }

    /// What was seen, sorted by names.
    var trace: CallTrace {
        var trace = CallTrace()
        trace.calls = pairs.map { pair, count in
            ObservedCall(
                caller: names[pair.caller],
                callee: names[pair.callee],
                context: pair.context,
                count: count.all,
                resumed: count.resumed,
                interrupted: count.interrupted
            )
        }
        .sorted { ($0.caller, $0.callee, $0.context) < ($1.caller, $1.callee, $1.context) }
        trace.entries = entries.map { pair, count in
            ObservedEntry(function: names[pair.callee], context: pair.context, count: count)
        }
        .sorted { ($0.function, $0.context) < ($1.function, $1.context) }
        trace.functionsEntered = entered
        trace.lost = lost
        trace.unclear = unclear
        return trace
    }
}
