import Foundation

/// Finds the index workers of a test among the processes of the machine.
enum WorkerFinder {
    /// The workers that work in a folder.
    static func workers(in folder: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { id in
            let command = try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)
            let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")
            return command?.hasPrefix("kernaut-index-w") == true && directory == folder
        }
    }

    /// Whether one of its threads is about to open a pipe that nobody writes to.
    static func isWaitingForPipe(_ worker: pid_t) -> Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/task")) ?? []
        return threads.contains { thread in
            let place = try? String(contentsOfFile: "/proc/\(worker)/task/\(thread)/wchan", encoding: .utf8)
            let call = try? String(contentsOfFile: "/proc/\(worker)/task/\(thread)/syscall", encoding: .utf8)
            return place == "wait_for_partner" || place == "fifo_open" || call?.hasPrefix("257 ") == true
        }
    }
}
