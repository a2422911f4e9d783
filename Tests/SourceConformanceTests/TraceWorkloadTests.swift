import Scenario
import SourceConformance
import Testing

@Test func theWorkloadOfATraceIsAProgram() throws {
    let program = try Program(text: TraceWorkload.text)
    #expect(program.text == TraceWorkload.text)
}
