import IndexFacts
import KernelIndex
import Testing

struct StoredNumbersTests {
    @Test func differencesAreAddedUp() throws {
        let numbers = try StoredNumbers([3, 5, 0x81, 0x01, 0])
        #expect(Array(numbers) == [3, 8, 137, 137])
        #expect(!numbers.isEmpty)
        #expect(Array(numbers) == [3, 8, 137, 137], "they can be walked through again")
        #expect(try StoredNumbers([]).isEmpty)
    }

    @Test(
        arguments: [
            [0x80], [3, 0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] as [[UInt8]]
    )
    func whatIsNoListIsRefused(bytes: [UInt8]) {
        #expect(throws: MalformedBytes.self) { try StoredNumbers(bytes) }
    }
}
