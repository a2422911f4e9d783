import Testing

/// Questions of a verb and a name do without ArgumentParser: nobody must see a difference.
@Suite(.enabled(if: Machine.hasIndex, "no index of the kernel is in the cache; run 'make kernel'"))
struct PlainQuestionTests {
    private func check(_ plain: [String], _ parsed: [String]) throws {
        let (plain, parsed) = (try KernautProcess.run(plain), try KernautProcess.run(parsed))
        #expect(plain.status == parsed.status)
        #expect(plain.output == parsed.output)
        #expect(plain.errors == parsed.errors)
    }

    // `--kernel=6.1` in one word is ArgumentParser's.
    @Test(
        arguments: [
            ["callers", "pids_can_fork"], ["callees", "copy_process"], ["show", "cgroup_subsys.can_fork"],
            ["find", "can_fork"], ["callers", "no_such_function"], ["show", "copy_process@kernel/fork.c"],
            ["find", "no_such_name"], ["callees", ""],
        ],
        [[], ["--json"]]
    )
    func theAnswerIsTheSame(question: [String], output: [String]) throws {
        try check(
            question + ["--kernel", Machine.kernel] + output,
            question + output + ["--kernel=\(Machine.kernel)"]
        )
    }

    @Test func optionsMayStandBeforeTheName() throws {
        try check(
            ["callers", "--json", "--kernel", Machine.kernel, "pids_can_fork"],
            ["callers", "pids_can_fork", "--kernel=\(Machine.kernel)", "--json"]
        )
    }

    @Test(arguments: [["--index", "/no/such/file"], ["--kernel", "0.1"], ["--kernel", "../6.1"]])
    func whatCannotBeOpenedIsSaidAlike(where location: [String]) throws {
        try check(["show", "copy_process"] + location, ["show", "copy_process", location.joined(separator: "=")])
    }

    @Test(arguments: [
        ["callers"], ["callers", "a", "b"], ["show", "a", "--kernel"], ["find", "a", "--kernel", "--json"],
        ["show", "a", "--kernel", "6.1", "--index", "x"], ["callers", "a", "--deep"],
    ])
    func wrongUsageStaysWrong(words: [String]) throws {
        let run = try KernautProcess.run(words)
        #expect(run.status == 64)
        #expect(run.output.isEmpty && run.errorLines.count == 1)
    }
}
