import Failure
import KernelABI
import Scenario
import Simulation
import Testing

struct SettingTests {
    private static func program() throws -> Program {
        let bomb = try #require(TaskName("bomb"))
        return Program(
            name: "test",
            world: World(
                cgroups: [CgroupSetup(path: try #require(CgroupPath("/box")), pidsMax: .limited(3))],
                tasks: [TaskSetup(name: bomb)]
            ),
            steps: [Step(.bomb(bomb, rounds: 1)), Step(.uname(bomb, member: .nodename)), Step(.bomb(bomb, rounds: 2))]
        )
    }

    @Test func settingsChangeTheProgram() throws {
        var program = try Self.program()
        for text in ["/box:pids.max=50", "bomb:nproc=7", "rounds=4"] {
            program = try Setting(text).applied(to: program)
        }
        #expect(program.world.cgroups[0].pidsMax == .limited(50))
        #expect(program.world.tasks[0].nproc == 7)
        let bomb = program.world.tasks[0].name
        #expect(
            program.steps.map(\.action) == [
                .bomb(bomb, rounds: 4), .uname(bomb, member: .nodename), .bomb(bomb, rounds: 4),
            ]
        )
        #expect(try Setting("/box:pids.max=max").applied(to: program).world.cgroups[0].pidsMax == .max)
    }

    @Test(arguments: ["", "rounds", "=", "/box:pids.current=1", "box:pids.max=1", "bomb:rounds", "limit=3"])
    func whatNamesNothingIsRefused(_ text: String) {
        #expect(throws: Failure.self) { try Setting(text) }
    }

    @Test(arguments: [
        ("/bax:pids.max=3", "/box"), ("/box:pids.max=-1", "4194304"), ("/box:pids.max=", "4194304"),
        ("rounds=many", "number"), ("rounds=-1", "number"), ("shell:rounds=3", "bomb"), ("shell:nproc=3", "bomb"),
        ("bomb:nproc=-3", "number"),
    ])
    func whatDoesNotFitIsRefused(_ text: String, _ says: String) throws {
        let program = try Self.program()
        let failure = #expect(throws: Failure.self) { try Setting(text).applied(to: program) }
        #expect(failure?.status == .usage)
        #expect(failure?.line.contains(says) == true, "\(failure?.line ?? "")")
    }
}
