import KernelABI
import KernelTrace
import Testing

@Test func aTraceOfCallsIsReadAsItWasWritten() throws {
    var trace = CallTrace()
    trace.calls = [
        ObservedCall(caller: "kernel_clone", callee: "copy_process", context: .task, count: 3, resumed: 0),
        ObservedCall(
            caller: "__cond_resched",
            callee: "finish_task_switch.isra.0",
            context: .task,
            count: 5,
            resumed: 5
        ),
    ]
    trace.entries = [ObservedEntry(function: "irq_enter_rcu", context: .hardirq, count: 7)]
    trace.functionsEntered = 4711
    trace.lost = 1
    trace.unclear = 2
    trace.switchingMilliseconds = 10_100
    trace.readingMilliseconds = 2_300
    var reader = CallTraceReader()
    for line in trace.lines { try reader.read(Substring(line)) }
    #expect(reader.trace == trace)
}

@Test func aSkippedTraceTellsItsReason() throws {
    let trace = CallTrace(ending: .skipped(reason: "this kernel has no tracer function_graph"))
    #expect(trace.lines == ["calls skipped this kernel has no tracer function_graph"])
    var reader = CallTraceReader()
    try reader.read("calls skipped this kernel has no tracer function_graph")
    #expect(reader.trace == trace)
}

@Test(arguments: ["call task three 0 0 a b", "call nowhere 1 0 0 a b", "calls", "calls skipped", "hello"])
func aLineThatIsNoneIsRefused(_ line: String) {
    var reader = CallTraceReader()
    #expect(throws: TraceLineError.self) { try reader.read(Substring(line)) }
}

@Test func aTraceOfReturnsIsReadAsItWasWritten() throws {
    var trace = ReturnTrace()
    trace.probes = [
        ReturnProbe(function: "pids_can_fork", symbols: ["pids_can_fork"], refusal: nil),
        ReturnProbe(function: "cgroup_css_set_fork", symbols: [], refusal: "no such function in this kernel"),
    ]
    trace.returns = [ObservedReturn(task: 312, function: "pids_can_fork", value: -11)]
    trace.lost = 3
    var reader = ReturnTraceReader()
    for line in trace.lines { try reader.read(Substring(line)) }
    #expect(reader.trace == trace)
}

@Test(arguments: [
    (Int64(-11), Errno?.some(.EAGAIN)), (0x0000_0000_ffff_fff5, .EAGAIN), (0, nil), (312, nil), (-4096, nil),
    (Int64(bitPattern: 0xffff_8880_ffff_fff5), nil),
])
func aReturnedValueIsAnErrnoAsAnIntOrALong(_ value: Int64, _ errno: Errno?) {
    #expect(ObservedReturn(task: 1, function: "f", value: value).errno == errno)
}

@Test func theFunctionsOfAKernelAreReadAsTheyWereWritten() throws {
    let functions = KernelFunctions(
        ["__do_sys_fork": .traced, "__schedule": .hidden],
        aliases: ["__x64_sys_fork": "__do_sys_fork"],
        namesakes: ["m_start": 3]
    )
    let lines = [
        "t 0 __do_sys_fork", "h 2 schedule", "a 0 __x64_sys_fork __do_sys_fork", "n 3 m_start",
        "functions completed 4",
    ]
    #expect(functions.lines == lines)
    var reader = KernelFunctionsReader()
    for line in functions.lines { try reader.read(Substring(line)) }
    #expect(reader.functions?.symbols == functions.symbols)
    #expect(reader.functions?.aliases == functions.aliases)
    #expect(reader.functions?.namesakes == functions.namesakes)
}

@Test func functionsThatWereCutShortAreRefused() throws {
    var reader = KernelFunctionsReader()
    try reader.read("t 0 kernel_clone")
    #expect(throws: TraceLineError.self) { try reader.read("functions completed 2") }
}
