import KernelABI
import KernelModel
import Testing

/// What `kstrtoll` takes and refuses, as seen by who writes to `pids.max` and `cgroup.max.depth`.
struct KernelNumberTests {
    @Test(arguments: [
        ("7", Rule.Name?.none), ("7\n", nil), (" 7 ", nil), ("+7", nil), ("-0", nil), ("0x7", nil), ("0X7", nil),
        ("07", nil),
        ("", nil), ("x", .pidsMaxNoNumber), ("-", .pidsMaxNoNumber), ("+-7", .pidsMaxNoNumber), (" ", .pidsMaxNoNumber),
        ("7x", .pidsMaxRest), ("7 7", .pidsMaxRest), ("08", .pidsMaxRest), ("0x", .pidsMaxRest),
        ("7\n\n7", .pidsMaxRest),
        ("-1", .pidsMaxRange), ("9223372036854775807", .pidsMaxRange), ("-9223372036854775808", .pidsMaxRange),
        ("9223372036854775808", .pidsMaxTooHigh), ("18446744073709551615", .pidsMaxTooHigh),
        ("-9223372036854775809", .pidsMaxTooLow), ("-18446744073709551615", .pidsMaxTooLow),
        ("18446744073709551616", .pidsMaxOverflow), ("-18446744073709551616", .pidsMaxOverflow),
        ("18446744073709551616x", .pidsMaxOverflow),
    ])
    func pidsMaxTakesOrRefuses(_ text: String, _ rule: Rule.Name?) {
        var world = World()
        let cgroup = world.cgroup()
        #expect(world.kernel.writePidsMax(cgroup, Array(text.utf8)).refusal?.rule == rule)
    }

    @Test(arguments: [
        ("7 7", Rule.Name.intRest, Errno.EINVAL), ("9223372036854775808", .intTooHigh, .ERANGE),
        ("-9223372036854775809", .intTooLow, .ERANGE), ("2147483648", .intRange, .ERANGE),
    ])
    func filesOfCgroupsHaveTheSameNumbersWith32Bits(_ text: String, _ rule: Rule.Name, _ errno: Errno) {
        var world = World(unified: true)
        let refusal = world.kernel.write(world.cgroup(), .maxDepth, Array(text.utf8)).refusal
        #expect(refusal?.rule == rule)
        #expect(refusal?.errno == errno)
    }
}
