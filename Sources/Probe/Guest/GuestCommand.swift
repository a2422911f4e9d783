import CLinux
import Glibc

/// A subcommand of the probe that is asked for over a guest's channel:
///
///     command layouts task_struct nsproxy
///     …what it reads on its standard input…
///     end
///
/// It runs in a child, so that its output and its end are those of a command of its own. Each line of the output is
/// sent with `| ` before it; then `end completed`, or `end fault` with the exit code.
struct GuestCommand {
    private let words: [String]
    private let input: String

    /// The command of a request; nil where the request is a program.
    init?(request text: String) {
        guard text.hasPrefix("command ") else { return nil }
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.first == "command", words.count > 1 else { return nil }
        self.words = words.dropFirst().map(String.init)
        input = lines.count > 1 ? String(lines[1]) : ""
    }

    /// Runs the command and sends its output.
    func run(output: ProbeOutput, beside stage: inout GuestStage?) -> Bool {
        stage?.shareMemoryWithChild()
        defer { stage?.takeMemoryBack() }
        do throws(SystemError) {
            let status = try start(output)
            return output.send(status == 0 ? "end completed\n" : "end fault \"the command ended with \(status)\"\n")
        } catch {
            return output.send("end fault \"\(error)\"\n")
        }
    }

    private func start(_ output: ProbeOutput) throws(SystemError) -> Int32 {
        let path = "/tmp/input"
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFile.lastError("open \(path)") }
        defer { close(file) }
        guard SystemFile.send(input, to: file), lseek(file, 0, SEEK_SET) == 0 else {
            throw SystemFile.lastError("write \(path)")
        }
        let pipe = try Pipe()
        defer { pipe.close() }
        let pid = kernaut_fork()
        if pid == 0 {
            dup2(file, 0)
            dup2(pipe.writer, 1)
            dup2(pipe.writer, 2)
            pipe.close()
            kernaut_unblock_signals()
            exit(Probe.run(arguments: words, place: .guest).rawValue)
        }
        guard pid > 0 else { throw SystemFile.lastError("fork") }
        pipe.closeWriter()
        pipe.readLines { line in _ = output.send("| \(line)\n") }
        var status: Int32 = 0
        while waitpid(pid_t(pid), &status, 0) < 0 && errno == EINTR {}
        return kernaut_wait_exited(status) != 0
            ? kernaut_wait_exit_status(status) : 128 + kernaut_wait_signal(status)
    }
}
