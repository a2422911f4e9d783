import Glibc

/// Which mutant is awake in this process; none is number 0. A copy of this file stands in each module that is mutated.
enum ActiveMutant {
    static let number: Int = getenv("KERNAUT_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0
}
