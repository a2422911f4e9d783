import Simulation
import Testing

/// A free-running bomb by given costs.
struct BombClockTests {
    private static func clock(
        cpus: Int,
        made: Double = 10,
        started: Double = 0,
        refused: Double = 1,
        slice: Double = .infinity
    ) -> BombClock {
        BombClock(costs: BombClock.Costs(made: made, started: started, refused: refused, slice: slice), cpus: cpus)
    }

    @Test(arguments: [(0, 1.0), (1, 11.0), (3, 21.0), (7, 31.0), (15, 41.0), (1023, 101.0)])
    func processesDoubleWithEachForkWhileProcessorsAreIdle(room: Int, firstRefusal: Double) {
        let course = Self.clock(cpus: 4096).run(room: room)
        #expect(course.firstRefusal_ns == firstRefusal)
    }

    @Test(arguments: [(1, 1, 11.0), (1, 100, 1001.0), (2, 7, 41.0), (4, 1003, 2521.0)])
    func processorsMakeOneAfterTheOtherWhenAllAreBusy(cpus: Int, room: Int, firstRefusal: Double) {
        // One alone makes one in 10; two make 1, then 2 in each 10; four make 1, 2, then 4 in each 10.
        let course = Self.clock(cpus: cpus).run(room: room)
        #expect(course.firstRefusal_ns == firstRefusal)
    }

    @Test func processorTimeCountsProcessorsFromTheirFirstProcessOn() {
        // At 10 the second one begins; both go on up to the first refusal at 41.
        #expect(Self.clock(cpus: 2).run(room: 7).cpu_ns == 41 + 31)
    }

    @Test func aChildsFirstTurnBeginsWithItsStart() {
        // The first one makes children at 10 and at 20; the child starts at 10, forks from 15 to 25, and the last fork of the
        // first one, from 20, is made at 30. At 25 the child is refused.
        let course = Self.clock(cpus: 2, started: 5).run(room: 4)
        #expect(course.firstRefusal_ns == 26)
        #expect(course.started == 2)
    }

    @Test func processesTakeTurnsWhenASliceIsOver() {
        // The slice is over at 20, after two forks; the first child has its turn, then starts for 5 and forks twice itself.
        let course = Self.clock(cpus: 1, started: 5, slice: 20).run(room: 4)
        #expect(course.firstRefusal_ns == 20 + 5 + 20 + 5 + 1)
        #expect(course.started == 3)
    }

    @Test func theSameCostsGiveTheSameCourse() {
        let clock = Self.clock(cpus: 3, made: 7, started: 2, slice: 31)
        #expect(clock.run(room: 5000) == clock.run(room: 5000))
    }

    @Test(arguments: [(1, 1e9), (2, 2e9), (64, 64e9)])
    func everyProcessorIsRefusedAgainAndAgain(cpus: Int, rate: Double) {
        #expect(Self.clock(cpus: cpus).refusalsPerSecond == rate)
    }
}
