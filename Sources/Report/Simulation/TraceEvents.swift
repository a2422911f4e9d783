import Foundation
import KernelABI
import Scenario
public import Simulation

/// A prediction in the Trace Event Format, which Perfetto and chrome://tracing open.
///
/// Every process is a track: a slice for its life, and in it one for each call; a refusal is an instant with its rule. The
/// counters of cgroups and the number of the living are counter tracks. The model has no clock: a moment (a step, or a round
/// of a bomb) is a millisecond, and a process's calls in it share that.
public struct TraceEvents: Sendable {
    /// How many processes have a track at the most.
    public static let mostProcesses = 2_000

    private let prediction: Prediction

    /// How many processes have no track: what came after the first ``mostProcesses``.
    public let processesLeftOut: Int

    /// A trace of a prediction that kept its events.
    public init(_ prediction: Prediction) {
        precondition(prediction.detail == .events, "a prediction of rounds has no calls")
        self.prediction = prediction
        let named = prediction.program.world.tasks.count + prediction.moments.reduce(0) { $0 + $1.made }
        processesLeftOut = max(0, named - TraceEvents.mostProcesses)
    }

    /// The JSON text.
    public func json() -> String {
        jsonText(
            of: Document(
                traceEvents: events(),
                displayTimeUnit: "ms",
                otherData: [
                    "scenario": prediction.program.name,
                    "kernel": prediction.platform.version.description,
                    "time": "a moment of the model is 1 ms; the model has no clock",
                    "processesLeftOut": "\(processesLeftOut)",
                ]
            )
        )
    }

    private struct Document: Encodable {
        let traceEvents: [TraceEvent]
        let displayTimeUnit: String
        let otherData: [String: String]
    }

    /// One entry of the format; times are in microseconds.
    private struct TraceEvent: Encodable {
        var name: String
        var ph: String
        var pid = 1
        var tid = 0
        var ts = 0
        var dur: Int?
        // An instant is drawn on its own track.
        var s: String?
        var args: [String: Argument]?
    }

    private enum Argument: Encodable {
        case text(String)
        case number(Int)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            }
        }
    }

    /// A process's track.
    private struct Track {
        let tid: Int
        let born: Int
        var calls: [(moment: Int, event: PredictedEvent)] = []
        var ended: Int?
    }

    private static let moment = 1_000

    private func events() -> [TraceEvent] {
        var order: [String] = []
        var tracks: [String: Track] = [:]
        func add(_ name: String, _ moment: Int) {
            guard tracks[name] == nil, order.count < TraceEvents.mostProcesses else { return }
            order.append(name)
            tracks[name] = Track(tid: order.count, born: moment)
        }
        for task in prediction.program.world.tasks { add(task.name.description, 0) }
        var found: [TraceEvent] = []
        for (number, moment) in prediction.moments.enumerated() {
            for event in moment.events {
                if case .child(let child) = event.outcomes[0] { add(child.description, number) }
                if let task = event.task?.description { tracks[task]?.calls.append((number, event)) }
            }
            for name in moment.ended { tracks[name.description]?.ended = number }
            found += counters(moment, number)
        }
        found.append(TraceEvent(name: "process_name", ph: "M", args: ["name": .text(prediction.program.name)]))
        for name in order {
            guard let track = tracks[name] else { continue }
            found.append(TraceEvent(name: "thread_name", ph: "M", tid: track.tid, args: ["name": .text(name)]))
            found += slices(name, track)
        }
        return found
    }

    private func counters(_ moment: Moment, _ number: Int) -> [TraceEvent] {
        func counter(_ name: String, _ value: Int) -> TraceEvent {
            TraceEvent(name: name, ph: "C", ts: number * TraceEvents.moment, args: ["value": .number(value)])
        }
        return [counter("living", moment.snapshot.living)]
            + moment.snapshot.cgroups.map { counter("\($0.path) pids.current", Int($0.current)) }
    }

    /// A life from its first moment to the end of its last, and the calls in it: those of one moment share it.
    private func slices(_ name: String, _ track: Track) -> [TraceEvent] {
        let last = track.ended ?? prediction.moments.count - 1
        let begin = track.born * TraceEvents.moment
        let end = (last + 1) * TraceEvents.moment
        var found = [TraceEvent(name: name, ph: "X", tid: track.tid, ts: begin, dur: end - begin)]
        for (moment, calls) in Dictionary(grouping: track.calls, by: \.moment).sorted(by: { $0.key < $1.key }) {
            let width = TraceEvents.moment / (calls.count + 1)
            for (place, call) in calls.enumerated() where width > 0 {
                let at = moment * TraceEvents.moment + place * width
                let outcome = call.event.outcomes[0].description
                var args: [String: Argument] = ["outcome": .text(outcome)]
                if let decision = call.event.decision {
                    args["rule"] = .text(decision.rule)
                    args["reason"] = .text(StepText.reason(decision))
                    args["source"] = .text("\(decision.citation.file) \(decision.citation.function)")
                }
                let tid = track.tid
                found.append(
                    TraceEvent(name: call.event.call, ph: "X", tid: tid, ts: at, dur: max(1, width - 1), args: args)
                )
                if call.event.decision != nil {
                    found.append(TraceEvent(name: outcome, ph: "i", tid: tid, ts: at, s: "t", args: args))
                }
            }
        }
        return found
    }
}
