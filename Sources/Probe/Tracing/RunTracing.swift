import Glibc
import KernelABI

/// What is done around the run of a program to trace it.
protocol RunTracing: AnyObject {
    /// Called when the run's first process exists and waits; what it and its descendants do from now on is traced.
    func begin(_ conductor: pid_t) throws(SystemError)
    /// Called when the run's last process is dead.
    func end()
    /// What was traced of the run that ended last, as lines.
    func report() -> [String]
}
