import Failure
import Foundation
import Glibc
import KernelIndex

/// The folder in which an index is made: the database, what is not complete yet, and the lock.
///
/// Names that start with a period are nobody's index. One run at a time holds the lock; whatever an earlier one left
/// there is therefore from a run that was killed, and goes, but for the facts and the prefixes that are kept for the next.
final class IndexPlace {
    /// The index.
    let database: String
    /// The index while it is not complete.
    let unfinished: String
    /// Where prefixes are precompiled.
    let scratch: String
    /// What workers have sent so far, where an index is made from nothing.
    let spool: String
    /// Where updates keep precompiled prefixes for the next one.
    let prefixes: String

    private let folder: String
    private let lock: Int32

    /// Takes the lock and removes what earlier runs left.
    ///
    /// - Throws: ``Failure`` `unavailable` when another run has the lock, or the folder cannot be written.
    init(database: String) throws {
        let url = URL(filePath: database)
        self.database = url.path
        folder = url.deletingLastPathComponent().path
        let hidden = "\(folder)/.\(url.lastPathComponent)"
        unfinished = "\(hidden).unfinished"
        scratch = "\(hidden).scratch"
        spool = "\(hidden).facts"
        prefixes = "\(hidden).prefixes"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(
                .unavailable,
                "the index's folder cannot be made",
                at: folder,
                remedy: "check its permissions"
            )
        }
        lock = open("\(hidden).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else {
            let reason = String(cString: strerror(errno))
            throw Failure(.unavailable, "the index cannot be written: \(reason)", at: folder)
        }
        // All members are set, so what is thrown from here on runs `deinit`, which closes the lock. To close it here as
        // well would close whatever another thread has opened under that number meanwhile.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw Failure(
                .unavailable,
                "another kernaut is writing this index",
                at: database,
                remedy: "wait until it has ended"
            )
        }
        try startOver()
    }

    /// Removes what is no index, and makes room for the next attempt.
    func startOver() throws {
        clear()
        do {
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        } catch {
            throw Failure(.unavailable, "the index's folder cannot be written", at: folder)
        }
    }

    deinit {
        // A process that is being started may hold a copy of the descriptor until it runs its program; to close this one
        // alone would leave the lock with it.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// Removes what is no index.
    func clear() {
        for path in [unfinished, "\(unfinished)-journal", scratch] { try? FileManager.default.removeItem(atPath: path) }
        if FactSpool.isEmpty(spool) { forgetFacts() }
    }

    /// Gives the finished index its name, in one step.
    func publish() throws {
        // A journal left by a killed update belongs to the old database, and must not be taken for the new one's.
        guard rename(unfinished, database) == 0 else {
            let reason = String(cString: strerror(errno))
            throw Failure(.unavailable, "the index cannot take its name: \(reason)", at: database)
        }
        try FileSync.sync(folder)
    }

    /// Removes the facts that a run has kept for the next one.
    func forgetFacts() { try? FileManager.default.removeItem(atPath: spool) }
}
