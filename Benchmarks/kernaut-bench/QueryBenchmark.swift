import Failure

/// How long queries take as whole processes, start and end included.
struct QueryBenchmark {
    private let products: Products

    init(_ products: Products) { self.products = products }

    func run() throws {
        print("queries as whole processes, ms: median (least … largest) of 20")
        let queries = [
            ["callers", "kernel_clone"], ["callees", "copy_process"], ["show", "pids_can_fork"], ["find", "can_fork"],
            ["path", "clone", "pids_can_fork"], ["struct", "task_struct"], ["ops", "cgroup_subsys"],
        ]
        for query in queries {
            let runs = try (0..<21).map { _ in
                try MeasuredProcess.run([products.kernaut] + query + ["--kernel", products.kernel])
            }
            guard runs.allSatisfy({ $0.status == 0 }) else {
                throw Failure(.unavailable, "'kernaut \(query.joined(separator: " "))' fails; run 'make kernel' first")
            }
            let bar = query[0] == "callers" ? ", bar 30" : ""
            print("  \(query.joined(separator: " ")): \(Spread(runs.dropFirst().map { $0.wall_s * 1000 }).text)\(bar)")
        }
    }
}
