import CLinux
import Glibc
import KernelABI
import Scenario

/// Maps the users that a program names to users of this machine that own nothing.
///
/// RLIMIT_NPROC counts all processes of a user, so a user must belong to one run alone: it has no name in `/etc/passwd`,
/// no process runs as it, and a socket's name that only one process can hold keeps other runs of the probe off it.
struct UserPool {
    /// The numbers that are tried: above what distributions give to people and services, below the 16-bit `nobody`.
    static let range: ClosedRange<UInt32> = 60100...64899

    /// The user of each name. The group has the same number.
    let users: [String: UInt32]
    private let claims: [Int32]

    /// A user for each name on a machine where all users but root are the probe's to give.
    init(ofOwnMachine names: [String]) {
        var users: [String: UInt32] = [:]
        for name in names where users[name] == nil { users[name] = UserPool.range.lowerBound + UInt32(users.count) }
        self.users = users
        claims = []
    }

    /// Finds a user for each name.
    init(for names: [String]) throws(SystemError) {
        var users: [String: UInt32] = [:]
        var claims: [Int32] = []
        if !names.isEmpty {
            let taken = ProcessFacts.usersInUse().union(ProcessFacts.usersWithAName())
            var free = UserPool.range.filter { !taken.contains($0) }.makeIterator()
            for name in names where users[name] == nil {
                var claim: Int32 = -1
                while claim < 0 {
                    guard let user = free.next() else {
                        claims.forEach { close($0) }
                        throw SystemError(what: "find a user without processes in \(UserPool.range)", errno: .EUSERS)
                    }
                    claim = kernaut_claim_name("kernaut-user-\(user)")
                    if claim >= 0 { users[name] = user }
                }
                claims.append(claim)
            }
        }
        self.users = users
        self.claims = claims
    }

    /// Lets the users go.
    func release() { claims.forEach { close($0) } }
}
