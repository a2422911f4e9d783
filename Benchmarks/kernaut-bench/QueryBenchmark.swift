import Failure

/// How long queries take as whole processes, start and end included. They are put to the index of the scope `fork`, and to one
/// of everything where `WHOLE` names it.
struct QueryBenchmark {
    private let products: Products
    private let rounds = 20

    init(_ products: Products) { self.products = products }

    func run() throws {
        try run(
            [
                (["callers", "kernel_clone"], 15), (["callees", "copy_process"], 15), (["show", "pids_can_fork"], 15),
                (["find", "can_fork"], 15), (["path", "clone", "pids_can_fork"], nil),
                (["struct", "task_struct"], nil),
                (["ops", "cgroup_subsys"], nil),
            ],
            of: "the scope fork",
            ["--kernel", products.kernel]
        )
        guard let whole = products.whole else { return }
        try run(
            [
                (["callers", "pids_can_fork"], 15), (["callers", "kernel_clone"], 15),
                (["callees", "copy_process"], 15),
                (["show", "pids_can_fork"], 15), (["find", "can_fork"], 15), (["path", "clone", "pids_can_fork"], 100),
                (["path", "read", "ext4_file_read_iter"], 100), (["path", "sendmsg", "tcp_sendmsg"], 100),
                (["errno", "clone", "EAGAIN"], 500), (["errno", "setns"], nil), (["errno", "mount", "EBUSY"], nil),
                (["struct", "task_struct", "--to", "new_utsname"], nil),
            ],
            of: "everything",
            ["--index", whole]
        )
    }

    private func run(_ queries: [(words: [String], bar_ms: Int?)], of scope: String, _ options: [String]) throws {
        print("queries of the index of \(scope) as whole processes, ms: median (least … largest) of \(rounds)")
        for query in queries {
            let command = query.words.joined(separator: " ")
            let runs = try (0...rounds).map { _ in try MeasuredProcess.run([products.kernaut] + query.words + options) }
            guard runs.allSatisfy({ $0.status == 0 }) else {
                throw Failure(.unavailable, "'kernaut \(command)' fails", remedy: "run 'make kernel' first")
            }
            let bar = query.bar_ms.map { ", bar \($0)" } ?? ""
            let wall = Spread(runs.dropFirst().map { $0.wall_s * 1000 }).text
            print(
                "  \(command): \(wall)\(bar); of the processor \(Spread.short(Spread(runs.map { $0.cpu_s * 1000 }).median))"
            )
        }
    }
}
