public import KernelABI

/// A cgroup's count of processes, as `struct pids_cgroup` of `kernel/cgroup/pids.c`.
public struct PidsCgroup: Sendable {
    /// `css`
    public let css: CgroupSubsysState
    /// `counter`: processes here and below that are not released, zombies among them. May exceed ``limit``.
    public internal(set) var counter: Int64 = 0
    /// `limit`: ``PidsCgroup/unlimited`` for `max`.
    public internal(set) var limit: Int64 = PidsCgroup.unlimited
    /// `watermark`: the highest ``counter`` so far, also of charges that a level above refused.
    public internal(set) var watermark: Int64 = 0
    /// Forks from this cgroup that a limit here or above refused: `events_limit`, since 6.11
    /// `events_local[PIDCG_FORKFAIL]`.
    public internal(set) var eventsForkFail: Int64 = 0
    /// Forks here or below that this or a deeper limit refused: `events[PIDCG_MAX]`. Since 6.11, version 2 only.
    public internal(set) var eventsMax: Int64 = 0
    /// Forks here or below that this very limit refused: `events_local[PIDCG_MAX]`. Since 6.11, version 2 only.
    public internal(set) var eventsLocalMax: Int64 = 0

    /// `PIDS_MAX`: more than there can be pids.
    public static let unlimited = PidsLimit.largest + 1

    /// What `pids.max` reads.
    public var pidsMax: PidsLimit { limit >= PidsCgroup.unlimited ? .max : .limited(limit) }

    /// `pids_cancel`: gives one level's charge back. Under zero the kernel warns of a fault of its own.
    mutating func cancel(_ number: Int64) {
        counter -= number
        precondition(counter >= 0, "a cgroup's count of processes fell below zero")
    }

    /// `pids_update_watermark`
    mutating func updateWatermark() {
        if counter > watermark { watermark = counter }
    }
}

/// A charge that a level refused.
struct RefusedCharge {
    /// The state whose limit it was.
    let css: CSSID
    /// That limit.
    let limit: Int64
    /// What the counter would have become.
    let count: Int64
}

/// The hierarchy of counters.
///
/// The loops end where `parent_pids` is null: the hierarchy's root counts nothing.
extension Array where Element == PidsCgroup {
    /// `pids_try_charge`: charges every level from `css` up, and takes all of it back where one is over its limit.
    ///
    /// A level below the refusing one has raised its watermark by then, and keeps it.
    mutating func tryCharge(_ css: CSSID, _ number: Int64) -> RefusedCharge? {
        // One look at whether the storage is shared, instead of one at every access.
        withUnsafeMutableBufferPointer { states in
            var level = css
            while let parent = states[level.index].css.parent {
                states[level.index].counter += number
                let count = states[level.index].counter
                let limit = states[level.index].limit
                if count > limit {
                    states.revert(from: css, through: level, number)
                    return RefusedCharge(css: level, limit: limit, count: count)
                }
                states[level.index].updateWatermark()
                level = parent
            }
            return nil
        }
    }

    /// `pids_charge`: charges every level, whatever its limit.
    mutating func charge(_ css: CSSID, _ number: Int64) {
        var level = css
        while let parent = self[level.index].css.parent {
            self[level.index].counter += number
            self[level.index].updateWatermark()
            level = parent
        }
    }

    /// `pids_uncharge`: gives every level's charge back.
    mutating func uncharge(_ css: CSSID, _ number: Int64) {
        var level = css
        while let parent = self[level.index].css.parent {
            self[level.index].cancel(number)
            level = parent
        }
    }
}

extension UnsafeMutableBufferPointer where Element == PidsCgroup {
    fileprivate func revert(from css: CSSID, through last: CSSID, _ number: Int64) {
        var level = css
        while level != last, let parent = self[level.index].css.parent {
            self[level.index].cancel(number)
            level = parent
        }
        self[last.index].cancel(number)
    }
}
