/// What the coordinator and the workers know of headers of trace events.
public enum TraceEvents {
    /// What such a header is called; it leaves these defined, and the next one takes them for its own. Only `define_trace.h` asks
    /// for them, where `CREATE_TRACE_POINTS` is defined, and that is looked at for itself.
    public static let nameMacros = ["TRACE_SYSTEM", "TRACE_INCLUDE_PATH", "TRACE_INCLUDE_FILE"]
}
